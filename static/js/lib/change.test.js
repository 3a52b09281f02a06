import assert from 'node:assert/strict'
import { test } from 'node:test'
import { change, changes } from './change.js'

test('only what differs is replaced', () => {
  assert.deepEqual(change('un mot ici', 'un **mot** ici'), { start: 3, end: 6, insert: '**mot**' })
  assert.deepEqual(change('aaa', 'aa'), { start: 2, end: 3, insert: '' })
  assert.deepEqual(change('', 'un'), { start: 0, end: 0, insert: 'un' })
  assert.equal(change('pareil', 'pareil'), null)
})

test('an emoji is never cut in its middle', () => {
  const [before, after] = ['a😀b', 'a😁b']
  const { start, end, insert } = change(before, after)
  assert.equal(before.slice(0, start) + insert + before.slice(end), after)
  assert.equal(insert, '😁')
})

test('any two texts are joined by their difference', () => {
  const letters = 'ab\né😀'
  const text = (seed) => Array.from({ length: seed % 9 }, (_, i) => [...letters][(seed * (i + 3)) % 5]).join('')
  for (let seed = 0; seed < 400; seed++) {
    const [before, after] = [text(seed), text(seed * 7 + 1)]
    const { start, end, insert } = change(before, after) ?? { start: 0, end: 0, insert: '' }
    assert.equal(before.slice(0, start) + insert + before.slice(end), after)
  }
})

test('lines that stay are left to whoever writes in them', () => {
  assert.deepEqual(changes('a\nb\nc', '- a\nb\n- c'), [{ start: 0, end: 0, insert: '- ' }, { start: 4, end: 4, insert: '- ' }])
  assert.deepEqual(changes('a', 'a\nb'), [{ start: 1, end: 1, insert: '\nb' }])
  assert.deepEqual(changes('a', 'a'), [])
})
