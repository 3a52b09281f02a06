// <selection-bar data-one="{count} …" data-many="…"> around the form « selection »: counts what is ticked, and remembers it
// from one page of results to the next, in this tab only. Only numbers are kept, never titles.
import { listening } from '../lib/parts.js'
import { fill } from '../lib/words.js'

const KEY = 'selection'

class SelectionBar extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form')
    if (!this.form) return
    this.picked = new Set(this.remembered())
    for (const box of this.boxes()) {
      // Going back, a browser ticks again what was ticked: both are kept.
      if (box.checked) this.picked.add(box.value)
      box.checked = this.picked.has(box.value)
    }
    const { on, stop } = listening()
    this.stop = stop
    on(document, 'change', ({ target }) => this.isBox(target) && this.tick(target))
    on(this.form, 'formdata', ({ formData }) => this.complete(formData))
    on(this.querySelector('[data-clear]'), 'click', () => this.clear())
    on(window, 'pageshow', ({ persisted }) => persisted && this.show())
    this.classList.add('is-live')
    this.show()
  }

  disconnectedCallback() {
    this.stop?.()
  }

  isBox(target) {
    return target.type === 'checkbox' && target.name === 'items' && target.form === this.form
  }

  boxes() {
    return [...this.form.elements].filter((field) => this.isBox(field))
  }

  tick(box) {
    if (box.checked) this.picked.add(box.value)
    else this.picked.delete(box.value)
    this.keep()
    this.show()
  }

  /** What was ticked on other pages goes with what is ticked here, in the order of ticking. */
  complete(formData) {
    formData.delete('items')
    for (const number of this.picked) formData.append('items', number)
  }

  clear() {
    const first = this.boxes()[0]
    this.picked.clear()
    for (const box of this.boxes()) box.checked = false
    this.keep()
    this.show()
    first?.focus()
  }

  show() {
    const count = this.picked.size
    this.classList.toggle('is-empty', !count)
    this.querySelector('[role="status"]').textContent = fill(count > 1 ? this.dataset.many : count ? this.dataset.one : this.dataset.none, { count })
    for (const button of this.querySelectorAll('[data-least]')) {
      const { least, most } = button.dataset
      button.disabled = count < Number(least) || count > Number(most || Infinity)
    }
  }

  remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY) ?? '[]').filter((one) => /^\d{1,9}$/.test(one))
    } catch {
      return []
    }
  }

  keep() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify([...this.picked]))
    } catch {
      // A full or forbidden storage: what is ticked on this page still counts.
    }
  }
}

customElements.define('selection-bar', SelectionBar)
