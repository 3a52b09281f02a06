import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete, completeLast, lastOf, openLink } from './completion.js'
import { fill, matches, moment, percent } from './words.js'

test('a link is open from its brackets to the caret, on one line', () => {
  assert.deepEqual(openLink('voir [[Espa', 11), { start: 5, query: 'Espa' })
  assert.deepEqual(openLink('[[', 2), { start: 0, query: '' })
  assert.equal(openLink('[[Espace]] puis', 15), null)
  assert.equal(openLink('[[Espace\nemploi', 15), null)
  assert.equal(openLink('[[Espace|nom', 12), null)
  assert.equal(openLink('rien', 4), null)
})

test('what is chosen replaces the open link, and a closing typed before', () => {
  const state = { text: 'voir [[Espa]] demain', start: 11, end: 11 }
  const made = complete(state, { start: 5, query: 'Espa' }, '[[Espace emploi]]')
  assert.deepEqual(made, { text: 'voir [[Espace emploi]] demain', start: 22, end: 22 })
  assert.deepEqual(complete(state, { start: 5, query: 'Espa' }, 'Espace emploi'), made)
})

test('the last of a list is what is completed', () => {
  assert.equal(lastOf('Morlaix, Bre'), 'Bre')
  assert.equal(lastOf('Bre'), 'Bre')
  assert.equal(lastOf('Morlaix,'), '')
  assert.equal(completeLast('Morlaix, Bre', 'Brest'), 'Morlaix, Brest')
  assert.equal(completeLast('Bre', 'Brest'), 'Brest')
})

test('words are found by their beginnings, whatever the accents', () => {
  assert.ok(matches('Mobilité et numérique', 'numer mob'))
  assert.ok(matches('L’œuvre du quartier', 'oeuv'))
  assert.ok(!matches('Mobilité', 'lité'))
  assert.ok(matches('Tout', '  '))
})

test('places in a sentence are filled, unknown ones stay', () => {
  assert.equal(fill('{count} sur {total}', { count: 0, total: 9 }), '0 sur 9')
  assert.equal(fill('{qui}', {}), '{qui}')
  assert.equal(fill(undefined, {}), '')
})

test('moments and parts are said in the language of the page', () => {
  const at = new Date(2026, 2, 12, 14, 30).getTime()
  assert.equal(moment(at, 'fr', at + 1000), '14\u00a0h\u00a030')
  assert.equal(moment(new Date(2026, 11, 1, 4, 6), 'fr', at), 'mardi 1er décembre à 4\u00a0h\u00a006')
  assert.match(moment(at, 'fr', at + 3 * 86_400_000), /jeudi 12 mars/)
  assert.match(percent(0.6, 'fr'), /^60\s%$/)
})
