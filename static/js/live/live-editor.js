// The text on screen, shared with others: CodeMirror for the writing, our room for the sharing, our own drawing and tools.
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { Doc } from 'yjs'
import './sheets.js'
import { takeBegun } from '../lib/begun.js'
import { change } from '../lib/change.js'
import { postForText } from '../lib/request.js'
import { Room } from '../lib/room.js'
import { Asking } from './asking.js'
import { binding, fromRoom, undoing } from './binding.js'
import { cards } from './cards.js'
import { Completion } from './completion.js'
import { cursors } from './cursors.js'
import { Finder } from './finder.js'
import { Holding } from './holding.js'
import { Images } from './images.js'
import { Keeping } from './keeping.js'
import { besideMarks, besideWhole } from './keys.js'
import { moving } from './moving.js'
import { Passages } from './passages.js'
import { guard, pasting } from './pasting.js'
import { rich } from './rich.js'
import { headingAbove, shape } from './shape.js'
import { shortcuts } from './shortcuts.js'
import { Status } from './status.js'
import { Tools } from './tools.js'
import { typography } from './typing.js'

const OTHER = 4900 // our own: this browser is somebody else by now
const LONGEST = 500_000 // characters, unless the server says otherwise

export class LiveEditor {
  constructor(host, { words, recorded, kept, surface, dialogs, findBar }) {
    Object.assign(this, { host, words, recorded, kept, dialogs, longest: LONGEST, seen: new Map(), id: `text-${words.room.replace(/\W+/g, '-')}` })
    this.doc = new Doc()
    this.text = this.doc.getText('content')
    const begun = takeBegun(words.url)
    this.room = new Room(words.url, this.doc, { begun })
    if (!begun) this.room.line.connect() // it opens while the rest is built
    this.shared = new Compartment()
    this.writable = new Compartment()
    this.drawing = new Compartment()
    this.isCode = false
    const { manager, apart } = undoing(this.text, this)
    Object.assign(this, { manager, apart })
    this.images = new Images(this)
    this.finder = new Finder(this, findBar)
    const parts = { holding: Holding, tools: Tools, completion: Completion, passages: Passages, status: Status, keeping: Keeping, asking: Asking }
    for (const name in parts) this[name] = new parts[name](this)
    for (const type of ['change', 'synced', 'about', 'ended', 'version']) this.room.addEventListener(type, (event) => this[type](event.detail))
    this.started = this.start(surface)
  }

  /** The text may be here before it is drawn for the first time: then it is drawn once. */
  async start(surface) {
    const hasDraft = await this.keeping.restore()
    if (this.isGone) return
    if (hasDraft) return this.host.goPlain() // which offers it
    this.room.awareness.setLocalState({ user: {}, cursor: null, heading: '', writing: false })
    this.room.connect()
    const { isSynced } = this.room
    const doc = isSynced ? this.text.toString() : this.recorded
    this.view = new EditorView({ parent: surface, state: EditorState.create({ doc, extensions: this.extensions(isSynced) }) })
    this.view.dom.append(this.images.chooser)
    if (isSynced) this.host.ready()
    this.status.draw()
  }

  extensions(isSynced) {
    const { language, label, about } = this.words
    return [
      EditorState.lineSeparator.of('\n'), EditorState.tabSize.of(4), EditorView.lineWrapping,
      shape, this.drawing.of(this.drawn()), this.writable.of(EditorState.readOnly.of(!isSynced || !this.room.canWrite)), this.shared.of(isSynced ? this.together() : []), guard(this),
      typography(language), this.images.extension, this.finder.extension, pasting(this), this.completion.extension, this.passages.extension, this.holding.extension, this.apart,
      EditorView.contentAttributes.of({ 'aria-label': label, ...(about && { 'aria-describedby': about }), spellcheck: 'true', lang: language, autocapitalize: 'sentences', autocorrect: 'on', writingsuggestions: 'true', id: this.id }),
      keymap.of([...shortcuts(this), ...moving]),
      EditorView.updateListener.of((update) => (update.docChanged || update.selectionSet) && this.host.moved(update.docChanged)),
    ]
  }

  drawn() {
    return this.isCode ? EditorView.editorAttributes.of({ class: 'co-plain-code' }) : [besideMarks, besideWhole, rich(this.words), cards(this.words, (text) => this.look(text))]
  }

  /** What the server shows for a card; asked once. */
  look(text) {
    if (!this.seen.has(text)) this.seen.set(text, postForText(this.words.preview, { text }).catch(() => ''))
    return this.seen.get(text)
  }

  showCode() {
    this.isCode = !this.isCode
    this.view.dispatch({ effects: this.drawing.reconfigure(this.drawn()) })
    this.host.moved()
  }

  together() {
    return [binding(this.text, this), cursors(this.text, this.room.awareness, headingAbove)]
  }

  /** The server's text is here: from now on both are one. */
  synced() {
    if (!this.view) return
    const difference = change(this.view.state.doc.toString(), this.text.toString())
    const { start: from, end: to, insert } = difference ?? {}
    if (difference) this.view.dispatch({ changes: { from, to, insert }, annotations: fromRoom.of(true) })
    this.view.dispatch({ effects: [
      this.shared.reconfigure(this.together()),
      this.writable.reconfigure(EditorState.readOnly.of(!this.room.canWrite)),
    ] })
    this.host.ready()
  }

  about({ you, longest, write }) {
    this.room.you = you
    if (you && String(you.id) !== document.body.dataset.user) return this.room.close(OTHER)
    this.longest = longest ?? LONGEST
    if (!this.view || !this.room.isSynced) return
    const wasWritable = !this.view.state.readOnly
    this.view.dispatch({ effects: this.writable.reconfigure(EditorState.readOnly.of(write === false)) })
    if (wasWritable && write === false) this.host.alert(this.words.end4403, this.text.toString())
  }

  change() {
    this.keeping.look()
    this.asking.look()
    this.status.draw()
  }

  version(made) { this.status.savedBeside(made) }

  ended(code) {
    this.view?.dispatch({ effects: this.writable.reconfigure(EditorState.readOnly.of(true)) })
    this.host.ended(code)
  }

  tell(words) { this.status.tell(words) }

  alert(words) { this.host.alert(words) }

  stop() {
    this.isGone = true
    this.images.stop()
    this.status.stop()
    this.room.stop()
    this.view?.destroy()
  }
}
