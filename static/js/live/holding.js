// While a form is open others go on writing: what the form is about moves along with the text.
import { EditorView } from '@codemirror/view'

export class Holding {
  constructor() {
    this.held = new Set()
    this.extension = EditorView.updateListener.of(({ changes, docChanged }) => docChanged && this.held.forEach((one) => {
      one.from = changes.mapPos(one.from, 1)
      one.to = Math.max(one.from, changes.mapPos(one.to, -1))
    }))
  }

  /** [what the form gave, { from, to } where its range is by then]. */
  async about({ from, to }, form) {
    const place = { from, to }
    this.held.add(place)
    const made = await form
    this.held.delete(place)
    return [made, place]
  }
}
