// <toast-note>: what the last action did. It leaves by itself, later when it offers to undo, and waits while it is looked at.
import { listening } from '../lib/parts.js'

class ToastNote extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.life = this.querySelector('form, a') ? 15_000 : 7_000
    const close = this.querySelector('[data-close]')
    if (close) {
      close.hidden = false
      on(close, 'click', () => this.remove())
    }
    on(this, 'pointerenter', () => this.wait())
    on(this, 'focusin', () => this.wait())
    on(this, 'pointerleave', () => this.leave())
    on(this, 'focusout', () => this.leave())
    this.leave()
  }

  wait() {
    clearTimeout(this.timer)
  }

  leave() {
    this.wait()
    this.timer = setTimeout(() => this.remove(), this.life)
  }

  disconnectedCallback() {
    this.wait()
    this.stop()
  }
}

customElements.define('toast-note', ToastNote)
