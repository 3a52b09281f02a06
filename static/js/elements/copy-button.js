// <copy-button data-of="id"> or data-text="…": copies a text and says that it did.
import { listening } from '../lib/parts.js'

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector('button')
    if (!this.button || !navigator.clipboard) return // without it the text can still be selected by hand
    this.button.hidden = false
    this.words = this.button.querySelector('span') ?? this.button
    this.usual = this.words.textContent
    this.words.setAttribute('aria-live', 'polite')
    const { on, stop } = listening()
    this.stop = stop
    on(this.button, 'click', () => this.copy())
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.stop?.()
  }

  async copy() {
    const source = document.getElementById(this.dataset.of)
    const text = this.dataset.text ?? source?.value ?? source?.textContent ?? ''
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      return source?.select?.()
    }
    this.words.textContent = this.dataset.done
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { this.words.textContent = this.usual }, 2500)
  }
}

customElements.define('copy-button', CopyButton)
