import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hex, lowerColours } from './oklch.mjs'

test('known colours come out right', () => {
  assert.equal(hex(1, 0, 0), '#ffffff')
  assert.equal(hex(0, 0, 0), '#000000')
  assert.equal(hex(0.627955, 0.257683, 29.234), '#ff0000')
})

test('every colour of a sheet is replaced, alpha kept', () => {
  assert.equal(lowerColours('a{color:oklch(100% 0 0);b:oklch(0% 0 0 / 0.5)}'), 'a{color:#ffffff;b:#00000080}')
})
