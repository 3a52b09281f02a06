// Images and recordings dropped, pasted or chosen: their place shows how far they are, for this person alone; the text changes once they arrived.
import { StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView, WidgetType } from '@codemirror/view'
import { change } from '../lib/change.js'
import { block } from '../lib/markdown.js'
import { icon, make } from '../lib/parts.js'
import { Refused, SignedOut } from '../lib/request.js'
import { sendIn } from '../lib/sent-in.js'
import { fill } from '../lib/words.js'

const SHOWN = /^(image|audio|video)\//

const begin = StateEffect.define({ map: (value, changes) => ({ ...value, at: changes.mapPos(value.at) }) })
const end = StateEffect.define()

class Sending extends WidgetType {
  constructor(job) {
    super()
    this.job = job
  }

  eq(other) { return other.job === this.job }

  toDOM() { return this.job.dom }

  ignoreEvent() { return true }
}

const places = StateField.define({
  create: () => Decoration.none,
  update(value, { changes, effects }) {
    let made = value.map(changes)
    for (const effect of effects) {
      if (effect.is(begin)) made = made.update({ add: [Decoration.widget({ widget: new Sending(effect.value.job), side: 1, block: true }).range(effect.value.at)] })
      if (effect.is(end)) made = made.update({ filter: (_from, _to, { spec }) => spec.widget.job !== effect.value })
    }
    return made
  },
  provide: (field) => EditorView.decorations.from(field),
})

export class Images {
  constructor(desk) {
    this.desk = desk
    this.jobs = new Set()
    this.chooser = make('input', { type: 'file', accept: 'image/*', multiple: true, hidden: true })
    this.chooser.addEventListener('change', () => { this.sendAll(this.chooser.files); this.chooser.value = '' })
    this.extension = [places, EditorView.domEventHandlers({
      drop: (event) => this.take(event, event.dataTransfer), paste: (event) => this.take(event, event.clipboardData),
    })]
  }

  choose() {
    this.chooser.click()
  }

  take(event, transfer) {
    const files = [...(transfer?.files ?? [])].filter((file) => SHOWN.test(file.type))
    // Text copied from a word processor comes with a picture of itself: the text is what was meant.
    if (!files.length || !this.desk.words.upload || (event.type === 'paste' && transfer.types.includes('text/plain'))) return false
    event.preventDefault()
    const at = event.type === 'drop' && this.desk.view.posAtCoords({ x: event.clientX, y: event.clientY })
    if (Number.isInteger(at)) this.desk.view.dispatch({ selection: { anchor: at } })
    this.sendAll(files)
    return true
  }

  sendAll(files) {
    for (const file of files) this.send(file)
  }

  async send(file) {
    const { desk, desk: { view, words } } = this
    const name = (file.name || 'image').replace(/[[\]\n]/g, ' ')
    const bar = make('progress', { class: 'progress', max: 1, value: 0, 'aria-label': fill(words.sendingImage, { name }) })
    const stop = make('button', { type: 'button', class: 'btn btn--tool' }, words.stopSending)
    const dom = make('div', { class: 'co-sending' }, icon(file.type.startsWith('image/') ? 'photo' : 'voix'), make('span', {}, fill(words.sendingImage, { name })), stop, bar)
    const job = { dom, ...sendIn(words.upload, file, (part) => { bar.value = part }) }
    stop.addEventListener('click', () => job.cancel())
    this.jobs.add(job)
    view.dispatch({ effects: begin.of({ job, at: view.state.doc.lineAt(view.state.selection.main.head).to }) })
    desk.tell(fill(words.sendingImage, { name }))
    try {
      const { markdown } = await job.done
      this.put(job, markdown)
      desk.tell(fill(words.sentImage, { name }))
    } catch (error) {
      if (error.name !== 'AbortError') desk.alert(this.reason(error, name))
    } finally {
      this.jobs.delete(job)
      if (!desk.isGone) view.dispatch({ effects: end.of(job) })
    }
  }

  reason(error, name) {
    if (error instanceof SignedOut) return this.desk.words.signedOut
    return (error instanceof Refused && error.message) || fill(this.desk.words.failedImage, { name })
  }

  /** The image takes its place, which may have moved meanwhile; the caret stays with whoever goes on typing. */
  put(job, markdown) {
    const { view } = this.desk
    let at = view.state.selection.main.head
    view.state.field(places).between(0, view.state.doc.length, (from, _to, { spec }) => { if (spec.widget.job === job) at = from })
    const text = view.state.doc.toString()
    const made = block({ text, start: at, end: at }, `${markdown}\n`)
    const { start: from, end: to, insert } = change(text, made.text)
    const { main } = view.state.selection
    const after = main.empty && main.head === at ? { anchor: from + insert.length } : undefined
    view.dispatch({ changes: { from, to, insert }, selection: after, userEvent: 'input.tool' })
  }

  stop() {
    this.jobs.forEach((job) => job.cancel())
  }
}
