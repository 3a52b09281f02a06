// <file-drop data-upload="address" data-field="file"> around a file field: drop several files, see each one leave, stop or
// try again. Two leave at a time. Without data-upload it only makes room to drop; the form sends.
import { icon, listening, make } from '../lib/parts.js'
import { Refused, SignedOut, sendFile } from '../lib/request.js'
import { fill, percent } from '../lib/words.js'

const TOGETHER = 2

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input[type="file"]')
    if (!this.field || this.rows) return
    this.rows = make('ul', { class: 'files', 'aria-live': 'polite' })
    this.append(make('p', { class: 'drop-hint only-wide' }, this.dataset.drop), this.rows)
    this.queue = []
    this.sending = new Set()
    const { on, stop } = listening()
    this.stop = stop
    on(this, 'dragover', (event) => this.over(event, true))
    on(this, 'dragleave', (event) => this.contains(event.relatedTarget) || this.over(event, false))
    on(this, 'drop', (event) => this.drop(event))
    if (!this.dataset.upload) return
    // Files leave one by one from here; the form must neither need nor send them again.
    on(this.field, 'change', () => { this.take(this.field.files); this.field.value = '' })
    on(window, 'beforeunload', (event) => this.isBusy && event.preventDefault())
    if (this.field.form) {
      on(this.field.form, 'submit', (event) => (this.isBusy ? event.preventDefault() : this.field.removeAttribute('name')))
    }
    this.field.required = false
    this.ending('[type="submit"]', (button) => { button.hidden = true })
  }

  /** When the form only sends files, its button has nothing left to do. */
  ending(name, action) {
    const found = this.hasAttribute('data-alone') && this.field.form?.querySelector(`.form-end ${name}`)
    if (found) action(found)
  }

  disconnectedCallback() {
    this.stop?.()
    this.sending?.forEach((sending) => sending.cancel())
  }

  get isBusy() {
    return this.sending.size + this.queue.length > 0
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
      const row = this.row(file)
      this.rows.append(row.item)
      this.queue.push(row)
    }
    this.next()
  }

  next() {
    while (this.queue.length && this.sending.size < TOGETHER) this.send(this.queue.shift())
  }

  row(file) {
    const note = make('small', {}, fill(this.dataset.sending, { percent: percent(0, this.language) }))
    const bar = make('progress', { class: 'progress', max: 1, value: 0, 'aria-label': file.name })
    const button = make('button', { type: 'button', class: 'btn btn--tool' }, this.dataset.cancel)
    const name = make('span', {}, file.name, note)
    const item = make('li', { class: 'file' }, icon(file.type.startsWith('image/') ? 'photo' : 'page'), name, button, bar)
    const row = { file, item, name, note, bar, button }
    button.addEventListener('click', () => row.act())
    row.act = () => this.forget(row)
    return row
  }

  get language() {
    return document.documentElement.lang
  }

  forget(row) {
    this.queue = this.queue.filter((other) => other !== row)
    row.item.remove()
  }

  async send(row) {
    const { upload, field, cancel } = this.dataset
    row.bar.hidden = false
    row.note.classList.remove('failed')
    row.button.textContent = cancel
    const sending = sendFile(upload, field, row.file, { fields: this.fields(), onProgress: (part) => this.show(row, part) })
    row.act = () => sending.cancel()
    this.sending.add(sending)
    try {
      this.done(row, await sending.done)
    } catch (error) {
      if (error.name === 'AbortError') row.item.remove()
      else this.failed(row, error)
    } finally {
      this.sending.delete(sending)
      this.next()
      if (!this.isBusy) this.ending('a.btn', (link) => link.classList.replace('btn--quiet', 'btn--main'))
    }
  }

  /** The form's other fields (which group, which folder) go with each file. */
  fields() {
    if (!this.field.form) return {}
    return Object.fromEntries([...new FormData(this.field.form)].filter(([, value]) => typeof value === 'string'))
  }

  show(row, part) {
    row.bar.value = part
    row.note.textContent = fill(this.dataset.sending, { percent: percent(part, this.language) })
  }

  done(row, { url }) {
    row.item.classList.add('file--done')
    row.bar.remove()
    row.button.remove()
    row.name.replaceChildren(url ? make('a', { href: url }, row.file.name) : row.file.name, row.note)
    row.item.querySelector('.icon').replaceWith(icon('coche'))
    row.note.textContent = this.dataset.done
  }

  failed(row, error) {
    const { signedOut, tooLarge, failed, retry } = this.dataset
    row.bar.hidden = true
    row.note.classList.add('failed')
    if (error instanceof SignedOut) row.note.textContent = signedOut
    else if (error instanceof Refused) row.note.textContent = error.message || (error.status === 413 ? tooLarge : failed)
    else row.note.textContent = failed
    row.button.textContent = retry
    row.act = () => { this.queue.push(row); this.next() }
  }
}

customElements.define('file-drop', FileDrop)
