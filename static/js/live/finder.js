// Finding words in the text, and replacing them: accents and capitals do not matter.
import { StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView } from '@codemirror/view'
import { places } from '../lib/find.js'
import { fill } from '../lib/words.js'

const look = StateEffect.define()
const FOUND = Decoration.mark({ class: 'co-found' })
const HERE = Decoration.mark({ class: 'co-found co-found--here' })

const search = StateField.define({
  create: () => ({ words: '', found: [], at: -1, marks: Decoration.none }),
  update(value, transaction) {
    const asked = transaction.effects.find((effect) => effect.is(look))?.value
    if (!asked && !(transaction.docChanged && value.words)) return value
    const words = asked?.words ?? value.words
    const found = !asked || asked.words !== undefined || transaction.docChanged ? places(transaction.newDoc.toString(), words) : value.found
    const at = Math.min(asked?.at ?? value.at, found.length - 1)
    const marks = Decoration.set(found.map(({ from, to }, index) => (index === at ? HERE : FOUND).range(from, to)))
    return { words, found, at, marks }
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.marks),
})

export class Finder {
  constructor(desk, bar) {
    Object.assign(this, { desk, bar, field: bar.querySelector('[name=find]'), by: bar.querySelector('[name=replace]'), count: bar.querySelector('[data-count]') })
    this.extension = search
    bar.addEventListener('input', ({ target }) => target === this.field && this.look())
    bar.addEventListener('keydown', (event) => this.key(event))
    const acts = { next: () => this.go(1), previous: () => this.go(-1), replace: () => this.replace(), all: () => this.replaceAll(), close: () => this.close() }
    bar.addEventListener('click', ({ target }) => acts[target.closest('button')?.dataset.find]?.())
  }

  get value() {
    return this.desk.view.state.field(search)
  }

  open() {
    const { state } = this.desk.view
    const { from, to } = state.selection.main
    this.bar.hidden = false
    this.by.closest('[data-replacing]').hidden = state.readOnly
    if (to > from && to - from < 100) this.field.value = state.sliceDoc(from, to)
    this.field.focus()
    this.field.select()
    this.look()
  }

  close() {
    this.bar.hidden = true
    this.desk.view.dispatch({ effects: look.of({ words: '', at: -1 }) })
    this.desk.view.focus()
  }

  key(event) {
    if (event.key === 'Escape') this.close()
    else if (event.key === 'Enter' && event.target === this.field) this.go(event.shiftKey ? -1 : 1)
    else if (event.key === 'Enter' && event.target === this.by) this.replace()
    else return
    event.preventDefault()
  }

  look() {
    const { view } = this.desk
    view.dispatch({ effects: look.of({ words: this.field.value, at: -1 }) })
    const { found } = this.value
    const next = found.findIndex(({ from }) => from >= view.state.selection.main.from)
    this.show(found.length ? Math.max(next, 0) : -1)
  }

  go(step) {
    const { found, at } = this.value
    if (found.length) this.show((at + step + found.length) % found.length)
  }

  show(at) {
    const { view, words } = this.desk
    const one = this.value.found[at]
    const scroll = one ? [EditorView.scrollIntoView(one.from, { y: 'center' })] : []
    view.dispatch({ effects: [look.of({ at }), ...scroll], ...(one && { selection: { anchor: one.from, head: one.to } }) })
    const { found, words: asked } = this.value
    this.count.textContent = !asked ? '' : found.length ? fill(words.foundAt, { at: at + 1, count: found.length }) : words.foundNone
  }

  replace() {
    const { found, at } = this.value
    if (at < 0) return
    this.desk.view.dispatch({ changes: { ...found[at], insert: this.by.value }, userEvent: 'input.tool' })
    this.show(Math.min(at, this.value.found.length - 1))
  }

  replaceAll() {
    const { found } = this.value
    if (!found.length) return
    this.desk.view.dispatch({ changes: found.map((one) => ({ ...one, insert: this.by.value })), userEvent: 'input.tool' })
    this.count.textContent = fill(this.desk.words.replaced, { count: found.length })
  }
}
