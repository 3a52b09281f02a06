// <file-choice>: a file picked for a block leaves at once, and the page comes back to the block with it.
import { listening } from '../lib/parts.js'

class FileChoice extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.send = this.querySelector('button[name="keep"]')
    this.file = this.querySelector('input[type="file"]')
    this.send.hidden = true
    on(this.file, 'change', () => {
      if (this.file.files.length) this.file.form.requestSubmit(this.send)
    })
    on(this.querySelector('select'), 'change', () => { this.send.hidden = false })
  }

  disconnectedCallback() {
    this.stop?.()
    this.send.hidden = false
  }
}

customElements.define('file-choice', FileChoice)
