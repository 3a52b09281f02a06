// <live-try data-to="/…"> around a form with one search field: shows the server's answer while one types.
import { listening } from '../lib/parts.js'
import { postForText } from '../lib/request.js'

const PAUSE = 250 // ms without a key before asking

class LiveTry extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input')
    this.answer = this.querySelector('[data-answer]')
    const { on, stop } = listening()
    this.stop = stop
    on(this.field, 'input', () => {
      clearTimeout(this.waiting)
      this.waiting = setTimeout(() => this.ask(), PAUSE)
    })
  }

  disconnectedCallback() {
    clearTimeout(this.waiting)
    this.asking?.abort()
    this.stop?.()
  }

  async ask() {
    this.asking?.abort()
    this.asking = new AbortController()
    try {
      this.answer.innerHTML = await postForText(this.dataset.to, { try: this.field.value }, this.asking.signal)
    } catch {
      // The button beside the field says the same, or why it cannot.
    }
  }
}

customElements.define('live-try', LiveTry)
