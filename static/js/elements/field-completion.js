// <field-completion data-source data-found data-none> offers what a field may say, as it is typed: arrows, Enter, Escape, or
// a press. The field stays a plain one: anything can be typed in it. With data-many, each part between commas is completed.
import { completeLast, lastOf } from '../lib/completion.js'
import { listening, make } from '../lib/parts.js'
import { getJSON } from '../lib/request.js'
import { fill } from '../lib/words.js'

let made = 0
const SHORTEST = 2

class FieldCompletion extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input')
    if (!this.field) return
    this.list = make('ul', { class: 'completion', role: 'listbox', id: `offers-${++made}`, hidden: true })
    this.voice = make('p', { class: 'visually-hidden', role: 'status' })
    this.field.after(this.list, this.voice)
    const combobox = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id, autocomplete: 'off' }
    for (const [name, value] of Object.entries(combobox)) this.field.setAttribute(name, value)
    const { on, stop } = listening()
    this.stop = stop
    on(this.field, 'input', () => this.look())
    on(this.field, 'keydown', (event) => this.key(event))
    on(this.field, 'blur', () => this.close())
    on(this.list, 'mousedown', (event) => event.preventDefault())
    on(this.list, 'click', (event) => this.choose(event.target.closest('li')))
  }

  disconnectedCallback() {
    this.stop?.()
    this.close()
    this.list?.remove()
    this.voice?.remove()
  }

  look() {
    this.close()
    const typed = 'many' in this.dataset ? lastOf(this.field.value) : this.field.value.trim()
    if (typed.length >= SHORTEST) this.timer = setTimeout(() => this.ask(typed), 150)
  }

  async ask(typed) {
    this.asking = new AbortController()
    try {
      const address = new URL(this.dataset.source, location.href)
      address.searchParams.set('q', typed)
      this.show(await getJSON(address, this.asking.signal))
    } catch {
      this.close() // what is meant can always be typed by hand
    }
  }

  show(found) {
    if (document.activeElement !== this.field) return
    const count = fill(this.dataset.found, { count: found.length })
    this.voice.textContent = found.length ? count : this.dataset.none
    if (!found.length) return this.close()
    this.list.setAttribute('aria-label', count)
    this.list.replaceChildren(...found.map(({ title, note }, index) => {
      const option = make('li', { role: 'option', id: `${this.list.id}-${index}`, 'aria-selected': 'false' },
        make('span', {}, title), note ? make('small', {}, note) : null)
      option.dataset.title = title
      return option
    }))
    this.list.hidden = false
    this.field.setAttribute('aria-expanded', 'true')
    this.at = -1
  }

  select(index) {
    const options = [...this.list.children]
    this.at = (index + options.length) % options.length
    options.forEach((option, place) => option.setAttribute('aria-selected', String(place === this.at)))
    options[this.at].scrollIntoView({ block: 'nearest' })
    this.field.setAttribute('aria-activedescendant', options[this.at].id)
  }

  key(event) {
    if (this.list.hidden || event.isComposing || event.shiftKey) return
    const actions = {
      ArrowDown: () => this.select(this.at + 1), ArrowUp: () => this.select(this.at < 0 ? -1 : this.at - 1),
      Enter: () => this.choose(this.list.children[Math.max(this.at, 0)]), Escape: () => this.close(),
    }
    if (!actions[event.key]) return
    event.preventDefault()
    actions[event.key]()
  }

  choose(option) {
    this.close()
    if (!option) return
    const { title } = option.dataset
    this.field.value = 'many' in this.dataset ? completeLast(this.field.value, title) : title
    this.voice.textContent = title
    this.field.dispatchEvent(new Event('change', { bubbles: true }))
  }

  close() {
    clearTimeout(this.timer)
    this.asking?.abort()
    if (!this.list) return
    this.list.hidden = true
    this.field.setAttribute('aria-expanded', 'false')
    this.field.removeAttribute('aria-activedescendant')
  }
}

customElements.define('field-completion', FieldCompletion)
