// Images pasted, dropped or chosen go to the server at once; the text shows where they will stand.
import { block } from '../lib/markdown.js'
import { listening, make } from '../lib/parts.js'
import { Refused, SignedOut } from '../lib/request.js'
import { sendIn } from '../lib/sent-in.js'
import { fill, percent } from '../lib/words.js'

const PATIENCE = 20_000 // milliseconds that a form waits for an image

export class ImageSender {
  constructor(editor) {
    this.editor = editor
    this.words = editor.dataset
    this.sending = new Set()
    this.made = 0
    const { on, stop } = listening()
    this.stop = () => { stop(); this.sending.forEach((sending) => sending.cancel()) }
    if (!this.words.upload) return
    const { area, toolbar } = editor
    on(area, 'paste', (event) => this.take(event, event.clipboardData))
    on(area, 'dragover', (event) => event.dataTransfer?.types.includes('Files') && event.preventDefault())
    on(area, 'drop', (event) => this.take(event, event.dataTransfer))
    if (area.form) on(area.form, 'submit', (event) => this.waitBeforeSaving(event))
    this.chooser = make('input', { type: 'file', accept: 'image/*', multiple: true, hidden: true })
    on(this.chooser, 'change', () => { this.sendAll(this.chooser.files); this.chooser.value = '' })
    const speaker = toolbar?.querySelector('[data-tool="sound"]')
    if (speaker) on(speaker, 'click', () => this.speak())
    const button = toolbar?.querySelector('[data-tool="photo"]')
    if (button) on(button, 'click', () => this.chooser.click())
  }

  take(event, transfer) {
    const files = [...(transfer?.files ?? [])]
    // Text copied from a word processor comes with a picture of itself: the text is what was meant.
    if (!files.length || (event.type === 'paste' && transfer.types.includes('text/plain'))) return
    event.preventDefault()
    this.sendAll(files)
  }

  sendAll(files) {
    for (const file of files) this.send(file)
  }

  async send(file) {
    const { editor, words } = this
    const name = (file.name || 'image').replace(/[[\]\n]/g, ' ')
    const place = `![${fill(words.sending, { name })} (${++this.made})]()`
    const { text, start } = block(editor.state, `${place}\n`)
    editor.apply({ text, start: start + place.length + 1, end: start + place.length + 1 })
    const sending = sendIn(words.upload, file, (part) => editor.say(`${fill(words.sending, { name })} ${percent(part, document.documentElement.lang)}`, 'wait'))
    this.sending.add(sending)
    try {
      const { markdown } = await sending.done
      this.swap(place, markdown)
      editor.say(fill(words.sentImage, { name }), 'kept')
    } catch (error) {
      this.swap(place, '')
      if (error.name !== 'AbortError') editor.say(this.reason(error, name), 'kept')
    } finally {
      this.sending.delete(sending)
    }
  }

  /** A voice recorded here stands where the caret is. */
  speak() {
    const put = (made) => this.editor.apply(block(this.editor.state, made))
    document.dispatchEvent(new CustomEvent('speak', { detail: { upload: this.words.upload, put } }))
  }

  reason(error, name) {
    if (error instanceof SignedOut) return this.words.signedOut
    return (error instanceof Refused && error.message) || fill(this.words.failed, { name })
  }

  /** Puts the image where its place was kept, leaving the caret with whoever goes on typing. */
  swap(place, made) {
    const { text, start, end } = this.editor.state
    const at = text.indexOf(place)
    if (at < 0) return
    const moved = (caret) => (caret <= at ? caret : Math.max(at + made.length, caret + made.length - place.length))
    this.editor.apply(
      { text: text.slice(0, at) + made + text.slice(at + place.length), start: moved(start), end: moved(end) },
      { focus: document.activeElement === this.editor.area },
    )
  }

  /** A form that leaves with an image half sent would record its place, not the image. */
  async waitBeforeSaving(event) {
    if (!this.sending.size) return
    event.preventDefault()
    event.stopImmediatePropagation()
    const { submitter, target } = event
    const over = Promise.allSettled([...this.sending].map((sending) => sending.done))
    await Promise.race([over, new Promise((next) => setTimeout(next, PATIENCE))])
    this.sending.forEach((sending) => sending.cancel()) // the words must not wait for what no network takes
    await over
    await new Promise(requestAnimationFrame)
    target.requestSubmit(submitter)
  }
}
