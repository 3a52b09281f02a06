// <read-aloud data-of="id" data-stop="…">: its button reads a part of the page aloud, where the device can.
import { listening } from '../lib/parts.js'

class ReadAloud extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector('button')
    if (!this.button || !window.speechSynthesis) return
    this.button.hidden = false
    this.words = this.button.querySelector('span') ?? this.button
    this.usual = this.words.textContent
    const { on, stop } = listening()
    this.stop = stop
    on(this.button, 'click', () => (speechSynthesis.speaking ? speechSynthesis.cancel() : this.read()))
  }

  disconnectedCallback() {
    if (this.stop) speechSynthesis.cancel()
    this.stop?.()
  }

  read() {
    const part = document.getElementById(this.dataset.of)?.cloneNode(true)
    if (!part) return
    for (const mine of part.querySelectorAll('read-aloud, .visually-hidden')) mine.remove()
    const said = new SpeechSynthesisUtterance(part.textContent.replace(/\s+/g, ' '))
    said.lang = document.documentElement.lang
    said.rate = 0.9
    said.onend = said.onerror = () => { this.words.textContent = this.usual }
    this.words.textContent = this.dataset.stop
    speechSynthesis.speak(said)
  }
}

customElements.define('read-aloud', ReadAloud)
