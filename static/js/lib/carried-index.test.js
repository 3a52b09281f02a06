import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CarriedIndex, distance, fold, wordsOf } from './carried-index.js'

const index = new CarriedIndex({
  documents: [
    ['Médiathèque', 'Page', 'a.html', 'On y prête des livres et des téléphones à cœur ouvert.'],
    ['Covoiturage', 'Page', 'b.html', 'Partager une voiture pour aller à l’atelier.'],
  ],
  found: [[0, 9], [0, 1], [1, 9], [1, 1], [0, 1]],
  forms: [['atelier', 3], ['coeur', 4], ['covoiturage', 2], ['mediatheque', 0], ['telephones', 1]],
  ignored: ['le', 'a', 'des'],
})
const titles = (question) => index.find(question).results.map(({ at }) => index.documents[at][0])

test('accents, capitals, ligatures and elisions do not matter', () => {
  assert.equal(fold('CŒUR Été'), 'coeur ete')
  assert.deepEqual(wordsOf("l’atelier d'été").map(({ whole }) => whole), ['atelier', 'ete'])
  assert.deepEqual(titles('MEDIATHÈQUE'), ['Médiathèque'])
  assert.deepEqual(titles('cœur'), ['Médiathèque'])
  assert.deepEqual(titles('co-voiturage'), ['Covoiturage'])
})

test('a word still being typed, another ending, a slip', () => {
  assert.deepEqual(titles('téléph'), ['Médiathèque'])
  assert.deepEqual(titles('téléphoner'), ['Médiathèque'])
  assert.deepEqual(titles('mediatehque'), ['Médiathèque'])
  assert.equal(index.find('mediatehque').near, true)
  assert.deepEqual(titles('xylophone'), [])
  assert.deepEqual(titles(''), [])
})

test('words all found come before some found; stop words are left out', () => {
  assert.deepEqual(titles('le téléphones'), ['Médiathèque'])
  assert.deepEqual(titles('atelier covoiturage'), ['Covoiturage'])
})

test('an excerpt marks the word as it was written', () => {
  const { forms } = index.find('telephones')
  assert.deepEqual(index.excerpt(0, forms).filter(([, isFound]) => isFound), [['téléphones', true]])
})

test('a distance stops beyond what is cared for, and sees two letters swapped as one slip', () => {
  assert.equal(distance('chat', 'chta', 2), 1)
  assert.equal(distance('chat', 'chien', 1), 2)
})
