// Help for the signs of French while typing; Backspace right after gives back what the fingers did.
import { StateEffect, StateField } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { french } from '../lib/typography.js'
import { lineAt } from './shape.js'

const help = StateEffect.define()
const helped = StateField.define({
  create: () => null,
  update(value, transaction) {
    const fresh = transaction.effects.find((effect) => effect.is(help))
    if (fresh) return fresh.value
    return transaction.docChanged || transaction.selection ? null : value
  },
})
const WORDS = new Set(['text', 'heading', 'item', 'note', 'definition', 'blank'])

const typing = EditorView.inputHandler.of((view, from, to, text) => {
  if (from !== to || view.composing || [...text].length !== 1 || view.state.readOnly) return false
  const line = lineAt(view.state, from)
  if (!WORDS.has(line.kind)) return false
  const made = french(line.text.slice(line.body, from - line.from), text)
  if (!made) return false
  const start = from - made.remove
  const end = start + made.insert.length
  view.dispatch({
    changes: { from: start, to, insert: made.insert }, selection: { anchor: end }, userEvent: 'input.type', scrollIntoView: true,
    effects: help.of({ from: start, to: end, was: view.state.sliceDoc(start, from) + text }),
  })
  return true
})

/** The extension, for a text in that language. */
export const typography = (language) => (language.startsWith('fr') ? [helped, typing] : [])

/** Backspace right after a help. */
export const unhelp = (view) => {
  const done = view.state.field(helped, false)
  if (!done || view.state.selection.main.head !== done.to) return false
  view.dispatch({ changes: { from: done.from, to: done.to, insert: done.was }, selection: { anchor: done.from + done.was.length }, userEvent: 'input.type' })
  return true
}
