// <read-aloud data-of="id" data-stop="…">: its button reads a part of the page aloud, where the device can.
import { listening } from '../lib/parts.js'
import { canSpeak, say, wordsIn } from '../lib/speaking.js'

class ReadAloud extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector('button')
    if (!this.button || !canSpeak()) return
    this.button.hidden = false
    this.words = this.button.querySelector('span') ?? this.button
    this.usual = this.words.textContent
    const { on, stop } = listening()
    this.stop = stop
    on(this.button, 'click', () => (this.hush ? this.hush() : this.read()))
  }

  disconnectedCallback() {
    this.hush?.()
    this.stop?.()
  }

  read() {
    const part = document.getElementById(this.dataset.of)
    if (!part) return
    this.words.textContent = this.dataset.stop
    this.hush = say(wordsIn(part), document.documentElement.lang, () => {
      this.words.textContent = this.usual
      this.hush = null
    })
  }
}

customElements.define('read-aloud', ReadAloud)
