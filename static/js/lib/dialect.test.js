import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBlocks } from './blocks.js'
import { plain, readInline } from './inline.js'

const shape = (text) => readBlocks(text.split('\n')).map(({ kind, depth }) => (depth ? `${kind}${depth}` : kind))
const parts = (line, index = 0, before = []) => readBlocks([...before, line]).at(index - 1 || -1).parts.map((part) => part.kind)
const pieces = (text) => readInline(text).map(({ kind, from, to }) => [kind, text.slice(from, to)])

test('headings, rules, quotes and plain lines', () => {
  assert.deepEqual(shape('# Un\n\nmots\n###### Six\n---\n> dit\n>> redit'), ['heading', 'blank', 'text', 'heading', 'rule', 'text', 'text'])
  assert.deepEqual(parts('> ## Dit'), ['quote', 'heading'])
  assert.deepEqual(parts('#motdièse'), [])
})

test('lists in lists by two, three or four spaces', () => {
  for (const step of ['  ', '   ', '    ']) {
    const text = `- a\n${step}- b\n${step}${step}- c\n${step}suite\n- d`
    assert.deepEqual(shape(text), ['item1', 'item2', 'item3', 'text1', 'item1'], JSON.stringify(step))
  }
  assert.deepEqual(shape('1. a\n   - b\n2. c\n\n   suite\n\nfin'), ['item1', 'item2', 'item1', 'blank', 'text1', 'blank', 'text'])
})

test('tasks, with what is done', () => {
  const [done, left, none] = readBlocks(['- [x] fait', '1. [ ] reste', '- [texte](/a)'])
  assert.equal(done.isDone, true)
  assert.equal(left.isDone, false)
  assert.equal(none.isDone, undefined)
  assert.deepEqual(done.parts.map(({ from, to }) => [from, to]), [[0, 2], [2, 6]])
})

test('code keeps its marks', () => {
  assert.deepEqual(shape('```py\n# pas un titre\n- ni une liste\n```\n# Titre'), ['fence', 'code', 'code', 'fence', 'heading'])
  assert.deepEqual(shape('mots\n\n    code\n    # code\n\nfin'), ['text', 'blank', 'code', 'code', 'blank', 'text'])
  assert.deepEqual(shape('~~~\n```\n~~~\nx'), ['fence', 'code', 'fence', 'text'])
})

test('boxes hold what is set in', () => {
  const lines = readBlocks(['!!! note "À savoir"', '    La cour ferme.', '', '    - un', '      - deux', 'fini'])
  assert.deepEqual(lines.map(({ kind, boxed, depth }) => [kind, Boolean(boxed), depth]),
    [['box', false, 0], ['text', true, 0], ['blank', true, 0], ['item', true, 1], ['item', true, 2], ['text', false, 0]])
  assert.equal(lines[0].title, 'À savoir')
  assert.equal(readBlocks(['??? réussite'])[0].type, 'réussite')
  assert.equal(readBlocks(['!!!'])[0].kind, 'text')
})

test('tables, macros, notes, definitions, front matter, HTML', () => {
  assert.deepEqual(shape('a | b\n--|--\n1 | 2\nfin'), ['table', 'table', 'table', 'text'])
  assert.deepEqual(shape('| seul |\nfin'), ['text', 'text'])
  assert.deepEqual(shape('{{carte 12}}\n{{ élément 3 }}\n{{moment 12 83-95}}\navant {{carte 12}}'), ['macro', 'macro', 'macro', 'text'])
  assert.deepEqual(shape('[^1]: note\n\nmot\n:   sens'), ['note', 'blank', 'text', 'definition'])
  assert.deepEqual(shape('---\ntitle: x\n---\n# A'), ['front', 'front', 'front', 'heading'])
  assert.deepEqual(shape('---\nmots'), ['rule', 'text'])
  assert.deepEqual(shape('<details><summary>Voir</summary>\nmots\n\n**gras**\n</details>'), ['html', 'html', 'blank', 'text', 'html'])
})

test('emphasis, one in the other', () => {
  assert.deepEqual(pieces('**gras** et *penché* et ***les deux***'), [['strong', '**gras**'], ['em', '*penché*'], ['strongem', '***les deux***']])
  assert.deepEqual(pieces('**gras et *penché* dedans**'), [['strong', '**gras et *penché* dedans**'], ['em', '*penché*']])
  assert.deepEqual(pieces('__gras__ _penché_ mot_avec_tirets ~~barré~~ ==vu=='), [['strong', '__gras__'], ['em', '_penché_'], ['strike', '~~barré~~'], ['mark', '==vu==']])
  assert.deepEqual(pieces('2 * 3 * 4, ** seul, a**'), [])
})

test('code, escapes, links, images, pages, notes and tags', () => {
  assert.deepEqual(pieces('`**rien**` et \\*rien\\*'), [['code', '`**rien**`'], ['escape', '\\*'], ['escape', '\\*']])
  assert.deepEqual(pieces('[**gras**](/a(b) "t") ![alt](/x.png){width=3}'), [['link', '[**gras**](/a(b) "t")'], ['strong', '**gras**'], ['image', '![alt](/x.png){width=3}']].slice(0, 3))
  assert.deepEqual(pieces('[[Charte|nos *règles*]] [[#12]] \\[[non]]').map(([kind]) => kind), ['wiki', 'wiki', 'escape'])
  assert.deepEqual(pieces('vu[^1] <https://a.fr> <br> a < b'), [['call', '[^1]'], ['auto', '<https://a.fr>'], ['tag', '<br>']])
  assert.equal(readInline('[mots](/adresse)')[0].address, '/adresse')
  assert.equal(readInline('[a]()')[0].address, '')
})

test('words without their marks', () => {
  assert.equal(plain('**Sono** : [[Bernard|B.]] ou [le site](/x) \\| `oui`'), 'Sono : B. ou le site | oui')
})

test('a hostile line takes no time', () => {
  for (const text of ['*'.repeat(3900), '['.repeat(3900), '`'.repeat(3900), '![a]('.repeat(700), '**a '.repeat(900), '_a'.repeat(1900), '<a'.repeat(1900), '[[a|'.repeat(900)]) {
    const started = performance.now()
    readInline(text)
    assert.ok(performance.now() - started < 400, text.slice(0, 8))
  }
})

test('a hostile text takes no time either', () => {
  for (const text of ['\n'.repeat(499_000), '!!! note\n' + '\n'.repeat(29_000), '- a\n'.repeat(29_000), '| a |\n'.repeat(29_000), '> '.repeat(20_000), `${' '.repeat(200)}- a\n`.repeat(2_000)]) {
    const started = performance.now()
    readBlocks(text.split('\n'))
    assert.ok(performance.now() - started < 1500, JSON.stringify(text.slice(0, 8)))
  }
})
