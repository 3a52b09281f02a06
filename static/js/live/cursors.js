// Where the others are: their carets with a first name, what they selected, and the paragraph they write in, in their colour.
import { StateEffect } from '@codemirror/state'
import { Decoration, ViewPlugin, WidgetType } from '@codemirror/view'
import { createAbsolutePositionFromRelativePosition, createRelativePositionFromJSON, createRelativePositionFromTypeIndex } from 'yjs'
import { make } from '../lib/parts.js'

const moved = StateEffect.define()
const SAY = 120 // milliseconds between two words about my own place
const WRITING = 4_000 // milliseconds after the last letter during which one is said to write
const FAR = 15 // lines of a paragraph that are coloured

class Caret extends WidgetType {
  constructor(name, colour) {
    super()
    Object.assign(this, { name, colour })
  }

  eq(other) { return other.name === this.name && other.colour === this.colour }

  toDOM() { return make('span', { class: 'peer-caret', 'data-colour': this.colour, 'aria-hidden': 'true' }) }

  ignoreEvent() { return true }
}

class Who extends Caret {
  toDOM() { return make('span', { class: 'peer-name', 'data-colour': this.colour, 'aria-hidden': 'true' }, this.name) }
}

export const cursors = (text, awareness, heading) => ViewPlugin.fromClass(class {
  constructor(view) {
    this.view = view
    this.decorations = Decoration.none
    this.draw = ({ added, updated, removed }) => {
      const others = [...added, ...updated, ...removed].some((id) => id !== awareness.clientID)
      if (others) view.dispatch({ effects: moved.of(null) })
    }
    awareness.on('change', this.draw)
    this.say()
  }

  update(update) {
    const typed = update.transactions.some((one) => one.docChanged && one.isUserEvent('input') || one.isUserEvent('delete'))
    if (typed) this.writtenAt = Date.now()
    if (update.docChanged || update.selectionSet || update.focusChanged) this.saying ??= setTimeout(() => this.say(), SAY)
    if (update.docChanged || update.viewportChanged || update.transactions.some((one) => one.effects.some((effect) => effect.is(moved)))) this.decorations = this.all(update.state)
  }

  /** My own place, as others will see it. */
  say() {
    this.saying = null
    clearTimeout(this.rest)
    const { state, hasFocus } = this.view
    const { anchor, head } = state.selection.main
    const at = (index) => createRelativePositionFromTypeIndex(text, Math.min(index, text.length))
    const writing = Date.now() - (this.writtenAt ?? 0) < WRITING
    awareness.setLocalState({
      ...awareness.getLocalState(), writing, heading: heading(state, head),
      cursor: hasFocus ? { anchor: at(anchor), head: at(head) } : null,
    })
    if (writing) this.rest = setTimeout(() => this.say(), WRITING)
  }

  all(state) {
    const made = []
    const coloured = new Set()
    for (const [client, { user, cursor }] of awareness.getStates()) {
      if (client === awareness.clientID || !cursor || !user?.name) continue
      const [anchor, head] = [place(cursor.anchor, text, state), place(cursor.head, text, state)]
      if (anchor === null || head === null) continue
      const attributes = { 'data-colour': user.colour ?? 'ardoise' }
      if (anchor !== head) made.push(Decoration.mark({ class: 'peer-range', attributes }).range(Math.min(anchor, head), Math.max(anchor, head)))
      made.push(Decoration.widget({ widget: new Caret(user.name, attributes['data-colour']), side: 1 }).range(head))
      this.paragraph(state, head, user.name, attributes, coloured, made)
    }
    return Decoration.set(made, true)
  }

  paragraph({ doc }, head, name, attributes, coloured, made) {
    const here = doc.lineAt(head)
    let [first, last] = [here.number, here.number]
    const isWritten = (number) => doc.line(number).text.trim()
    if (isWritten(first)) {
      while (first > 1 && here.number - first < FAR && isWritten(first - 1)) first--
      while (last < doc.lines && last - here.number < FAR && isWritten(last + 1)) last++
    }
    if (coloured.has(first)) return
    for (let number = first; number <= last; number++) {
      coloured.add(number)
      const edge = `${number === first ? ' theirs-first' : ''}${number === last ? ' theirs-last' : ''}`
      made.push(Decoration.line({ class: `theirs${edge}`, attributes }).range(doc.line(number).from))
    }
    made.push(Decoration.widget({ widget: new Who(name, attributes['data-colour']), side: -1 }).range(doc.line(first).from))
  }

  destroy() {
    clearTimeout(this.saying)
    clearTimeout(this.rest)
    awareness.off('change', this.draw)
  }
}, { decorations: (plugin) => plugin.decorations })

function place(json, text, { doc }) {
  try {
    const found = createAbsolutePositionFromRelativePosition(createRelativePositionFromJSON(json), text.doc)
    return found?.type === text ? Math.min(found.index, doc.length) : null
  } catch {
    return null // another browser's nonsense moves nothing here
  }
}
