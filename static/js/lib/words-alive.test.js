import assert from 'node:assert/strict'
import { test } from 'node:test'
import { level, places } from './find.js'
import { lightOf, wouldLose } from './light.js'
import { others, sentence } from './presence.js'
import { readTable, writeTable } from './tables.js'
import { french } from './typography.js'

const typed = (text) => [...text].reduce((before, sign) => {
  const helped = french(before.split('\n').at(-1), sign)
  return helped ? before.slice(0, before.length - helped.remove) + helped.insert : before + sign
}, '')
const online = { state: 'online', isSynced: true, isSaved: true, savedAt: 5, pending: 0, canWrite: true }

test('a sign after a space, or after a word and then a space, gets its no-break space', () => {
  assert.equal(typed('Bonjour ! Ça va ? Oui ; non : si'), 'Bonjour\u202f! Ça va\u202f? Oui\u202f; non\u00a0: si')
  assert.equal(typed('Bonjour! Note: oui'), 'Bonjour\u202f! Note\u00a0: oui')
  assert.equal(typed('12:30 ou 9h : là'), '12:30 ou 9h\u00a0: là')
})

test('straight quotes become French ones, by pairs', () => {
  assert.equal(typed('dit "oui" et ("non")'), 'dit «\u00a0oui\u00a0» et («\u00a0non\u00a0»)')
  assert.equal(typed('5" de long'), '5" de long')
})

test('marks, addresses and code are left alone', () => {
  for (const text of ['https://exemple.fr/?a=b ', '!!! note "À savoir"', '`a ? b : c ` ', '[mots](/a "titre")', ':) ', '- [x] ', '![image](/a)', '{{carte 12}}', '<a title="x">', 'voir http://a.fr: ', '?? ']) {
    assert.equal(typed(text), text)
  }
})

test('a table goes through its form and only what changed is written again', () => {
  const text = '|Quoi|Qui|\n|:--|--:|\n|Sono|[[Bernard|B.]]|\n| a \\| b | `x|y` |'
  const read = readTable(text)
  assert.deepEqual(read.rows, [['Quoi', 'Qui'], ['Sono', '[[Bernard|B.]]'], ['a | b', '`x|y`']])
  assert.equal(writeTable(read.rows, read), text)
  const changed = read.rows.map((row, index) => (index === 2 ? ['c | d', 'z'] : row))
  assert.equal(writeTable(changed, read), '|Quoi|Qui|\n|:--|--:|\n|Sono|[[Bernard|B.]]|\n| c \\| d | z |')
  assert.equal(writeTable([['A', 'B'], ['', '']]), '| A | B |\n| --- | --- |\n|  |  |')
  assert.deepEqual(readTable('a|b\n-|-\nc').rows, [['a', 'b'], ['c', '']])
})

test('who else is here: each once, writers first, never oneself', () => {
  const states = new Map([
    [1, { user: { id: 1, name: 'Nadia' } }], [2, { user: { id: 2, name: 'Fatou' } }],
    [3, { user: { id: 3, name: 'Karim' }, writing: true, heading: 'Les horaires' }], [4, { user: { id: 3, name: 'Karim' } }],
    [5, { user: { id: 1, name: 'Nadia' } }], [6, {}],
  ])
  const people = others(states, 1, 1)
  assert.deepEqual(people.map(({ name, isWriting }) => [name, isWriting]), [['Karim', true], ['Fatou', false]])
  const words = { writesIn: '{name} écrit dans « {heading} ».', writes: '{name} écrit.', reads: '{names} lit.', readMany: '{names} lisent.', more: '{count} autres écrivent.' }
  assert.equal(sentence(people, words).map((piece) => piece.text).join(''), 'Karim écrit dans « Les horaires ». Fatou lit.')
  const crowd = ['Ana', 'Bob', 'Cid'].map((name) => ({ name, heading: '' }))
  assert.equal(sentence(crowd, words)[0].text, 'Ana, Bob et Cid lisent.')
})

test('the light says « recorded » only when all is', () => {
  assert.deepEqual(lightOf(online, true), { tone: 'ok', say: 'saved', values: { at: 5 } })
  assert.equal(lightOf({ ...online, savedAt: null }, true).say, 'opened')
  assert.equal(lightOf({ ...online, isSaved: false, pending: 1 }, true).say, 'sending')
  assert.equal(lightOf({ ...online, isSaved: false }, true).say, 'sending', 'even the answer without a change')
  const away = { ...online, state: 'offline', isSaved: false, pending: 3 }
  assert.deepEqual(lightOf(away, 'here'), { tone: 'kept', say: 'keptMany', values: { count: 3 } })
  assert.equal(lightOf({ ...away, pending: 1 }, 'nowhere').say, 'unsentOne')
  assert.equal(lightOf({ ...away, pending: 1 }, 'soon').say, 'waitingOne')
  assert.equal(lightOf({ ...away, pending: 0 }, true).say, 'offline')
  assert.equal(lightOf({ ...away, trouble: 'signedOut' }, true).say, 'signedOut')
  assert.equal(lightOf({ ...online, state: 'ended', code: 4409 }, true).say, 'end4409')
  assert.equal(wouldLose(away, true), false)
  assert.equal(wouldLose(away, false), true)
})

test('words are found whatever the accents, at their own place', () => {
  assert.deepEqual(places('L’été, l\'ete. ÉTÉ', 'ete'), [{ from: 2, to: 5 }, { from: 9, to: 12 }, { from: 14, to: 17 }])
  assert.equal(level('Œuvre À').length, 7)
  assert.deepEqual(places('abc', ''), [])
})
