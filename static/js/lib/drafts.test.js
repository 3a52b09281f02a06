import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Drafts, isWorthOffering } from './drafts.js'

/** What a browser offers as localStorage. */
function storage(room = Infinity) {
  const kept = new Map()
  return {
    get length() { return kept.size },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem(name, value) {
      if (value.length > room) throw new Error('QuotaExceededError')
      kept.set(name, value)
    },
    removeItem: (name) => kept.delete(name),
  }
}

test('a draft comes back with the version it started from', () => {
  const drafts = new Drafts(storage(), '7')
  assert.equal(drafts.keep('page-1', 'Bonjour', { revision: '4', at: 12 }), true)
  assert.deepEqual(drafts.read('page-1'), { text: 'Bonjour', revision: '4', sent: false, at: 12 })
  drafts.drop('page-1')
  assert.equal(drafts.read('page-1'), null)
})

test('nobody sees the drafts of someone else on the same computer', () => {
  const shared = storage()
  new Drafts(shared, '7').keep('page-1', 'à moi')
  assert.equal(new Drafts(shared, '8').read('page-1'), null)
  new Drafts(shared, '8').dropAll()
  assert.equal(new Drafts(shared, '7').read('page-1').text, 'à moi')
})

test('only a text that left is forgotten when the server confirms', () => {
  const drafts = new Drafts(storage(), '7')
  drafts.keep('page-1', 'ancien')
  drafts.keep('page-1+', 'envoyé', { sent: true })
  drafts.keep('page-1/end', 'une partie', { sent: true })
  drafts.keep('page-12', 'une autre page', { sent: true })
  drafts.dropSent('page-1')
  assert.equal(drafts.read('page-1/end'), null)
  assert.equal(drafts.read('page-12').text, 'une autre page')
  assert.equal(drafts.read('page-1').text, 'ancien')
  assert.equal(drafts.read('page-1+'), null)
})

test('a browser without room, or without storage, says so and breaks nothing', () => {
  assert.equal(new Drafts(storage(10), '7').keep('page-1', 'trop long pour tenir'), false)
  const none = new Drafts(null)
  assert.equal(none.keep('page-1', 'texte'), false)
  assert.equal(none.read('page-1'), null)
  none.dropSent('page-1')
  none.dropOld()
  none.dropAll()
})

test('a damaged draft is no draft', () => {
  const broken = storage()
  broken.setItem('draft:7:page-1', '{"text":')
  assert.equal(new Drafts(broken, '7').read('page-1'), null)
})

test('old drafts go away', () => {
  const drafts = new Drafts(storage(), '7')
  drafts.keep('old', 'a', { at: 0 })
  drafts.keep('fresh', 'b', { at: 86_400_000 * 100 })
  drafts.dropOld(86_400_000 * 101)
  assert.equal(drafts.read('old'), null)
  assert.equal(drafts.read('fresh').text, 'b')
})

test('what the server already has is not offered', () => {
  assert.equal(isWorthOffering({ text: 'un\r\ndeux\n' }, 'un\ndeux'), false)
  assert.equal(isWorthOffering({ text: '  ' }, 'un'), false)
  assert.equal(isWorthOffering(null, 'un'), false)
  assert.equal(isWorthOffering({ text: 'un\ntrois' }, 'un\ndeux'), true)
})
