// After `[[`, the pages whose title goes on like that: the same list as in the plain field, placed by what is on screen.
import { Prec } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { LinkCompletion } from '../elements/link-completion.js'
import { change } from '../lib/change.js'

export class Completion {
  constructor(desk) {
    this.desk = desk
    this.extension = [
      EditorView.updateListener.of((update) => this.look(update)),
      Prec.highest(EditorView.domEventHandlers({ keydown: (event) => this.list?.key(event), blur: () => this.list?.close() })),
    ]
  }

  look({ view, docChanged, selectionSet, transactions }) {
    if (docChanged && transactions.some((one) => one.isUserEvent('input.type'))) {
      this.list ??= this.begin(view)
      this.list?.look()
    } else if (selectionSet || docChanged) this.list?.close()
  }

  begin(view) {
    const { words, host } = this.desk
    if (!words.complete) return null
    const surface = view.dom.parentElement
    return new LinkCompletion({
      area: view.contentDOM, isShared: true, dataset: words, append: (...parts) => surface.append(...parts),
      get state() {
        const { from, to } = view.state.selection.main
        return { text: view.state.doc.toString(), start: from, end: to }
      },
      placeOf(index) {
        const [at, frame] = [view.coordsAtPos(index), surface.getBoundingClientRect()]
        return at && { left: at.left - frame.left, bottom: at.bottom - frame.top, width: frame.width }
      },
      apply({ text, start }) {
        const { start: from, end: to, insert } = change(view.state.doc.toString(), text)
        view.dispatch({ changes: { from, to, insert }, selection: { anchor: start }, userEvent: 'input.tool', scrollIntoView: true })
        host.moved?.()
      },
    })
  }
}
