// The shape of a page, line by line, the way our renderer reads it (two, three or four spaces make a list in a list).
// A line is { kind, depth, parts: [{ kind, from, to, … }], body }: parts are the marks before the words, body where words begin.

const FENCE = /^(?:\s*(?:[-*+]|\d{1,9}[.)])\s+|[ >]*)(`{3,}|~{3,})([^`]*)$/
const RULE = /^ {0,3}([-*_])(?: *\1){2,} *$/
const HEADING = /^(#{1,6})(\s+|$)/
const ITEM = /^( *)(?:([-*+])|(\d{1,9})[.)])( +|$)/
const TASK = /^\[([ xX])\](?= |$) ?/
const QUOTE = /^ {0,3}> ?/
const BOX = /^ {0,3}(!!!|\?\?\?\+?) ?([\p{L}\d][\p{L}\d_-]*)? *(["«“]?)(.*?)(["»”]?) *$/u
const TABLE = /^ {0,3}\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$/
const MACRO = /^\s*\{\{[ \t]*(\p{L}[\p{L}\d_-]{1,30})(?:[ \t\u00a0:]+#?(\d{1,12}))?(?:[ \t\u00a0]+\d{1,6}(?:-\d{1,6})?)?[ \t]*\}\}\s*$/u
const NOTE = /^ {0,3}\[\^([^\]\s][^\]]{0,80})\]: */
const DEFINITION = /^ {0,3}: {1,3}(?=\S)/
const HTML = /^ {0,3}<(?:\/?(?:address|article|aside|blockquote|caption|center|details|div|dl|dt|dd|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)(?=[\s>/]|$)|!--)/i
const NEAR = 30 // empty lines between what is in a box and what goes on in it
const MOST = 30_000 // lines: beyond, a text is shown as typed
const PLAIN = Object.freeze({ kind: 'text', parts: [], body: 0, depth: 0 })
const indentOf = (text) => text.length - text.trimStart().length

/** Reads lines one after the other; `lines` is any iterable of texts. */
export function readBlocks(lines) {
  const all = [...lines]
  if (all.length > MOST) return Array(all.length).fill(PLAIN)
  const made = []
  const state = { fence: null, front: all[0] === '---' && all.indexOf('---', 1) > 0, box: null, list: [], isBlank: true }
  for (let index = 0; index < all.length; index++) made.push(readLine(all, index, state, made))
  return made
}

function readLine(all, index, state, made) {
  const text = all[index]
  if (state.front) {
    if (index && text === '---') state.front = false
    return { kind: 'front', parts: [], body: text.length, depth: 0 }
  }
  if (state.fence) {
    const bare = text.replace(/^[ >]*/, '').trimEnd()
    const closes = bare.length >= state.fence.length && bare === state.fence[0].repeat(bare.length)
    if (closes) state.fence = null
    return { kind: closes ? 'fence' : 'code', parts: [], body: text.length, depth: 0 }
  }
  const fence = text.match(FENCE)
  if (fence) {
    state.fence = fence[1]
    return { kind: 'fence', parts: [], body: text.length, depth: 0, info: fence[2].trim() }
  }
  if (!text.trim()) {
    state.isBlank = true
    return { kind: 'blank', parts: [], body: 0, depth: 0, boxed: state.box && isBoxGoingOn(all, index) ? state.box : null }
  }
  const line = readMarks(text, all, index, state, made)
  state.isBlank = false
  return line
}

/** An empty line belongs to a box when what follows does. */
function isBoxGoingOn(all, index) {
  for (let next = index + 1; next < Math.min(all.length, index + NEAR); next++) if (all[next].trim()) return indentOf(all[next]) >= 2
  return false
}

function readMarks(text, all, index, state, made) {
  const parts = []
  let at = 0
  const take = (length, part) => { parts.push({ ...part, from: at, to: at + length }); at += length }
  const rest = () => text.slice(at)
  if (state.box && indentOf(text) < 2) Object.assign(state, { box: null, list: [] })
  if (state.box) take(Math.min(indentOf(text), 4), { kind: 'indent' })
  const line = { kind: 'text', parts, depth: 0, boxed: state.box }
  const end = (more) => Object.assign(line, { body: at }, more)
  for (let quote; (quote = rest().match(QUOTE)) && parts.length < 10;) take(quote[0].length, { kind: 'quote' })
  line.quoted = parts.filter((part) => part.kind === 'quote').length
  if (RULE.test(rest())) return end({ kind: 'rule' })
  const box = !line.quoted && !line.boxed && text.match(BOX)
  if (box && (box[2] || box[4])) {
    state.box = box[2] || 'note'
    state.list = []
    return end({ kind: 'box', type: box[2] ?? '', title: box[4], marker: box[1] })
  }
  const macro = text.match(MACRO)
  if (macro) return end({ kind: 'macro', name: macro[1], number: macro[2] ?? '' })
  if (isTable(all, index, made)) return end({ kind: 'table' })
  const item = rest().match(ITEM)
  const list = item ? readItem(item, state, line, take, rest) : goOn(rest(), state, line, take, made.at(-1))
  if (list === 'code') return end({ kind: 'code' })
  const heading = rest().match(HEADING)
  if (heading) {
    if (!item && !line.goesOn) {
      state.list = []
      line.depth = 0
    }
    take(heading[0].length, { kind: 'heading' })
    return end({ kind: 'heading', level: heading[1].length })
  }
  if (item) return end({ kind: 'item' })
  const note = rest().match(NOTE) ?? rest().match(DEFINITION)
  if (note) {
    take(note[0].length, { kind: note[1] ? 'note' : 'definition', note: note[1] })
    return end({ kind: note[1] ? 'note' : 'definition' })
  }
  return end({ kind: HTML.test(text) || (made.at(-1)?.kind === 'html' && !state.isBlank) ? 'html' : 'text' })
}

/** Deeper by two columns or more is a list in the list. */
function readItem([, indent, point, number, gap], state, line, take, rest) {
  const margin = indent.length
  while (state.list.length && margin < state.list.at(-1) + 2 && margin !== state.list.at(-1)) state.list.pop()
  if (!state.list.length || margin >= state.list.at(-1) + 2) state.list.push(margin)
  line.depth = state.list.length
  if (margin) take(margin, { kind: 'indent' })
  const width = (point ?? `${number}.`).length + gap.length
  take(width, { kind: point ? 'bullet' : 'number', number })
  const task = rest().match(TASK)
  if (task) {
    take(task[0].length, { kind: 'task', isDone: task[1] !== ' ' })
    line.isDone = task[1] !== ' '
  }
}

/** A line without a mark of its own: the rest of a list's item, code, or plain words. */
function goOn(text, state, line, take, before) {
  const indent = indentOf(text)
  if (before?.kind === 'code' && !state.isBlank && indent >= 4) return 'code'
  const owner = state.list.findLastIndex((margin) => indent >= margin + 2)
  if (owner >= 0) {
    line.depth = owner + 1
    line.goesOn = true
    take(indent, { kind: 'indent' })
  } else if (state.isBlank) {
    state.list = []
    if (indent >= 4) return 'code'
  } else if (state.list.length) line.depth = state.list.length
  return null
}

function isTable(all, index, made) {
  if (!all[index].includes('|')) return false
  if (made.at(-1)?.kind === 'table') return true
  return TABLE.test(all[index + 1] ?? '') && /[|]/.test(all[index + 1]) && /-/.test(all[index + 1])
}
