import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as tools from './markdown.js'

/** « a[b]c » is the text abc with b selected; « a| » has its caret at the end. */
function state(drawn) {
  const start = drawn.search(/[|⟦]/)
  if (drawn[start] === '|') return { text: drawn.replace('|', ''), start, end: start }
  return { text: drawn.replace('⟦', '').replace('⟧', ''), start, end: drawn.indexOf('⟧') - 1 }
}
function draw({ text, start, end }) {
  if (start === end) return `${text.slice(0, start)}|${text.slice(start)}`
  return `${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`
}
const gives = (name, action, pairs) => test(name, () => {
  for (const [before, after] of pairs) assert.equal(draw(action(state(before))), after)
})

gives('bold goes around words, and away again', (s) => tools.wrap(s, '**'), [
  ['un ⟦mot⟧ ici', 'un **⟦mot⟧** ici'],
  ['un **⟦mot⟧** ici', 'un ⟦mot⟧ ici'],
  ['un ⟦**mot**⟧ ici', 'un ⟦mot⟧ ici'],
  ['un⟦ mot ⟧ici', 'un **⟦mot⟧** ici'],
  ['ici |', 'ici **|**'],
])

gives('a title becomes smaller, then plain', tools.heading, [
  ['Les hor|aires', '## Les hor|aires'],
  ['## Les hor|aires', '### Les hor|aires'],
  ['### Les hor|aires', 'Les hor|aires'],
  ['# Un|', 'Un|'],
])

gives('points and numbers replace one another', tools.bullets, [
  ['⟦un\ndeux⟧', '⟦- un\n- deux⟧'],
  ['⟦- un\n- deux⟧', '⟦un\ndeux⟧'],
  ['⟦1. un\n2. deux⟧', '⟦- un\n- deux⟧'],
  ['⟦un\n\ndeux⟧', '⟦- un\n\n- deux⟧'],
  ['|', '- |'],
])

gives('numbers count the lines that say something', tools.numbers, [
  ['⟦un\n\ndeux⟧', '⟦1. un\n\n2. deux⟧'],
  ['⟦- un\n- deux⟧', '⟦1. un\n2. deux⟧'],
  ['⟦1. un\n2. deux⟧', '⟦un\ndeux⟧'],
])

gives('a quotation keeps a list inside it', tools.quote, [
  ['⟦- un\nmot⟧', '⟦> - un\n> mot⟧'],
  ['⟦> - un\n> mot⟧', '⟦- un\nmot⟧'],
])

gives('a link waits for what is missing', tools.link, [
  ['voir ⟦le site⟧.', 'voir [le site](⟦https://⟧).'],
  ['voir ⟦https://a.fr/b⟧', 'voir [|](https://a.fr/b)'],
  ['voir |', 'voir [|](https://)'],
])

gives('a page link stays open so that a title can be found', tools.pageLink, [
  ['voir |', 'voir [[|'],
  ['voir ⟦Espace emploi⟧', 'voir [[Espace emploi]]|'],
])

test('a table stands on its own lines, its first word selected', () => {
  const made = tools.table(state('Bonjour|\nsuite'), ['Jour', 'Heure'])
  assert.equal(made.text, 'Bonjour\n\n| Jour | Heure |\n| --- | --- |\n|  |  |\n|  |  |\n\nsuite')
  assert.equal(made.text.slice(made.start, made.end), 'Jour')
})

gives('Enter goes on with a list, and an empty point ends it', (s) => tools.nextLine(s) ?? { text: 'ordinary', start: 0, end: 0 }, [
  ['- un|', '- un\n- |'],
  ['  * un|', '  * un\n  * |'],
  ['9. neuf|', '9. neuf\n10. |'],
  ['- [x] fait|', '- [x] fait\n- [ ] |'],
  ['> dit|', '> dit\n> |'],
  ['- un\n- |', '- un\n\n|'],
  ['- |', '|'],
  ['mot|', '|ordinary'],
  ['```\n- un|', '|ordinary'],
  ['⟦- un⟧', '|ordinary'],
  ['- un|deux', '- un\n- |deux'],
])
