// What is offered under the caret: after `[[` the pages of that title, as in the plain field; after « / » the tools.
import { Prec } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { LinkCompletion } from '../elements/link-completion.js'
import { change } from '../lib/change.js'
import { ToolMenu } from './tool-menu.js'

export class Completion {
  constructor(desk) {
    this.desk = desk
    this.lists = []
    this.extension = [
      EditorView.updateListener.of((update) => this.look(update)),
      Prec.highest(EditorView.domEventHandlers({ keydown: (event) => this.lists.some((list) => list.key(event)), blur: () => this.close() })),
    ]
  }

  look({ view, docChanged, selectionSet, transactions }) {
    if (docChanged && transactions.some((one) => one.isUserEvent('input.type') || one.isUserEvent('delete.backward'))) {
      if (!this.lists.length) this.lists = this.begin(view)
      for (const list of this.lists) list.look()
    } else if (selectionSet || docChanged) this.close()
  }

  close() {
    for (const list of this.lists) list.close()
  }

  begin(view) {
    const { desk } = this
    const frame = this.frame(view)
    return [desk.words.complete && new LinkCompletion(frame), new ToolMenu(frame, desk)].filter(Boolean)
  }

  /** The text on screen as a list that stands under its caret sees it. */
  frame(view) {
    const { words, host } = this.desk
    const surface = view.dom.parentElement
    return {
      area: view.contentDOM, isShared: true, dataset: words, append: (...parts) => surface.append(...parts),
      get state() {
        const { from, to } = view.state.selection.main
        return { text: view.state.doc.toString(), start: from, end: to }
      },
      placeOf(index) {
        const [at, edges] = [view.coordsAtPos(index), surface.getBoundingClientRect()]
        return at && { left: at.left - edges.left, bottom: at.bottom - edges.top, width: edges.width }
      },
      apply({ text, start }) {
        const { start: from, end: to, insert } = change(view.state.doc.toString(), text)
        view.dispatch({ changes: { from, to, insert }, selection: { anchor: start }, userEvent: 'input.tool', scrollIntoView: true })
        host.moved?.()
      },
    }
  }
}
