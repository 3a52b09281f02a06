// Keeps what is typed in this browser until the server has it; offers it back; warns before it would be lost.
import { bothNames, isWorthOffering, myDrafts } from '../lib/drafts.js'
import { icon, listening, make } from '../lib/parts.js'
import { fill, moment } from '../lib/words.js'

const PAUSE = 600 // milliseconds without typing before the text is kept

export class DraftKeeper {
  constructor(editor) {
    this.editor = editor
    this.area = editor.area
    this.words = editor.dataset
    this.key = editor.dataset.draftKey
    this.drafts = myDrafts()
    // After an error the server sends the unrecorded text back as the form's text: it is still not recorded.
    this.recorded = editor.hasAttribute('data-unsaved') ? null : this.area.defaultValue
    // A form that also keeps its text on the server (<draft-sender>) says what has arrived there.
    this.away = editor.closest('draft-sender')?.hasAttribute('data-restored') ? this.area.defaultValue : null
    this.isSending = false
    const { on, stop } = listening()
    on(document, 'keeping', () => { this.going = this.area.value })
    on(document, 'kept', () => this.arrived())
    on(document, 'closed', () => this.forget())
    this.stop = () => { clearTimeout(this.timer); stop() }
    on(this.area, 'input', () => this.changed())
    on(window, 'beforeunload', (event) => this.leaving(event))
    on(window, 'pagehide', () => this.keep())
    on(document, 'visibilitychange', () => document.hidden && this.keep())
    if (this.area.form) on(this.area.form, 'submit', () => { this.isSending = true; this.keep() })
    on(window, 'pageshow', () => { this.isSending = false })
    if (!this.key) return
    this.drafts.dropOld()
    this.offer()
  }

  get isDirty() {
    return this.area.value !== this.recorded
  }

  changed() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.keep(), PAUSE)
  }

  keep() {
    clearTimeout(this.timer)
    if (!this.key || !this.area.isConnected) return
    const name = this.offered ? bothNames(this.key)[0] : this.key
    if (!this.isDirty) return this.drafts.drop(name)
    const kept = this.drafts.keep(name, this.area.value, { revision: this.words.revision, sent: this.isSending })
    if (kept && !this.isSending) this.editor.say(this.words.kept, 'kept')
  }

  arrived() {
    this.away = this.going
    if (this.area.value === this.away) this.editor.querySelector('[data-status]')?.replaceChildren()
  }

  /** What may not be read any more stays in no browser. */
  forget() {
    if (this.key) for (const name of bothNames(this.key)) this.drafts.drop(name)
    this.key = null
  }

  leaving(event) {
    if (this.isSending || !this.isDirty || this.area.value === this.away || !this.area.value.trim()) return
    event.preventDefault()
    event.returnValue = ''
  }

  /** A text of another day, or of before a failure, is given back; nothing is thrown away without a choice. */
  offer() {
    const name = bothNames(this.key).find((known) => isWorthOffering(this.drafts.read(known), this.area.value))
    if (!name) return
    const draft = this.drafts.read(name)
    const changed = draft.revision !== this.words.revision
    const take = make('button', { type: 'button', class: 'btn' }, icon('recul'), this.words.resume)
    const drop = make('button', { type: 'button', class: 'btn btn--quiet' }, icon('corbeille'), this.words.discard)
    const said = fill(this.words.offer, { when: moment(draft.at, document.documentElement.lang) })
    const body = make('div', {}, make('p', {}, said), changed && draft.revision ? make('p', {}, this.words.changed) : null,
      make('div', { class: 'row' }, take, drop))
    this.offered = make('div', { class: 'banner banner--honey draft-offer', role: 'status' }, icon('histoire'), body)
    take.addEventListener('click', () => this.answer(name, () => this.resume(draft)))
    drop.addEventListener('click', () => this.answer(name))
    this.editor.prepend(this.offered)
  }

  answer(name, action = () => {}) {
    this.offered.remove()
    this.offered = null
    this.drafts.drop(name)
    action()
    this.area.focus()
    this.offer()
    if (this.isDirty) this.keep()
  }

  /** Takes the draft with the version it started from, so that the server merges instead of overwriting. */
  resume(draft) {
    this.editor.apply({ text: draft.text, start: draft.text.length, end: draft.text.length })
    const base = this.area.form?.elements[this.words.revisionField]
    if (base && draft.revision) base.value = this.words.revision = draft.revision
  }
}
