// Moving and deleting by keys: only what a text of words needs, over what is hidden or drawn as one piece.
import { EditorSelection } from '@codemirror/state'

/** A pair of key bindings: the key moves, with Shift it selects. */
function move(key, how, more = {}) {
  const go = (extend) => (view) => {
    const ranges = view.state.selection.ranges.map((range) => {
      const to = how(view, range, extend)
      return extend ? EditorSelection.range(range.anchor, to.head, to.goalColumn) : EditorSelection.cursor(to.head, to.assoc, undefined, to.goalColumn)
    })
    view.dispatch({ selection: EditorSelection.create(ranges), scrollIntoView: true, userEvent: 'select' })
    return true
  }
  return { key, run: go(false), shift: go(true), preventDefault: true, ...more }
}

const leftToRight = (view) => view.textDirection === 0
const side = (step) => (view, range, extend) => {
  if (!range.empty && !extend) return EditorSelection.cursor(step ? range.to : range.from)
  return view.moveByChar(range, step === leftToRight(view))
}
const word = (step) => (view, range) => view.moveByGroup(range, step === leftToRight(view))
const line = (step) => (view, range, extend) => view.moveVertically(range.empty || extend ? range : EditorSelection.cursor(step ? range.to : range.from), step)
const page = (step) => (view, range) => view.moveVertically(range, step, Math.max(200, innerHeight - 200))
const edge = (step) => (view, range) => {
  const to = view.moveToLineBoundary(range, step)
  return to.head === range.head ? view.moveToLineBoundary(range, step, false) : to
}
const end = (step) => (view) => EditorSelection.cursor(step ? view.state.doc.length : 0)

/** Deletes the selection, or what `how` passes over. */
const remove = (how) => (view) => {
  const { state } = view
  if (state.readOnly) return false
  const { main } = state.selection
  const to = main.empty ? how(view, main).head : main.head
  const [from, until] = [Math.min(main.anchor, to), Math.max(main.anchor, to)]
  if (from === until) return true
  view.dispatch({ changes: { from, to: until }, selection: { anchor: from }, userEvent: 'delete', scrollIntoView: true })
  return true
}
const character = (step) => (view, range) => view.moveByChar(range, step)

export const moving = [
  move('ArrowLeft', side(false)), move('ArrowRight', side(true)), move('ArrowUp', line(false)), move('ArrowDown', line(true)),
  move('Mod-ArrowLeft', word(false), { mac: 'Alt-ArrowLeft' }), move('Mod-ArrowRight', word(true), { mac: 'Alt-ArrowRight' }),
  move('Home', edge(false), { mac: 'Cmd-ArrowLeft' }), move('End', edge(true), { mac: 'Cmd-ArrowRight' }),
  move('Mod-Home', end(false), { mac: 'Cmd-ArrowUp' }), move('Mod-End', end(true), { mac: 'Cmd-ArrowDown' }),
  move('PageUp', page(false)), move('PageDown', page(true)),
  { key: 'Mod-a', run: (view) => { view.dispatch({ selection: { anchor: 0, head: view.state.doc.length }, userEvent: 'select' }); return true } },
  { key: 'Backspace', run: remove(character(false)), shift: remove(character(false)) }, { key: 'Delete', run: remove(character(true)) },
  { key: 'Mod-Backspace', mac: 'Alt-Backspace', run: remove(word(false)) }, { key: 'Mod-Delete', mac: 'Alt-Delete', run: remove(word(true)) },
]
