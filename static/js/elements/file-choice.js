// <file-choice>: a file picked for a block leaves at once, in pieces that survive a cut, or is recorded here; the page then
// comes back to the block with it. Without it the same form carries the file.
import { listening, make } from '../lib/parts.js'
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
    on(this.select, 'change', () => this.choose())
    on(this.select, 'keydown', () => { this.byKeys = true })
    on(this.select, 'pointerdown', () => { this.byKeys = false })
    this.see = this.querySelector('[data-see]')
    if (this.see) {
      this.see.hidden = false
      on(this.see, 'click', () => this.showAll())
    }
    on(this.capture, 'click', () => this.record())
  }

  disconnectedCallback() {
    this.stop?.()
    this.sending?.cancel()
    this.put.hidden = false
  }

  /** What is chosen is seen or heard at once; a picture to explore comes back whole, for its places stand on it. Keys go
   * through the whole list: they have a button to say when they are there. */
  choose() {
    const isWhole = 'again' in this.dataset && Boolean(this.select.value)
    this.put.hidden = !(isWhole && this.byKeys)
    if (isWhole && !this.byKeys) return this.select.form.requestSubmit(this.put)
    const { value, selectedOptions: [option] } = this.select
    this.querySelector('.medium-seen, .medium-heard')?.remove()
    const { thumb, family } = option.dataset
    if (thumb) this.prepend(make('img', { class: 'medium-seen', src: thumb, alt: '' }))
    else if (['sound', 'video'].includes(family)) this.prepend(make('audio', { class: 'medium-heard', controls: true, preload: 'none', src: `/files/${value}/raw`, 'aria-label': option.text }))
    const alt = this.querySelector('[name^="alt_"]')
    if (alt) alt.value = option.dataset.alt ?? '' // those of another picture would go with this one
    for (const one of this.querySelectorAll('.medium-choices button')) one.setAttribute('aria-pressed', one.value === value)
    return undefined
  }

  /** The photos of the list, to be known by sight. */
  showAll() {
    const shown = this.querySelector('.medium-choices')
    this.see.setAttribute('aria-expanded', !shown)
    if (shown) return shown.remove()
    const choices = [...this.select.options].filter(({ dataset }) => dataset.thumb).map((option) => make('button', { type: 'button', value: option.value, 'aria-pressed': String(option.selected) },
      make('img', { src: option.dataset.thumb, alt: '', loading: 'lazy', decoding: 'async' }), make('span', {}, option.text)))
    const all = make('div', { class: 'medium-choices' }, ...choices)
    all.addEventListener('click', ({ target }) => this.pick(target.closest('button')))
    return this.see.parentElement.after(all)
  }

  pick(button) {
    if (!button) return
    this.select.value = button.value
    this.byKeys = false
    this.select.dispatchEvent(new Event('change', { bubbles: true }))
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
