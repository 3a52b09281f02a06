import assert from 'node:assert/strict'
import test from 'node:test'
import { endingOf, formatFor } from './formats.js'

const all = () => true

test('iPhones record in MP4 even when they say that they know WebM', () => {
  assert.equal(formatFor('voice', all, 'Apple Computer, Inc.'), 'audio/mp4')
  assert.equal(formatFor('film', all, 'Apple Computer, Inc.'), 'video/mp4')
})

test('others record in what is lightest, then in what they know', () => {
  assert.equal(formatFor('voice', all, 'Google Inc.'), 'audio/webm;codecs=opus')
  assert.equal(formatFor('voice', (form) => form === 'audio/mp4', ''), 'audio/mp4')
  assert.equal(formatFor('film', () => false, ''), '')
})

test('a file is named after its type', () => {
  assert.deepEqual(['audio/mp4', 'video/mp4', 'audio/webm;codecs=opus', 'audio/ogg', ''].map(endingOf), ['m4a', 'mp4', 'webm', 'ogg', 'webm'])
})
