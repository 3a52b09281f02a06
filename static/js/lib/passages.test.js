import assert from 'node:assert/strict'
import test from 'node:test'
import { letters, locate } from './passages.js'

const TEXT = 'Ouvert le lundi,\n  le mardi « tôt » 🌞. Ouvert le lundi aussi.'

test('words are found whatever stands between them', () => {
  const [start, end] = locate(TEXT, 'lundi le mardi tôt')
  assert.equal(TEXT.slice(start, end), 'lundi,\n  le mardi « tôt')
})

test('what stands before tells which of two', () => {
  const [start] = locate(TEXT, 'Ouvert le lundi', 'tôt » .')
  assert.equal(start, TEXT.lastIndexOf('Ouvert'))
  assert.equal(locate(TEXT, 'Ouvert le lundi')[0], 0)
})

test('what is not there is nowhere', () => {
  assert.equal(locate(TEXT, 'dimanche'), null)
  assert.equal(locate(TEXT, ' … '), null)
  assert.equal(locate('', 'x'), null)
})

test('letters of several units keep their places', () => {
  const { bare, places } = letters('a🌞b𝒜')
  assert.equal(bare.length, places.length)
  const [start, end] = locate('a🌞b𝒜', 'b𝒜')
  assert.equal('a🌞b𝒜'.slice(start, end), 'b𝒜')
})
