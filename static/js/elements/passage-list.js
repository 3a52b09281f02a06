// <passage-list data-item="12" data-field="body" data-words='{…}'> beside a text being written: what is said of its passages, and
// the forms to say more. Works with <co-editor> where several write, and with the plain field.
import { entry } from '../lib/notes.js'
import { listening } from '../lib/parts.js'
import { locate } from '../lib/passages.js'
import { Refused, SignedOut, getJSON, postForJSON } from '../lib/request.js'
import { fill } from '../lib/words.js'
import { PassageWriter } from './passage-writer.js'

const EVERY = 20_000 // ms between two looks at what others said
const SOON = 400 // ms after the page or its shared text is there: writing comes first

class PassageList extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.dataset.words)
    this.base = `/items/${this.dataset.item}`
    this.room = document.querySelector('co-editor')
    this.list = this.querySelector('[data-list]')
    this.writer = new PassageWriter(this)
    this.voice = this.querySelector('[role="status"]')
    this.entries = []
    this.hidden = false
    const { on, stop } = listening()
    this.stop = stop
    on(document, 'co-ready', () => this.lookSoon())
    on(document, 'co-mark', ({ detail }) => this.show(Number(detail.id)))
    on(document, 'visibilitychange', () => document.hidden || this.look())
    this.timer = setInterval(() => document.hidden || this.look(), EVERY)
    this.sheet()
    this.lookSoon()
  }

  disconnectedCallback() {
    clearInterval(this.timer)
    clearTimeout(this.soon)
    this.stop?.()
  }

  get area() {
    return document.querySelector(`.edit-form [name="${CSS.escape(this.dataset.field)}"]`)
  }

  /** On a phone the list comes up as a sheet, from a button that says how many there are. */
  sheet() {
    this.opener = document.querySelector('[data-notes-open]')
    if (!this.opener) return
    const dialog = document.getElementById(this.opener.dataset.notesOpen)
    this.home = document.createComment('list')
    this.opener.hidden = false
    this.opener.addEventListener('pointerdown', (event) => event.preventDefault())
    this.opener.addEventListener('click', () => {
      this.before(this.home)
      dialog.append(this)
      dialog.showModal()
    })
    dialog.addEventListener('close', () => this.home.replaceWith(this))
  }

  lookSoon() {
    clearTimeout(this.soon)
    this.soon = setTimeout(() => this.look(), SOON)
  }

  async look() {
    try {
      this.draw((await getJSON(`${this.base}/passages`)).passages.filter((one) => one.field === this.dataset.field))
    } catch {
      // Without network the list stays as it is; the light of the text says that it is so.
    }
  }

  draw(entries) {
    const news = JSON.stringify(entries.map(({ start, end, ...rest }) => rest))
    this.entries = entries
    if (this.opener) this.opener.querySelector('span').textContent = fill(this.words.open, { count: entries.filter((one) => !one.settled).length })
    if (news === this.news) return
    this.news = news
    const order = [...entries].sort((one, other) => one.settled - other.settled || (one.start ?? Infinity) - (other.start ?? Infinity))
    this.list.replaceChildren(...order.map((one) => entry(one, this.words, (act) => this.act(one.id, act))))
    this.querySelector('[data-empty]').hidden = entries.length > 0
    this.mark()
  }

  mark(active) {
    this.room?.mark?.(this.entries.filter((one) => one.start !== null && !one.settled)
      .map(({ id, start, end, kind }) => ({ id, start, end, kind, active: id === active })))
  }

  async act(id, name) {
    const one = this.entries.find((other) => other.id === id)
    if (name === 'see') return this.see(one)
    if (name === 'answer') return this.writer.open('answer', { quote: one.quote || one.now, reply: id })
    await this.post(`${this.base}/comments/${id}/settlement`, { act: name })
    this.look()
  }

  see(one) {
    this.closest('dialog')?.close()
    this.mark(one.id)
    if (this.isLive) return this.room.reveal(one.start, one.end)
    const span = locate(this.area.value, one.state === 'changed' ? one.now : one.quote)
    this.area.focus()
    if (span) this.area.setSelectionRange(...span)
  }

  show(id) {
    const note = this.list.querySelector(`[data-note="${id}"]`)
    if (this.opener?.checkVisibility()) this.opener.click()
    note?.setAttribute('tabindex', '-1')
    note?.focus()
    note?.scrollIntoView({ block: 'nearest' })
  }

  get isLive() {
    return this.room?.dataset.now === 'live'
  }

  async post(address, fields) {
    try {
      const { message = '' } = await postForJSON(address, fields)
      this.tell(message)
      return true
    } catch (error) {
      this.tell(error instanceof SignedOut ? this.words.signedOut : error instanceof Refused && error.message ? error.message : this.words.away)
      return false
    }
  }

  tell(words) {
    this.voice.textContent = words
  }
}

customElements.define('passage-list', PassageList)
