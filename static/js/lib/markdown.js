// What the tools do to a text. Each takes and returns { text, start, end }: the text and what is selected in it.

const LIST = /^(\s*)(?:([-*+])|(\d+)([.)]))\s+(\[[ xX]\]\s+)?/
const NEXT_TITLE = { '': '## ', '##': '### ' }
const FENCE = /^\s*(?:```|~~~)/

/** The lines that a selection touches: where they begin and end. */
export function lines({ text, start, end }) {
  const from = text.lastIndexOf('\n', start - 1) + 1
  // A selection that ends at the very beginning of a line does not mean that line.
  const last = end > start && text[end - 1] === '\n' ? end - 1 : end
  const to = text.indexOf('\n', last)
  return { from, to: to < 0 ? text.length : to }
}

/** Puts marks around the selection, or takes them away; with nothing selected, the caret goes between them. */
export function wrap(state, mark) {
  const { text, start, end } = trimmed(state)
  const size = mark.length
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark) {
    return { text: text.slice(0, start - size) + text.slice(start, end) + text.slice(end + size), start: start - size, end: end - size }
  }
  const inside = text.slice(start, end)
  if (inside.length > 2 * size && inside.startsWith(mark) && inside.endsWith(mark)) {
    return { text: text.slice(0, start) + inside.slice(size, -size) + text.slice(end), start, end: end - 2 * size }
  }
  return { text: text.slice(0, start) + mark + inside + mark + text.slice(end), start: start + size, end: end + size }
}

/** Title, then smaller title, then plain text again. */
export const heading = (state) => eachLine(state, (line) => {
  const [, marks = '', words] = line.match(/^(#{1,6}\s+)?(.*)$/)
  return (NEXT_TITLE[marks.trim()] ?? '') + words
})

/** Points on every line, or none any more. */
export const bullets = (state) => toggleLines(state, /^(\s*)[-*+]\s+/, () => '- ')

/** Numbers on every line, or none any more. */
export const numbers = (state) => toggleLines(state, /^(\s*)\d+[.)]\s+/, (index) => `${index + 1}. `)

/** Someone's words: « > » before every line. */
export const quote = (state) => toggleLines(state, /^()>\s?/, () => '> ', false)

/** A link to the web; a selected address becomes the address, selected words become the words. */
export function link(state, placeholder = 'https://') {
  const { text, start, end } = trimmed(state)
  const chosen = text.slice(start, end)
  const isAddress = /^https?:\/\/\S+$/.test(chosen)
  const words = isAddress ? '' : chosen
  const address = isAddress ? chosen : placeholder
  const made = `[${words}](${address})`
  const after = text.slice(0, start) + made + text.slice(end)
  if (!words) return { text: after, start: start + 1, end: start + 1 }
  return { text: after, start: start + words.length + 3, end: start + words.length + 3 + address.length }
}

/** A link to a page of the house, by its title. */
export function pageLink(state) {
  const { text, start, end } = trimmed(state)
  const title = text.slice(start, end)
  const after = `${text.slice(0, start)}[[${title}${title ? ']]' : ''}${text.slice(end)}`
  const caret = start + 2 + title.length + (title ? 2 : 0)
  return { text: after, start: caret, end: caret }
}

/** A table of two columns, on its own lines. */
export function table(state, [first, second]) {
  const made = `| ${first} | ${second} |\n| --- | --- |\n|  |  |\n|  |  |\n`
  const placed = block(state, made)
  const at = placed.start + made.indexOf(first)
  return { text: placed.text, start: at, end: at + first.length }
}

/** Inserts something that needs empty lines around it; the caret stands at its beginning. */
export function block({ text, start, end }, made) {
  const before = text.slice(0, start).replace(/[ \t]+$/, '')
  const after = text.slice(end)
  const gap = !before || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'
  const tail = after.startsWith('\n') || !after ? '' : '\n'
  const at = before.length + gap.length
  return { text: before + gap + made + tail + after, start: at, end: at }
}

/** Replaces the selection; the caret goes after. */
export function insert({ text, start, end }, made) {
  return { text: text.slice(0, start) + made + text.slice(end), start: start + made.length, end: start + made.length }
}

/** What Enter does in a list: the next point, or the end of the list on an empty one. null = an ordinary Enter. */
export function nextLine({ text, start, end }) {
  if (start !== end) return null
  const from = text.lastIndexOf('\n', start - 1) + 1
  const line = text.slice(from, start)
  const mark = line.match(LIST) ?? line.match(/^(>\s?)+/)
  if (!mark || inFence(text, from)) return null
  const rest = text.slice(start).match(/^[^\n]*/)[0]
  if (!line.slice(mark[0].length).trim() && !rest.trim()) {
    // An empty line ends the list; without it the words that follow would still belong to the last point.
    const gap = from && !text.slice(0, from).endsWith('\n\n') ? '\n' : ''
    return insert({ text, start: from, end: start }, gap)
  }
  const next = `\n${following(mark)}`
  return insert({ text, start, end }, next)
}

function following(mark) {
  if (mark[0].startsWith('>')) return mark[0]
  const [, indent, point, number, dot, task] = mark
  return `${indent}${point ?? `${+number + 1}${dot}`} ${task ? '[ ] ' : ''}`
}

function inFence(text, until) {
  return text.slice(0, until).split('\n').filter((line) => FENCE.test(line)).length % 2 === 1
}

/** Without the blanks at both ends: marks must touch words. */
function trimmed({ text, start, end }) {
  const chosen = text.slice(start, end)
  const left = chosen.length - chosen.trimStart().length
  if (left === chosen.length) return { text, start: end, end }
  return { text, start: start + left, end: end - (chosen.length - chosen.trimEnd().length) }
}

function eachLine(state, change) {
  const { from, to } = lines(state)
  const before = state.text.slice(from, to)
  const after = before.split('\n').map(change).join('\n')
  const text = state.text.slice(0, from) + after + state.text.slice(to)
  if (state.start !== state.end) return { text, start: from, end: from + after.length }
  const caret = Math.max(from, state.start + after.length - before.length)
  return { text, start: caret, end: caret }
}

function toggleLines(state, mark, made, replaceOther = true) {
  const { from, to } = lines(state)
  const all = state.text.slice(from, to).split('\n')
  const written = all.filter((line) => line.trim())
  const off = written.length > 0 && written.every((line) => mark.test(line))
  let index = 0
  return eachLine(state, (line) => {
    if (off) return line.replace(mark, '$1')
    if (!line.trim() && all.length > 1) return line
    const bare = replaceOther ? line.replace(LIST, '$1') : line
    const indent = replaceOther ? bare.match(/^\s*/)[0] : ''
    return indent + made(index++) + bare.slice(indent.length)
  })
}
