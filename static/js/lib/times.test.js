import assert from 'node:assert/strict'
import test from 'node:test'
import { clock, momentOf, secondsOf, spoken } from './times.js'
import { silenceOf } from './typing.js'

test('times are written as on a clock', () => {
  assert.deepEqual([0, 9.9, 72, 3723, -4, NaN].map(clock), ['0:00', '0:09', '1:12', '1:02:03', '0:00', '0:00'])
})

test('times are said in words', () => {
  assert.equal(spoken(228, 'fr').replace(/\s/g, ' '), '3 minutes 48 secondes')
  assert.equal(spoken(0, 'fr').replace(/\s/g, ' '), '0 seconde')
  assert.equal(spoken(120, 'en'), '2 minutes')
})

test('a moment is read in an address, and nothing else is', () => {
  assert.deepEqual(momentOf('#t=83-95'), { start: 83, end: 95 })
  assert.deepEqual(momentOf('#t=83.5,95'), { start: 83.5, end: 95 })
  assert.deepEqual(momentOf('#t=83'), { start: 83, end: undefined })
  assert.deepEqual(momentOf('#t=83-12'), { start: 83, end: undefined })
  for (const other of ['#top', '', undefined, '#t=', '#t=x', '#t=1-2-3']) assert.equal(momentOf(other), null)
})

test('a time that was typed is read as seconds', () => {
  assert.deepEqual(['72', ' 1:12 ', '1:02:03', '0:00', '', 'x', '1:2:3:4', undefined].map(secondsOf), [72, 72, 3723, 0, null, null, null, null])
})

test('a masked line says what it silences: its own length, else up to the next line, else all that follows', () => {
  const starts = [0, 4000, 9000]
  assert.deepEqual(silenceOf({ start: 4000, end: 7000 }, starts, 20_000), { start: 4000, end: 7000, isSaid: true })
  assert.deepEqual(silenceOf({ start: 4000, end: 6000 }, starts, 20_000), { start: 4000, end: 9000, isSaid: true })
  assert.deepEqual(silenceOf({ start: 9000, end: 9000 }, starts, 20_000), { start: 9000, end: 20_000, isSaid: false })
  assert.deepEqual(silenceOf({ start: 0, end: 2000 }, [0, 0, 0], 9000), { start: 0, end: 9000, isSaid: false })
})
