// One file on its way: what it is, how far it is, pause, stop, try again; and of a picture, what it shows.
import { icon, make } from './parts.js'
import { Refused, SignedOut, postForJSON } from './request.js'
import { sayDoubt, twinNote } from './twin-note.js'
import { fill, percent } from './words.js'

export class FileRow {
  /** `words`: the sentences; `onEnd(row)` is called when its turn is over; `isAsked`: whether to ask what a picture shows. */
  constructor(file, { fields, words, onEnd, isAsked }) {
    Object.assign(this, { file, fields, words, onEnd, part: 0, state: 'waiting' })
    this.isPicture = file.type.startsWith('image/')
    this.note = make('small', {}, words.turn)
    this.bar = make('progress', { class: 'progress', max: 1, value: 0, 'aria-label': file.name })
    this.buttons = make('span', { class: 'file-buttons' })
    this.name = make('span', { class: 'file-name' }, file.name, this.note)
    this.item = make('li', { class: 'file file--sent' }, this.sign(), this.name, this.bar, this.buttons)
    if (this.isPicture && isAsked) this.ask()
    this.show('waiting', words.turn)
  }

  sign() {
    if (!this.isPicture) return make('span', { class: 'file-sign' }, icon('page'))
    this.address = URL.createObjectURL(this.file)
    const image = make('img', { src: this.address, alt: '', width: 72, height: 72, decoding: 'async' })
    const sign = make('span', { class: 'file-sign' }, image)
    image.addEventListener('error', () => image.replaceWith(icon('photo'))) // a form this browser does not read
    return sign
  }

  /** What the picture shows is asked while it leaves, and kept once it has arrived. */
  ask() {
    this.alt = make('input', { class: 'input', maxlength: 1000, autocomplete: 'off' })
    this.said = make('small', { role: 'status' })
    this.alt.addEventListener('change', () => this.describe({ alt: this.alt.value }))
    this.item.append(make('label', { class: 'file-alt' }, make('span', {}, this.words.alt), this.alt, this.said))
  }

  async describe(fields) {
    if (!this.made?.is_picture) return
    try {
      await postForJSON(`/files/${this.made.id}/caption`, fields)
      if (this.said && 'alt' in fields) this.said.textContent = this.words.kept
    } catch {
      if (this.said) this.said.textContent = this.words.failedAlt
    }
  }

  async start() {
    const { words } = this
    this.sending = null
    this.show('sending', fill(words.sending, { percent: this.percent }))
    try {
      const { send } = await import('./sending.js') // heavy, and needed only now
      if (this.state !== 'sending') return
      const alt = this.alt?.value
      this.sending = send(this.file, {
        ...this.fields(), alt,
        onProgress: (part) => this.progressed(part),
        onWait: (isWaiting) => this.show('sending', isWaiting ? words.offline : fill(words.sending, { percent: this.percent })),
      })
      this.done(await this.sending, alt)
    } catch (error) {
      if (error.name === 'AbortError') this.leave()
      else this.show('failed', this.reason(error))
    }
    this.onEnd(this)
  }

  progressed(part) {
    this.part = part
    this.bar.value = part
    if (this.state === 'sending') this.note.textContent = fill(this.words.sending, { percent: this.percent })
  }

  get percent() {
    return percent(Math.floor(this.part * 100) / 100, document.documentElement.lang)
  }

  get isOver() {
    return ['done', 'failed', 'gone'].includes(this.state)
  }

  pause() {
    this.sending?.pause()
    this.show('paused', fill(this.words.paused, { percent: this.percent }))
    this.onEnd(this)
  }

  resume() {
    if (!this.sending) return this.start()
    this.show('sending', fill(this.words.sending, { percent: this.percent }))
    return this.sending.resume()
  }

  async stop() {
    if (this.sending && !this.isOver) return this.sending.cancel()
    this.leave()
    return this.onEnd(this)
  }

  leave() {
    this.state = 'gone'
    this.item.remove()
    if (this.address) URL.revokeObjectURL(this.address)
  }

  done(made, sentAlt) {
    const { words, file } = this
    this.made = made
    this.item.classList.add('file--done')
    this.bar.remove()
    this.name.replaceChildren(make('a', { href: made.url }, file.name), this.note)
    this.show('done', made.message ?? words.done)
    if (made.doubt) sayDoubt(this, made)
    if (made.twins.length) this.name.append(twinNote(made, words))
    if (made.id && this.alt && this.alt.value !== sentAlt) this.describe({ alt: this.alt.value })
  }

  reason(error) {
    const { signedOut, tooLarge, failed } = this.words
    if (error instanceof SignedOut) return signedOut
    if (error instanceof Refused) return error.message || (error.status === 413 ? tooLarge : failed)
    return failed
  }

  show(state, note) {
    const { words } = this
    const focused = this.buttons.contains(document.activeElement)
    if (state !== this.state || !this.buttons.childElementCount) {
      const offered = {
        waiting: [['stop', 'croix', words.cancel]], done: [], failed: [['start', 'refaire', words.retry], ['stop', 'croix', words.forget]],
        sending: [['pause', 'pause', words.pause], ['stop', 'croix', words.cancel]],
        paused: [['resume', 'lire', words.resume], ['stop', 'croix', words.cancel]],
      }[state]
      this.buttons.replaceChildren(...offered.map((one) => this.button(...one)))
      if (focused) this.buttons.querySelector('button')?.focus()
    }
    this.state = state
    this.note.textContent = note
    this.note.classList.toggle('failed', state === 'failed')
    this.bar.hidden = state === 'failed'
  }

  button(action, sign, words) {
    const made = make('button', { type: 'button', class: 'btn btn--tool' }, icon(sign), words, make('span', { class: 'visually-hidden' }, ` ${this.file.name}`))
    made.addEventListener('click', () => this[action]())
    return made
  }
}
