// What is drawn in place of marks: points, boxes to tick, cards of pages, images. Text alone makes them: nothing here reads HTML.
import { WidgetType } from '@codemirror/view'
import { icon, make } from '../lib/parts.js'

/** Says that a card was pressed: whoever knows its form opens it. */
const press = (dom, kind) => dom.dispatchEvent(new CustomEvent('piece', { bubbles: true, detail: { kind, dom } }))

class Drawn extends WidgetType {
  constructor(values) {
    super()
    this.values = values
    this.key = JSON.stringify(values)
  }

  eq(other) { return other.constructor === this.constructor && other.key === this.key }

  ignoreEvent() { return true }
}

export class Point extends Drawn {
  toDOM() { return make('span', { class: 'co-point', 'aria-hidden': 'true' }) }

  ignoreEvent() { return false }
}

export class Rule extends Drawn {
  toDOM() { return make('span', { class: 'co-rule' }) }

  ignoreEvent() { return false }
}

/** A box to tick: the press changes its own two characters. */
export class Tick extends Drawn {
  toDOM(view) {
    const { isDone, words } = this.values
    const box = make('input', { type: 'checkbox', class: 'co-tick', tabindex: '-1', 'aria-label': words })
    box.checked = isDone
    box.addEventListener('mousedown', (event) => event.preventDefault())
    box.addEventListener('click', (event) => {
      event.preventDefault()
      if (!view.state.readOnly) tick(view, view.posAtDOM(box))
    })
    return make('span', { class: 'co-tick-target' }, box)
  }
}

/** Ticks or unticks the task of the line at a position. */
export function tick(view, position) {
  const { from, text } = view.state.doc.lineAt(position)
  const found = text.match(/^(?:[ >]*(?:[-*+]|\d{1,9}[.)]) +)\[([ xX])\]/)
  if (!found) return false
  const at = from + found[0].length - 2
  view.dispatch({ changes: { from: at, to: at + 1, insert: found[1] === ' ' ? 'x' : ' ' }, userEvent: 'input.tool' })
  return true
}

/** The card of a page inside a sentence. */
export class PageCard extends Drawn {
  toDOM() {
    const card = make('span', { class: 'co-card', role: 'button', title: this.values.title }, icon('page'), make('span', {}, this.values.words))
    card.addEventListener('click', () => press(card, 'wiki'))
    return card
  }
}

/** The end of a link: what leads to its form. */
export class LinkEnd extends Drawn {
  toDOM() {
    const end = make('span', { class: 'co-link-end', role: 'button', title: `${this.values.edit} : ${this.values.address}`, 'aria-label': this.values.edit }, icon('lien'))
    end.addEventListener('click', () => press(end, 'link'))
    return end
  }
}

export class Call extends Drawn {
  toDOM() { return make('sup', { class: 'co-call' }, this.values.note) }

  ignoreEvent() { return false }
}

export class Picture extends Drawn {
  toDOM(view) {
    const { alt, source, words, own } = this.values
    const isOurs = /^(?:\/(?!\/)|data:image\/|blob:)/.test(source)
    const shown = isOurs && make('img', { src: source, alt: '', loading: 'lazy', decoding: 'async' })
    if (shown) {
      shown.addEventListener('load', () => view.requestMeasure())
      shown.addEventListener('error', () => { shown.remove(); view.requestMeasure() })
    }
    const title = make('span', { class: alt ? 'co-alt' : 'co-alt co-alt--missing' }, icon(shown ? 'crayon' : 'photo'), alt || words)
    const figure = make('span', { class: own ? 'co-picture co-picture--own' : 'co-picture', role: 'button' }, shown || null, title)
    figure.addEventListener('click', () => press(figure, 'image'))
    return figure
  }

  get estimatedHeight() { return this.values.own ? 260 : -1 }
}

/** The title of a box, when it has none of its own. */
export class BoxName extends Drawn {
  toDOM() { return make('span', { class: 'co-box-name' }, this.values.words) }

  ignoreEvent() { return false }
}
