// <digit-pad data-clear data-back data-status data-last>: large keys around a field of digits, and a cell per digit.
// `length` is how many are expected; at the last one it fires « full ».
import { icon, listening, make } from '../lib/parts.js'

class DigitPad extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.field = this.querySelector('input')
    this.field.inputMode = 'none' // the keys are here; a keyboard that is plugged in types too
    this.cells = make('p', { class: 'digits', 'aria-hidden': 'true' })
    this.status = make('p', { class: 'visually-hidden', role: 'status' })
    this.before(this.status)
    this.prepend(this.cells)
    this.append(this.keys())
    this.length ??= 4
    this.draw()
    on(this.field, 'input', () => this.typed())
    on(this, 'click', ({ target }) => this.press(target.closest('button')))
  }

  disconnectedCallback() {
    this.stop()
  }

  set expected(length) {
    this.length = length
    this.field.value = ''
    this.draw()
  }

  get isFull() {
    return this.field.value.length === this.length
  }

  keys() {
    const key = (digit) => make('button', { type: 'button', 'data-digit': digit }, digit)
    const word = (name, sign, words) => make('button', { type: 'button', class: 'pad-word', [`data-${name}`]: true }, icon(sign), words)
    return make('div', { class: 'pad' }, ...'123456789'.split('').map(key),
      word('back', 'retourner', this.dataset.back), key('0'), word('clear', 'effacer', this.dataset.clear))
  }

  press(button) {
    if (!button) return
    if ('back' in button.dataset) return this.dispatchEvent(new CustomEvent('back'))
    const { value } = this.field
    this.field.value = 'clear' in button.dataset ? value.slice(0, -1) : value + button.dataset.digit
    this.typed()
  }

  typed() {
    this.field.value = this.field.value.replace(/\D/g, '').slice(0, this.length)
    this.draw()
    const { status } = this.dataset
    this.status.textContent = status.replace('{n}', this.field.value.length).replace('{total}', this.length)
    if (this.isFull) this.dispatchEvent(new CustomEvent('full'))
  }

  draw() {
    if (!this.cells) return
    const on = this.field.value.length
    this.cells.replaceChildren(...Array.from({ length: this.length }, (_, index) => make('i', { class: index < on ? 'on' : null })))
  }
}

customElements.define('digit-pad', DigitPad)
