// A list under the caret of what one may be typing: arrows, Enter, Escape; or a press. Who uses it says what it offers and what a choice does.
import { caretPlace } from '../lib/caret.js'
import { listening, make } from '../lib/parts.js'

let made = 0

export class SuggestionList {
  constructor(editor) {
    this.editor = editor
    this.area = editor.area
    this.list = make('ul', { class: 'completion', role: 'listbox', id: `suggestions-${++made}`, hidden: true })
    this.voice = make('p', { class: 'visually-hidden', role: 'status' })
    editor.append(this.list, this.voice)
    this.area.setAttribute('aria-autocomplete', 'list')
    const { on, stop } = listening()
    this.on = on
    this.stop = () => { stop(); this.close(); this.list.remove(); this.voice.remove() }
    on(this.list, 'mousedown', (event) => event.preventDefault())
    on(this.list, 'click', (event) => this.choose(event.target.closest('li')))
  }

  get isOpen() {
    return !this.list.hidden
  }

  /** Shows `offers`, { words, note, … }, under the place `start` of the text; `said` tells how many there are. */
  open(offers, start, said) {
    this.start = start
    this.voice.textContent = said
    this.list.setAttribute('aria-label', said)
    this.list.replaceChildren(...offers.map((offer, index) => {
      const option = make('li', { role: 'option', id: `${this.list.id}-${index}`, 'aria-selected': 'false' },
        make('span', {}, offer.words), offer.note ? make('small', {}, offer.note) : null)
      option.offer = offer
      return option
    }))
    this.list.hidden = false
    this.area.setAttribute('aria-controls', this.list.id)
    this.place()
    this.select(0)
    this.list.scrollIntoView({ block: 'nearest' })
  }

  place() {
    const { isShared, placeOf } = this.editor
    const { left, bottom, width } = isShared ? placeOf(this.start) ?? {} : caretPlace(this.area, this.start)
    const [top, start] = isShared ? [0, 0] : [this.area.offsetTop, this.area.offsetLeft]
    this.list.style.insetBlockStart = `${top + bottom + 4}px`
    this.list.style.insetInlineStart = `${start + Math.max(0, Math.min(left, width - this.list.offsetWidth))}px`
  }

  select(index) {
    const options = [...this.list.children]
    this.at = (index + options.length) % options.length
    options.forEach((option, place) => option.setAttribute('aria-selected', String(place === this.at)))
    options[this.at].scrollIntoView({ block: 'nearest' })
    this.area.setAttribute('aria-activedescendant', options[this.at].id)
  }

  key(event) {
    if (!this.isOpen || event.isComposing) return false
    const actions = {
      ArrowDown: () => this.select(this.at + 1), ArrowUp: () => this.select(this.at - 1),
      Enter: () => this.choose(this.list.children[this.at]), Tab: () => this.choose(this.list.children[this.at]),
      Escape: () => this.close(),
    }
    if (!actions[event.key] || event.shiftKey) return false
    event.preventDefault()
    event.stopImmediatePropagation()
    actions[event.key]()
    return true
  }

  close() {
    this.list.hidden = true
    this.area.removeAttribute('aria-activedescendant')
    this.area.removeAttribute('aria-controls')
  }
}
