// <oral-proof data-address> around a recorder and a hidden field: what was said is put away at once, and the form names it.
// Whoever agrees without « Keep » meant to keep it: the form waits for it, then goes.
import { listening } from '../lib/parts.js'
import { postJSON } from '../lib/request.js'

const HELD = ['recording', 'paused', 'done'] // states of a recorder that has something nobody kept yet

class OralProof extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    on(this, 'recorded', ({ detail }) => { this.put = this.take(detail) })
    on(this.closest('form'), 'submit', (event) => this.wait(event))
  }

  disconnectedCallback() {
    this.stop?.()
  }

  take({ id }) {
    this.querySelector('[name="recorded"]').value = id
    return postJSON(this.dataset.address, { file: id })
  }

  async wait(event) {
    const recorder = this.querySelector('media-recorder')
    const isOral = event.target.elements.method?.value === 'oral'
    if (!isOral || !HELD.includes(recorder.state)) return
    event.preventDefault()
    await recorder.end()
    await recorder.keep()
    await this.put
    if (recorder.state === 'sent') event.target.requestSubmit(event.submitter)
    else recorder.scrollIntoView({ block: 'center' })
  }
}

customElements.define('oral-proof', OralProof)
