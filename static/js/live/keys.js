// Keys where marks are hidden: a caret never stands before a mark it cannot see, Backspace takes letters and not halves of marks.
import { EditorSelection, EditorState, findClusterBreak } from '@codemirror/state'
import { change } from '../lib/change.js'
import { nextLine } from '../lib/markdown.js'
import { drawnAt, hidesMarks, lineAt, piecesOf, shape } from './shape.js'

/** A caret put before hidden marks goes after them; coming from the right, to the line above. */
export const besideMarks = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.selection || transaction.docChanged) return transaction
  const { main } = transaction.newSelection
  if (!main.empty || transaction.newSelection.ranges.length > 1) return transaction
  const whole = drawnAt(transaction.startState, main.head)
  if (whole && main.head > whole.from && main.head < whole.to) return [transaction, { selection: EditorSelection.cursor(whole.to), sequential: true }]
  const line = lineAt(transaction.startState, main.head)
  const start = line.from + line.body
  if (!hidesMarks(line) || main.head >= start) return transaction
  const isBack = transaction.startState.selection.main.head === start && transaction.isUserEvent('select') && !transaction.isUserEvent('select.pointer')
  const to = isBack && line.from ? line.from - 1 : start
  return [transaction, { selection: EditorSelection.cursor(to), sequential: true }]
})

/** What is typed beside a table or a card stands on a line of its own, or it would become a part of it. */
export const besideWhole = EditorState.transactionFilter.of((transaction) => {
  const { main } = transaction.startState.selection
  if (!transaction.docChanged || !main.empty || !(transaction.isUserEvent('input.type') || transaction.isUserEvent('input.paste'))) return transaction
  const whole = drawnAt(transaction.startState, main.head)
  if (!whole || (main.head !== whole.from && main.head !== whole.to)) return transaction
  const made = []
  transaction.changes.iterChanges((from, to, _from, _to, text) => made.push(from === main.head && to === from ? text.toString() : null))
  if (made.length !== 1 || !made[0] || made[0].startsWith('\n')) return transaction
  const after = main.head === whole.to
  const insert = after ? `\n\n${made[0]}` : `${made[0]}\n\n`
  return { changes: { from: main.head, insert }, selection: { anchor: main.head + (after ? insert.length : made[0].length) }, userEvent: 'input.type', scrollIntoView: true }
})

/** Where a caret stands once it has passed the hidden marks before it (step -1) or after it (1). */
function past(state, position, step) {
  const marks = piecesOf(lineAt(state, position)).flatMap((piece) => piece.marks)
  for (let moved = true; moved;) {
    moved = false
    for (const [from, to] of marks) {
      if (step < 0 ? to === position && from < to : from === position && from < to) {
        position = step < 0 ? from : to
        moved = true
      }
    }
  }
  return position
}

function remove(view, from, to) {
  view.dispatch({ changes: { from, to }, selection: { anchor: from }, userEvent: 'delete', scrollIntoView: true })
  return true
}

/** Backspace: gives back what the typography changed, takes a line's mark away, else one letter. */
export const backspace = (view) => {
  const { state } = view
  const { main } = state.selection
  if (!main.empty || state.readOnly) return false
  const line = lineAt(state, main.head)
  if (hidesMarks(line) && main.head === line.from + line.body) return unmark(view, line)
  const at = past(state, main.head, -1)
  if (at === main.head || at <= line.from + line.body) return false
  const from = line.from + findClusterBreak(line.text, at - line.from, false)
  return removeLetter(view, line, from, at)
}

export const deleteForward = (view) => {
  const { state } = view
  const { main } = state.selection
  if (!main.empty || state.readOnly) return false
  const line = lineAt(state, main.head)
  const at = past(state, main.head, 1)
  if (at === main.head || at >= line.to) return false
  return removeLetter(view, line, at, line.from + findClusterBreak(line.text, at - line.from))
}

/** The last letter of a bold word takes its marks away with it. */
function removeLetter(view, line, from, to) {
  const whole = piecesOf(line).find(({ marks }) => marks.length === 2 && marks[0][1] === from && marks[1][0] === to)
  return whole ? remove(view, whole.from, whole.to) : remove(view, from, to)
}

function unmark(view, line) {
  const { doc } = view.state
  const last = line.parts.findLast((part) => part.kind !== 'indent')
  const start = line.from + line.body
  if (!last) return line.number > 1 ? remove(view, doc.line(line.number - 1).to, start) : remove(view, line.from, start)
  const outer = line.depth > 1 && (last.kind === 'bullet' || last.kind === 'number')
  if (outer) return outdent(view)
  const first = last.kind === 'task' ? line.parts.at(-2) : last
  return remove(view, line.from + (first.kind === 'bullet' || first.kind === 'number' ? indentStart(line) : first.from), start)
}

const indentStart = (line) => line.parts.find((part) => part.kind === 'indent' && !line.boxed)?.from ?? line.parts.find((part) => part.kind !== 'indent' && part.kind !== 'quote').from

/** Enter: goes on with the list, the quote or the box; never between the halves of a mark. */
export const enter = (view) => {
  const { state } = view
  const { main } = state.selection
  if (!main.empty || state.readOnly) return false
  const line = lineAt(state, main.head)
  if (line.depth > 1 && line.kind === 'item' && !line.text.slice(line.body).trim()) return outdent(view)
  const at = past(state, main.head, 1)
  const text = state.doc.toString()
  const made = line.kind === 'code' || line.kind === 'fence' ? null : nextLine({ text, start: at, end: at })
  if (made) {
    const { start: from, end: to, insert } = change(text, made.text)
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: made.start }, userEvent: 'input', scrollIntoView: true })
    return true
  }
  const indent = line.boxed || line.kind === 'box' ? '    ' : ''
  const leaves = line.boxed && !line.text.trim()
  if (leaves) return remove(view, line.from, line.to)
  view.dispatch({ changes: { from: at, insert: `\n${indent}` }, selection: { anchor: at + 1 + indent.length }, userEvent: 'input', scrollIntoView: true })
  return true
}

/** Makes the items of the selection one step deeper, or less deep. */
export const indent = (view) => shift(view, (margin) => margin + 2)
export const outdent = (view) => shift(view, (margin, above) => above.findLast((other) => other < margin - 1) ?? 0)

function shift(view, wanted) {
  const { doc, selection: { main } } = view.state
  const lines = view.state.field(shape)
  const changes = []
  const margins = []
  const last = doc.lineAt(main.to).number
  for (let number = 1; number <= last; number++) {
    const { from, text } = doc.line(number)
    if (lines[number - 1].kind !== 'item') continue
    const margin = text.search(/\S/)
    const to = number < doc.lineAt(main.from).number ? margin : wanted(margin, margins)
    margins.push(to)
    if (to > margin) changes.push({ from, insert: ' '.repeat(to - margin) })
    if (to < margin) changes.push({ from: from + to, to: from + margin })
  }
  if (changes.length) view.dispatch({ changes, userEvent: 'input.tool' })
  return true
}
