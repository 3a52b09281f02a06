// <file-choice>: a file picked for a block leaves at once, in pieces that survive a cut, or is recorded here; the page then
// comes back to the block with it. Without it the same form carries the file.
import { listening } from '../lib/parts.js'
import { fill, percent } from '../lib/words.js'

class FileChoice extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.put = this.querySelector('button[name="keep"]')
    this.file = this.querySelector('input[type="file"]')
    this.select = this.querySelector('select')
    this.status = this.querySelector('[role="status"]')
    this.capture = this.querySelector('[data-capture]')
    this.put.hidden = true
    this.capture.hidden = !globalThis.MediaRecorder
    on(this.file, 'change', () => this.file.files.length && this.send(this.file.files[0]))
    on(this.select, 'change', () => { this.put.hidden = false })
    on(this.capture, 'click', () => this.record())
  }

  disconnectedCallback() {
    this.stop?.()
    this.sending?.cancel()
    this.put.hidden = false
  }

  async send(file) {
    const { send } = await import('../lib/sending.js')
    const { group, parent, sending, waiting } = this.dataset
    const { lang } = document.documentElement
    this.sending = send(file, {
      group, parent, onProgress: (part) => this.say(fill(sending, { percent: percent(part || 0, lang) })),
      onWait: (isWaiting) => isWaiting && this.say(waiting),
    })
    try {
      this.take(await this.sending)
    } catch (error) {
      if (error.name !== 'AbortError') this.say(error.message || this.dataset.failed)
    }
    this.sending = null
  }

  async record() {
    const { openRecorder } = await import('../lib/recorder-sheet.js')
    const file = await openRecorder(this.capture.dataset.capture)
    if (file) this.take(file)
    else this.capture.focus()
  }

  /** What is on the server now stands in the block; everything typed is kept on the way. */
  take({ id, title }) {
    this.file.value = ''
    this.select.append(new Option(title, id, true, true))
    this.select.form.requestSubmit(this.put)
  }

  say(words) {
    this.status.textContent = words
  }
}

customElements.define('file-choice', FileChoice)
