// What the lines of the text on screen are: read again after each change, asked by whatever draws or writes.
import { StateField } from '@codemirror/state'
import { readBlocks } from '../lib/blocks.js'
import { plain, readInline } from '../lib/inline.js'

export const shape = StateField.define({
  create: ({ doc }) => readBlocks(doc.iterLines()),
  update: (value, { docChanged, newDoc }) => (docChanged ? readBlocks(newDoc.iterLines()) : value),
})

/** The line at a position: { from, to, text, number, …what it is }. */
export function lineAt(state, position) {
  const { from, to, text, number } = state.doc.lineAt(position)
  return { ...state.field(shape)[number - 1], from, to, text, number }
}

/** The title above a position, without its marks. */
export function headingAbove(state, position) {
  const lines = state.field(shape)
  for (let number = state.doc.lineAt(position).number; number > 0; number--) {
    const { kind, body } = lines[number - 1]
    if (kind === 'heading') return [...plain(state.doc.line(number).text.slice(body))].slice(0, 120).join('')
  }
  return ''
}

const HAS_WORDS = new Set(['text', 'heading', 'item', 'note', 'definition'])

/** The pieces inside a line, at their places in the whole text. */
export function piecesOf(line) {
  if (!HAS_WORDS.has(line.kind)) return []
  const by = line.from + line.body
  return readInline(line.text.slice(line.body)).map((piece) => ({
    ...piece, from: piece.from + by, to: piece.to + by, marks: piece.marks.map(([from, to]) => [from + by, to + by]),
  }))
}

/** The piece of one of these kinds that touches a position. */
export const pieceAt = (state, position, kinds) => piecesOf(lineAt(state, position))
  .find(({ kind, from, to }) => kinds.includes(kind) && from <= position && position <= to)

/** Whether a drawn line hides something before its words. */
export const hidesMarks = (line) => line.body > 0 && ['text', 'heading', 'item', 'note', 'definition'].includes(line.kind)

/** The lines of the table or the card at a position: { kind, from, to, text }, or null. */
export function wholeAt(state, position) {
  const lines = state.field(shape)
  let first = state.doc.lineAt(position).number
  const { kind } = lines[first - 1]
  if (kind !== 'table' && kind !== 'macro') return null
  let last = first
  while (kind === 'table' && lines[first - 2]?.kind === kind) first--
  while (kind === 'table' && lines[last]?.kind === kind) last++
  const [from, to] = [state.doc.line(first).from, state.doc.line(last).to]
  return { kind, from, to, text: state.doc.sliceString(from, to) }
}

/** The table or card that is being typed by hand: it is not drawn before the caret leaves it. { from, to } or null. */
export const byHand = StateField.define({
  create: () => null,
  update(value, transaction) {
    const { state, startState } = transaction
    const isTyped = transaction.docChanged && (transaction.isUserEvent('input.type') || transaction.isUserEvent('delete'))
    if (!isTyped && !(value && (transaction.docChanged || transaction.selection))) return value
    const { head } = state.selection.main
    const whole = wholeAt(state, head)
    if (!whole || (value && !isTyped && (head < whole.from || head > whole.to))) return null
    const wasOpen = value || !wholeAt(startState, startState.selection.main.head)
    return wasOpen ? { from: whole.from, to: whole.to } : null
  },
})

/** The table or the card that is drawn at a position. */
export function drawnAt(state, position) {
  const [whole, open] = [wholeAt(state, position), state.field(byHand, false)]
  return whole && open && open.from <= whole.to && whole.from <= open.to ? null : whole
}
