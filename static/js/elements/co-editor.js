// <co-editor> around a <text-editor>: several people write the same text at once; those who prefer, or whose browser or network
// cannot, write in the plain field, which the server joins to the same text.
import { isShared, prefersPlain, setPlain, setShared } from '../lib/device.js'
import { bothNames, isWorthOffering, myDrafts } from '../lib/drafts.js'
import { listening } from '../lib/parts.js'
import { Leaving } from './co-leaving.js'
import { CoToolbar } from './co-toolbar.js'

const PAUSE = 500 // milliseconds without a change before it is told
const PATIENCE = 10_000 // milliseconds before the plain field is given instead

class CoEditor extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('text-editor')
    this.area = this.field?.querySelector('textarea')
    if (!this.area || this.stopListening) return
    this.words = JSON.parse(this.dataset.words)
    this.field.setAttribute('data-resting', '')
    const { on, stop } = listening()
    Object.assign(this, { on, stopListening: stop })
    on(this, 'click', ({ target }) => this.press(target.closest('[data-mode]')?.dataset.mode))
    on(this, 'change', ({ target }) => target.matches('[data-shared]') && this.share(target.checked))
    this.querySelectorAll('[data-shared]').forEach((box) => { box.checked = isShared() })
    if (this.canShare()) this.goLive()
    else this.goPlain()
  }

  disconnectedCallback() {
    this.stopListening?.()
    this.stopListening = null
    clearTimeout(this.patience)
    this.editor?.stop()
    this.toolbar?.stop()
    clearTimeout(this.changing)
  }

  /** Whether this text can be written with others, here and now. */
  canShare() {
    const drafts = myDrafts()
    const waits = bothNames(this.words.draft).some((name) => isWorthOffering(drafts.read(name), this.area.defaultValue))
    const able = 'WebSocket' in globalThis && 'adoptedStyleSheets' in document && 'replaceSync' in CSSStyleSheet.prototype
    return able && !prefersPlain() && !waits && !this.field.hasAttribute('data-unsaved')
  }

  async goLive() {
    this.show('live')
    try {
      const { LiveEditor } = await import('../live/live-editor.js')
      if (!this.isConnected) return
      const dialogs = Object.fromEntries([...document.querySelectorAll('dialog[data-form]')].map((one) => [one.dataset.form, one]))
      this.editor = new LiveEditor(this, {
        words: { ...this.words, url: new URL(this.words.url, location.href.replace(/^http/, 'ws')).href, revision: this.area.form?.elements.revision?.value },
        recorded: this.area.defaultValue, surface: this.querySelector('[data-surface]'), dialogs, findBar: this.querySelector('.co-find'),
      })
    } catch (error) {
      console.warn(error)
      return this.goPlain(this.words.unreachable)
    }
    this.toolbar = new CoToolbar(this)
    this.patience = setTimeout(() => this.editor.room.isSynced || this.goPlain(this.words.unreachable), PATIENCE)
    this.leaving = new Leaving(this)
  }

  goPlain(why = '') {
    clearTimeout(this.patience)
    this.isPlain = true
    this.editor?.stop()
    this.editor = null
    this.show('plain')
    this.field.wake()
    if (why) this.alert(why)
  }

  show(mode) {
    const isLive = mode === 'live'
    this.dataset.now = mode
    this.area.disabled = isLive
    for (const one of document.querySelectorAll('[data-when]')) {
      one.hidden = one.dataset.when !== mode
      if ('disabled' in one) one.disabled = one.hidden
    }
  }

  press(mode) {
    if (mode !== 'plain' && mode !== 'live') return
    setPlain(mode === 'plain')
    const reload = () => location.reload()
    if (this.leaving) this.leaving.go(reload)
    else reload()
  }

  async share(yes) {
    if (yes) await this.editor?.keeping.empty()
    setShared(yes)
    this.editor?.status.draw()
  }

  ended(code) {
    const { keeping, room } = this.editor
    const text = this.editor.text.toString()
    if (code === 4409 && (!room.pending || keeping.draft(text))) return location.reload()
    this.alert(this.words[`end${code}`] ?? this.words.ended, text)
  }

  alert(words, text = '') {
    const banner = this.querySelector('[data-alert]')
    banner.hidden = false
    banner.querySelector('p').textContent = words
    const copy = banner.querySelector('copy-button')
    copy.hidden = !text
    copy.dataset.text = text
    banner.scrollIntoView({ block: 'nearest' })
  }

  /** The text and the others are here. */
  ready() {
    this.tell('co-ready')
    if (this.marks) this.mark(this.marks)
  }

  moved(isChanged) {
    this.toolbar?.moved()
    if (!isChanged || !this.editor?.room.isSynced) return
    clearTimeout(this.changing)
    this.changing = setTimeout(() => this.tell('co-change'), PAUSE)
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }))
  }

  /** What is selected: { start, end, quote }, or null; places are those of JavaScript strings. */
  passage() {
    return this.editor?.room.isSynced ? this.editor.passages.selected : null
  }

  /** Draws passages: [{ id, start, end, kind: 'comment' or 'suggestion', active }]; they move along with the text. */
  mark(list) {
    this.marks = list
    if (this.editor?.room.isSynced) this.editor.passages.mark(list)
  }

  reveal(start, end) {
    this.editor?.passages.reveal(start, end)
  }
}

customElements.define('co-editor', CoEditor)
