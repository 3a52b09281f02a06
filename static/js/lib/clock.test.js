import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock } from './clock.js'

test('time left is said in minutes and seconds', () => {
  assert.equal(clock(605), '10:05')
  assert.equal(clock(59.6), '1:00')
  assert.equal(clock(-3), '0:00')
})
