// Passages that something is said about: drawn where they are, moved along with the text, pressed to read what is said.
import { StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView } from '@codemirror/view'

const put = StateEffect.define()

const marked = StateField.define({
  create: () => Decoration.none,
  update(value, { changes, effects, newDoc }) {
    const fresh = effects.find((effect) => effect.is(put))?.value
    return fresh ? Decoration.set(fresh.flatMap((one) => drawn(one, newDoc.length)), true) : value.map(changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

function drawn({ id, start, end, kind, active }, length) {
  const [from, to] = [Math.max(0, start), Math.min(end, length)]
  if (from >= to) return []
  const name = `co-passage co-passage--${kind === 'suggestion' ? 'suggestion' : 'comment'}${active ? ' co-passage--active' : ''}`
  return [Decoration.mark({ class: name, attributes: { 'data-passage': String(id) }, id }).range(from, to)]
}

export class Passages {
  constructor(desk) {
    this.desk = desk
    const press = ({ target }) => {
      const id = target.closest?.('[data-passage]')?.dataset.passage
      if (id) desk.host.tell('co-mark', { id })
    }
    this.extension = [marked, EditorView.domEventHandlers({ click: press })]
  }

  /** What is selected: { start, end, quote }, or null. */
  get selected() {
    const { state } = this.desk.view
    const { from, to, empty } = state.selection.main
    return empty ? null : { start: from, end: to, quote: state.sliceDoc(from, to) }
  }

  /** Draws these passages, instead of those that were. */
  mark(list) {
    this.desk.view.dispatch({ effects: put.of(list) })
  }

  /** Scrolls to a passage and selects it. */
  reveal(start, end) {
    const { length } = this.desk.view.state.doc
    const [anchor, head] = [Math.min(start, length), Math.min(end, length)]
    this.desk.view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
  }
}
