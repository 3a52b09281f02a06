import assert from 'node:assert/strict'
import test from 'node:test'
import { apart } from './pasted.js'

test('words pasted in a sentence stay in it', () => {
  assert.equal(apart('des mots', 'Voici ', ' ici.'), 'des mots')
})

test('blocks pasted in the middle of a line stand apart from it', () => {
  assert.equal(apart('| a |\n|---|\n| 1 |', 'Avant ', 'après.'), '\n\n| a |\n|---|\n| 1 |\n\n')
  assert.equal(apart('## Titre', 'Avant\n', '\n\naprès'), '\n## Titre')
})

test('blocks pasted in an empty text bring no empty lines', () => {
  assert.equal(apart('- un\n- deux', '', ''), '- un\n- deux')
})
