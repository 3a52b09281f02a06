// <print-button>: its button prints this page; without JavaScript the button stays hidden and a sentence says how.
class PrintButton extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector('button')
    if (!this.button) return
    this.button.hidden = false
    this.print = () => window.print()
    this.button.addEventListener('click', this.print)
    for (const words of document.querySelectorAll('[data-without-script]')) words.hidden = true
  }

  disconnectedCallback() {
    this.button?.removeEventListener('click', this.print)
  }
}

customElements.define('print-button', PrintButton)
