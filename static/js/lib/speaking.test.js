import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentences } from './speaking.js'

test('a text is said sentence by sentence, and a long one in breaths', () => {
  assert.deepEqual(sentences('Bonjour. Ça va ? Oui…'), ['Bonjour.', 'Ça va ?', 'Oui…'])
  const long = sentences(`${'un mot, '.repeat(60)}fin.`)
  assert.ok(long.every((one) => one.length <= 221))
  assert.equal(long.join(' ').replace(/\s+/g, ' '), `${'un mot, '.repeat(60)}fin.`)
  assert.deepEqual(sentences(' . . '), [])
})
