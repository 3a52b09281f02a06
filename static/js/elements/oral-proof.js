// <oral-proof data-address> around a recorder and a hidden field: what was said is put away at once, and the form names it.
import { postJSON } from '../lib/request.js'

class OralProof extends HTMLElement {
  connectedCallback() {
    this.addEventListener('recorded', this)
  }

  disconnectedCallback() {
    this.removeEventListener('recorded', this)
  }

  handleEvent({ detail: { id } }) {
    this.querySelector('[name="recorded"]').value = id
    return postJSON(this.dataset.address, { file: id })
  }
}

customElements.define('oral-proof', OralProof)
