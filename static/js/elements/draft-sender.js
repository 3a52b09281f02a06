// <draft-sender> keeps a whole form on the server while it is being written, for its writer alone. The words beside the
// light say where the text really is; each editor keeps its own copy in the browser until this one has arrived.
import { listening } from '../lib/parts.js'
import { Refused, SignedOut, postForText } from '../lib/request.js'
import { fill, moment } from '../lib/words.js'

const PAUSE = 2500 // milliseconds without typing before the form leaves
const AGAIN = 15000 // milliseconds before trying again without a connection
const AT_MOST = 12000 // milliseconds of typing without a pause

class DraftSender extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form')
    this.status = document.getElementById('kept-state')
    const { on, stop } = listening()
    this.stop = stop
    on(this.form, 'input', () => this.changed())
    on(this.form, 'sorted', () => this.changed())
    on(this.form, 'submit', () => this.leave())
    on(window, 'online', () => this.waiting && this.send())
    on(document, 'visibilitychange', () => document.hidden && this.waiting && this.send())
  }

  disconnectedCallback() {
    this.leave()
    this.stop?.()
  }

  leave() {
    this.isLeaving = true
    clearTimeout(this.timer)
    this.sending?.abort()
  }

  changed() {
    this.waiting ??= Date.now()
    this.later(Date.now() - this.waiting > AT_MOST ? 0 : PAUSE)
  }

  later(pause) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), pause)
  }

  async send() {
    if (this.isLeaving || this.sending) return this.isLeaving || this.later(PAUSE)
    const left = this.waiting
    this.waiting = null
    this.sending = new AbortController()
    this.say(this.dataset.sending, 'wait')
    this.dispatchEvent(new CustomEvent('keeping', { bubbles: true }))
    try {
      const { stamp } = JSON.parse(await postForText(this.dataset.to, words(this.form), this.sending.signal))
      this.form.elements.stamp.value = stamp
      const when = moment(Date.now(), document.documentElement.lang)
      if (!this.waiting) this.say(fill(this.dataset.kept, { when }), 'ok')
      this.dispatchEvent(new CustomEvent('kept', { bubbles: true }))
    } catch (error) {
      if (error.name !== 'AbortError') this.failed(error, left)
    }
    this.sending = null
  }

  failed(error, left) {
    this.waiting ??= left
    if (error instanceof SignedOut) return this.say(this.dataset.signedOut, 'kept')
    if (error instanceof Refused && [403, 404, 410].includes(error.status)) return this.close()
    if (error instanceof Refused && error.message && error.status !== 429) return this.say(error.message, 'kept')
    this.say(this.dataset.here, 'kept')
    this.later(AGAIN)
  }

  /** It is not open to its writer any more: somebody in it said no, or the rights changed. Only the page has the words. */
  close() {
    this.isLeaving = true
    this.say(this.dataset.closed, 'kept')
    this.dispatchEvent(new CustomEvent('closed', { bubbles: true }))
  }

  /** Where the text is, in words beside the light: ok (the server has it), wait, kept (only here). */
  say(words, tone) {
    const light = document.querySelector(`template[data-kept-light="${tone}"]`)?.content.cloneNode(true)
    if (!light || !this.status) return
    light.querySelector('span span').textContent = words
    this.status.replaceChildren(light)
  }
}

/** What is typed; files wait for the form itself. */
function words(form) {
  const data = new FormData(form)
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name)
  return data
}

customElements.define('draft-sender', DraftSender)
