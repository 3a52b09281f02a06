// <file-drop data-upload="address" data-field="file"> around a file field: drop several files, see each one leave, pause, stop
// or try again. Two leave at a time, in pieces: a cut, a reload or a sleep only delays them. Without data-upload it only
// makes room to drop; the form sends.
import { FileRow } from '../lib/file-row.js'
import { listening, make } from '../lib/parts.js'
import { WaitingFiles } from '../lib/waiting-files.js'
import { fill } from '../lib/words.js'

const TOGETHER = 2

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input[type="file"]')
    if (!this.field || this.list) return
    this.list = make('ul', { class: 'files' })
    this.voice = make('p', { class: 'hush', role: 'status' })
    this.append(make('p', { class: 'drop-hint only-wide' }, this.dataset.drop))
    const place = this.hasAttribute('data-alone') ? document.getElementById('sent-files') ?? this : this
    place.append(this.voice, this.list)
    this.rows = []
    const { on, stop } = listening()
    this.stop = stop
    on(this, 'dragover', (event) => this.over(event, true))
    on(this, 'dragleave', (event) => this.contains(event.relatedTarget) || this.over(event, false))
    on(this, 'drop', (event) => this.drop(event))
    if (this.dataset.upload) this.sendOneByOne(on)
  }

  /** Files leave one by one from here; the form must neither need nor send them again. */
  sendOneByOne(on) {
    const { field, dataset } = this
    on(field, 'change', () => { this.take(field.files); field.value = '' })
    on(window, 'beforeunload', (event) => this.isBusy && event.preventDefault())
    if (field.form) {
      on(field.form, 'submit', (event) => (this.isBusy ? event.preventDefault() : field.removeAttribute('name')))
      on(field.form, 'change', ({ target }) => target.name === 'credit' && this.rows.forEach((row) => row.describe({ credit: target.value })))
    }
    field.required = false
    this.ending('[type="submit"]', (button) => { button.hidden = true })
    const { group = '', parent = '' } = this.fields()
    this.waiting = new WaitingFiles(`${dataset.upload}/${group}/${parent}`)
    this.takeUpAgain()
  }

  async takeUpAgain() {
    const rest = await this.waiting.rest()
    for (const { name, file, fields } of rest) this.line(file, () => fields).kept = name
    this.next()
  }

  /** When the form only sends files, its button has nothing left to do. */
  ending(name, action) {
    const found = this.hasAttribute('data-alone') && this.field.form?.querySelector(`.form-end ${name}`)
    if (found) action(found)
  }

  disconnectedCallback() {
    this.stop?.()
    this.rows?.forEach((row) => row.state === 'sending' && row.sending?.pause())
  }

  get isBusy() {
    return this.rows.some((row) => !row.isOver)
  }

  over(event, isOver) {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    this.classList.toggle('is-over', isOver)
  }

  drop(event) {
    this.over(event, false)
    const files = event.dataTransfer?.files
    if (!files?.length) return
    if (this.dataset.upload) return this.take(files)
    this.field.files = files
    this.field.dispatchEvent(new Event('change', { bubbles: true }))
  }

  take(files) {
    for (const file of files) {
      const row = this.line(file, () => this.fields())
      this.waiting.keep(file, this.fields()).then((name) => (row.isOver && row.state !== 'failed' ? this.waiting.drop(name) : (row.kept = name)))
    }
    this.next()
  }

  line(file, fields) {
    const row = new FileRow(file, { fields, words: this.dataset, isAsked: this.hasAttribute('data-alone') && !this.fields().version, onEnd: () => this.ended(row) })
    this.rows.push(row)
    this.list.append(row.item)
    return row
  }

  next() {
    const sending = this.rows.filter((row) => row.state === 'sending').length
    this.rows.filter((row) => row.state === 'waiting').slice(0, Math.max(0, TOGETHER - sending)).forEach((row) => row.start())
    this.tell()
  }

  ended(row) {
    if (row.state === 'done' || row.state === 'gone') this.waiting.drop(row.kept)
    if (row.state === 'done' && this.fields().version) location.assign(row.made.url) // the page shows the new state
    if (row.state === 'gone') this.rows = this.rows.filter((other) => other !== row)
    this.next()
    if (!this.isBusy) this.ending('a.btn', (link) => link.classList.replace('btn--quiet', 'btn--main'))
  }

  /** One sentence for all, which is read aloud; the rows, which change all the time, are not. */
  tell() {
    const count = this.rows.filter((row) => row.state === 'done').length
    this.voice.textContent = this.rows.length > 1 ? fill(this.dataset.sent, { count, total: this.rows.length }) : ''
  }

  /** The form's other fields (which group, which folder) go with each file. */
  fields() {
    if (!this.field.form) return {}
    const found = Object.fromEntries([...new FormData(this.field.form)].filter(([, value]) => typeof value === 'string'))
    const { group, folder, parent, credit, version, note } = found
    return { group, folder, parent, credit, version, note }
  }
}

customElements.define('file-drop', FileDrop)
