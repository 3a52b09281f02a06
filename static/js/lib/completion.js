// The link being typed: `[[Espa|`.

const LONGEST = 80

/** { start, query } of the link that is open at the caret, or null. `start` is where its `[[` begins. */
export function openLink(text, caret) {
  const line = text.slice(Math.max(text.lastIndexOf('\n', caret - 1) + 1, caret - LONGEST - 2), caret)
  const at = line.lastIndexOf('[[')
  if (at < 0) return null
  const query = line.slice(at + 2)
  if (query.includes(']]') || query.includes('|') || query.includes('[')) return null
  return { start: caret - line.length + at, query }
}

/** The text with the open link replaced by what was chosen; the caret goes after it, and after a `]]` typed before. */
export function complete({ text, start: caret }, { start }, chosen) {
  const after = text.slice(caret).replace(/^\]\]/, '')
  const head = text.slice(0, start) + (chosen.startsWith('[') ? chosen : `[[${chosen}]]`)
  return { text: head + after, start: head.length, end: head.length }
}

/** What is being typed after the last comma. */
export const lastOf = (text) => text.slice(text.lastIndexOf(',') + 1).trim()

/** The list with its last part replaced by what was chosen. */
export function completeLast(text, chosen) {
  const before = text.slice(0, text.lastIndexOf(',') + 1)
  return before ? `${before} ${chosen}` : chosen
}
