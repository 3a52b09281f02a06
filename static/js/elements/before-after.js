// <before-after> lays two pictures one over the other; a slider shows more of one or of the other. Without it they stand
// side by side, each under its words.
import { listening } from '../lib/parts.js'

class BeforeAfter extends HTMLElement {
  connectedCallback() {
    const pictures = this.querySelectorAll('img')
    if (pictures.length !== 2) return
    const { on, stop } = listening()
    this.stop = stop
    this.classList.add('is-laid')
    this.slider = document.createElement('input')
    Object.assign(this.slider, { type: 'range', min: 0, max: 100, value: 50, className: 'compared-slider' })
    this.slider.setAttribute('aria-label', this.dataset.label)
    this.querySelector('.compared').append(this.slider)
    on(this.slider, 'input', () => this.show())
    this.show()
  }

  disconnectedCallback() {
    this.stop?.()
    this.slider?.remove()
    this.classList.remove('is-laid')
  }

  show() {
    this.style.setProperty('--seen', `${100 - this.slider.value}%`)
  }
}

customElements.define('before-after', BeforeAfter)
