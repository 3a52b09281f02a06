import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentOf } from './moments.js'

test('the end of an address names a moment, with or without its end', () => {
  assert.deepEqual(momentOf('#t=83-95'), { start: 83, end: 95 })
  assert.deepEqual(momentOf('#t=72'), { start: 72, end: null })
  for (const other of ['', '#top', '#t=', '#t=-3', '#t=a']) assert.equal(momentOf(other), null)
})
