// What takes whole lines: tables and the cards of other contents, drawn in place; each opens its own form.
import { StateField } from '@codemirror/state'
import { Decoration, EditorView, WidgetType } from '@codemirror/view'
import { plain } from '../lib/inline.js'
import { icon, make } from '../lib/parts.js'
import { readTable } from '../lib/tables.js'
import { byHand, shape } from './shape.js'

class Whole extends WidgetType {
  constructor(source, words, look) {
    super()
    Object.assign(this, { source, words, look })
  }

  eq(other) { return other.constructor === this.constructor && other.source === this.source }

  ignoreEvent() { return true }

  button(view, dom, kind, label) {
    const button = make('button', { type: 'button', class: 'btn btn--tool', tabindex: '-1' }, icon('crayon'), label)
    button.addEventListener('click', () => dom.dispatchEvent(new CustomEvent('piece', { bubbles: true, detail: { kind, dom } })))
    return button
  }
}

class Table extends Whole {
  toDOM(view) {
    const [head, ...rows] = readTable(this.source).rows
    const line = (cells, name) => make('tr', {}, ...cells.map((cell) => make(name, {}, plain(cell))))
    const table = make('table', {}, make('thead', {}, line(head, 'th')), make('tbody', {}, ...rows.map((row) => line(row, 'td'))))
    const slide = make('div', { class: 'table-scroll', tabindex: '0' }, table)
    // Tab reaches what slides; a press on it is one in the text, which keeps the focus.
    slide.addEventListener('pointerdown', () => slide.removeAttribute('tabindex'))
    for (const end of ['pointerup', 'pointercancel', 'pointerleave']) slide.addEventListener(end, () => { slide.tabIndex = 0 })
    const dom = make('div', { class: 'co-table' }, slide)
    dom.append(this.button(view, dom, 'table', this.words.editTable))
    return dom
  }

  get estimatedHeight() { return 60 + this.source.split('\n').length * 40 }
}

const ICONS = { fichier: 'fichier', image: 'photo', retour: 'retour', carte: 'carte', portrait: 'portrait', moment: 'voix', sommaire: 'sommaire', pages: 'page' }

class Card extends Whole {
  toDOM(view) {
    const [, name, number = ''] = this.source.match(/\{\{[ \t]*([^\s:}]+)[ \t\u00a0:]*#?(\d*)/u)
    const words = make('p', {}, icon(ICONS[name.toLowerCase()] ?? 'page'), ` ${name} ${number}`)
    const body = make('div', { class: 'co-embed-body' }, words)
    const dom = make('div', { class: 'co-embed' }, body)
    dom.append(this.button(view, dom, 'macro', this.words.editCard))
    this.look?.(this.source.trim()).then((html) => {
      if (!html) return
      body.innerHTML = html // made and cleaned by the server, as in the preview
      body.querySelectorAll('a, button, summary, audio, video').forEach((one) => one.setAttribute('tabindex', '-1'))
      view.requestMeasure()
    })
    return dom
  }

  get estimatedHeight() { return 90 }
}

/** The extension. `look(text)` promises what the server shows for a card. */
export function cards(words, look) {
  const draw = (state, lines) => Decoration.set(ranges(state, lines, words, look))
  const field = StateField.define({
    create: (state) => draw(state, state.field(shape)),
    update: (value, { docChanged, state, startState }) => (
      docChanged || state.field(byHand) !== startState.field(byHand, false) ? draw(state, state.field(shape)) : value),
    provide: (own) => [EditorView.decorations.from(own), EditorView.atomicRanges.of((view) => view.state.field(own))],
  })
  return [byHand, field]
}

function ranges(state, lines, words, look) {
  const { doc } = state
  const open = state.field(byHand, false)
  const made = []
  for (let index = 0; index < lines.length; index++) {
    const { kind } = lines[index]
    if (kind !== 'table' && kind !== 'macro') continue
    let last = index
    while (kind === 'table' && lines[last + 1]?.kind === 'table') last++
    const [from, to] = [doc.line(index + 1).from, doc.line(last + 1).to]
    const Drawn = kind === 'table' ? Table : Card
    if (!open || to < open.from || from > open.to) made.push(Decoration.replace({ widget: new Drawn(doc.sliceString(from, to), words, look), block: true }).range(from, to))
    index = last
  }
  return made
}
