// <co-editor> around a <text-editor>: several write the same text at once; those who prefer it, or cannot, have the plain field.
import { dropBegun } from '../lib/begun.js'
import { prefersPlain } from '../lib/device.js'
import { bothNames, isWorthOffering, myDrafts } from '../lib/drafts.js'
import { keptOfText } from '../lib/kept.js'
import { forgetGiven, isGivenBack } from '../lib/kept-here.js'
import { listening } from '../lib/parts.js'
import { keptToDrafts } from '../lib/unsent.js'
import { letChoose } from './co-choices.js'
import { takeOver, waitToBeUsed } from './co-lazy.js'
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
    this.isLazy = this.hasAttribute('data-lazy')
    if (!this.isLazy) this.field.setAttribute('data-resting', '')
    const { on, stop } = listening()
    Object.assign(this, { on, stopListening: stop })
    letChoose(this)
    if (this.isLazy) waitToBeUsed(this)
    else if (this.canShare()) this.goLive()
    else keptToDrafts(this.words, this.area.defaultValue).finally(() => this.goPlain())
  }

  disconnectedCallback() {
    this.stopListening?.()
    this.stopListening = null
    for (const timer of [this.patience, this.changing]) clearTimeout(timer)
    this.editor?.stop()
    this.toolbar?.stop()
  }

  /** Whether this text can be written with others, here and now. */
  canShare() {
    const drafts = myDrafts()
    const waits = bothNames(this.words.draft).some((name) => isWorthOffering(drafts.read(name), this.area.defaultValue))
    const isAble = 'WebSocket' in globalThis && 'adoptedStyleSheets' in document && 'replaceSync' in CSSStyleSheet.prototype
    return isAble && !prefersPlain() && !waits && !this.field.hasAttribute('data-unsaved')
  }

  async goLive() {
    if (!this.isLazy) this.show('live')
    const kept = keptOfText(this.words.room) // the store opens while the script comes
    // Given back without network: what this device kept can be gone on with; without that there is only the plain field.
    if (isGivenBack() && !(await kept.found).length) return this.giveUp()
    try {
      const { LiveEditor } = await import('../live/live-editor.js')
      if (!this.isConnected) return
      const dialogs = Object.fromEntries([...document.querySelectorAll('dialog[data-form]')].map((one) => [one.dataset.form, one]))
      this.editor = new LiveEditor(this, {
        words: { ...this.words, url: new URL(this.words.url, location.href.replace(/^http/, 'ws')).href, revision: this.area.form?.elements.revision?.value, about: this.area.getAttribute('aria-describedby') },
        recorded: this.area.defaultValue, kept, surface: this.querySelector('[data-surface]'), dialogs, findBar: this.querySelector('.co-find'),
      })
      this.patience = setTimeout(() => this.editor?.room.isSynced || this.giveUp(), PATIENCE)
      await this.editor.started
    } catch {
      return this.giveUp()
    }
    if (!this.isConnected || !this.editor) return
    this.toolbar = new CoToolbar(this)
    this.leaving = new Leaving(this)
  }

  async giveUp() {
    await keptToDrafts(this.words, this.area.defaultValue)
    this.goPlain(this.isLazy ? '' : this.words.unreachable)
  }

  goPlain(why = '') {
    clearTimeout(this.patience)
    this.isPlain = true
    if (!this.isLazy) dropBegun()
    this.editor?.stop()
    this.editor = null
    this.show('plain')
    this.field.removeAttribute('data-resting')
    this.field.wake?.() // not there yet: it will begin by itself
    if (why) this.alert(why)
  }

  show(mode) {
    const isLive = (this.dataset.now = mode) === 'live'
    document.documentElement.classList.remove('co-soon')
    this.area.disabled = isLive
    if (this.isLazy) this.field.hidden = isLive
    for (const one of (this.isLazy ? this : document).querySelectorAll('[data-when]')) {
      one.hidden = one.dataset.when !== mode
      if ('disabled' in one) one.disabled = one.hidden
    }
  }

  ended(code) {
    const { keeping } = this.editor
    const isGone = code === 4403 || code === 4404
    const isSafe = keeping.isHandedIn = isGone ? keeping.hold() : keeping.handIn()
    if (isGone) forgetGiven()
    if (code === 4409 && isSafe) return location.reload()
    this.alert(this.words[`end${code}`] ?? this.words.ended, this.editor.text.toString())
  }

  alert(words, text = '') {
    const banner = Object.assign(this.querySelector('[data-alert]'), { hidden: false })
    banner.querySelector('p').textContent = words
    Object.assign(banner.querySelector('copy-button'), { hidden: !text }).dataset.text = text
    banner.scrollIntoView({ block: 'nearest' })
  }

  ready() {
    if (this.isLazy && !takeOver(this)) return this.goPlain()
    this.tell('co-ready')
    if (this.marks?.length) this.mark(this.marks)
  }

  moved(isChanged) {
    this.toolbar?.moved()
    if (!isChanged || !this.editor?.room.isSynced) return
    clearTimeout(this.changing)
    this.changing = setTimeout(() => this.tell('co-change'), PAUSE)
  }

  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail })) }

  /** What is selected: { start, end, quote }, or null; places are those of JavaScript strings. */
  passage() { return this.editor?.room.isSynced ? this.editor.passages.selected : null }

  /** Draws passages: [{ id, start, end, kind: 'comment' or 'suggestion', active }]; they move along with the text. */
  mark(list) {
    this.marks = list
    if (this.editor?.room.isSynced) this.editor.passages.mark(list)
  }

  reveal(start, end) { this.editor?.passages.reveal(start, end) }
}

customElements.define('co-editor', CoEditor)
