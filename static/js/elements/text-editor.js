// <text-editor> makes a <textarea> of Markdown pleasant: tools with words, shortcuts, lists that go on, links found while typing,
// images, a preview, and a draft kept in this browser. Without it, the same form works.
import { change } from '../lib/change.js'
import * as tools from '../lib/markdown.js'
import { listening } from '../lib/parts.js'
import { DraftKeeper } from './draft-keeper.js'
import { ImageSender } from './image-sender.js'
import { LinkCompletion } from './link-completion.js'
import { Preview } from './text-preview.js'

const SHORTCUTS = { b: 'bold', i: 'italic', k: 'link' }

class TextEditor extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector('textarea')
    this.toolbar = this.querySelector('.toolbar')
    if (!this.area || this.parts || this.hasAttribute('data-resting')) return
    const { on, stop } = listening()
    const { complete, preview } = this.dataset
    this.stop = stop
    this.parts = [new DraftKeeper(this), new ImageSender(this), complete && new LinkCompletion(this), preview && new Preview(this)].filter(Boolean)
    on(this.area, 'keydown', (event) => this.key(event))
    on(this.area, 'paste', (event) => this.pasteAddress(event))
    on(this.area, 'input', () => this.grow())
    if (this.toolbar) this.prepareToolbar(on)
    if (this.hasAttribute('data-full')) this.followKeyboard(on)
    this.grow()
  }

  /** <co-editor> lets this field rest while it writes in its own way. */
  wake() {
    this.removeAttribute('data-resting')
    this.connectedCallback()
  }

  disconnectedCallback() {
    this.stop?.()
    this.parts = this.parts?.forEach((part) => part.stop())
  }

  /** The text and what is selected in it, as the tools take them. */
  get state() {
    return { text: this.area.value, start: this.area.selectionStart, end: this.area.selectionEnd }
  }

  /** Changes the text the way typing does, so that the browser's own undo goes back over it. */
  apply(state, { focus = true } = {}) {
    const difference = change(this.area.value, state.text)
    if (focus) this.area.focus()
    if (difference) {
      this.area.setSelectionRange(difference.start, difference.end)
      this.replaceSelection(difference.insert)
    }
    this.area.setSelectionRange(state.start, state.end)
  }

  replaceSelection(text) {
    const { value, selectionStart: start, selectionEnd: end } = this.area
    const wanted = value.slice(0, start) + text + value.slice(end)
    const typed = document.activeElement === this.area && !this.area.readOnly
      && (text ? document.execCommand('insertText', false, text) : document.execCommand('delete'))
    if (typed && this.area.value === wanted) return
    this.area.value = wanted
    this.area.dispatchEvent(new Event('input', { bubbles: true }))
  }

  /** Says something in the editor's one status line, beside the light of that tone: ok, wait or kept. */
  say(words, tone = 'kept') {
    const light = this.querySelector(`template[data-light="${tone}"]`)?.content.cloneNode(true)
    if (!light) return
    light.querySelector('span span').textContent = words
    this.querySelector('[data-status]').replaceChildren(light)
  }

  use(name) {
    const { area, state } = this
    const actions = {
      heading: () => tools.heading(state), bold: () => tools.wrap(state, '**'), italic: () => tools.wrap(state, '*'),
      bullets: () => tools.bullets(state), numbers: () => tools.numbers(state), quote: () => tools.quote(state),
      link: () => tools.link(state), page: () => tools.pageLink(state),
      table: () => tools.table(state, (this.dataset.columns ?? 'A|B').split('|')),
    }
    if (name === 'undo' || name === 'redo') {
      area.focus()
      document.execCommand(name)
    } else if (actions[name]) {
      this.apply(actions[name]())
      if (name === 'page') area.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }

  key(event) {
    if (event.defaultPrevented || event.isComposing) return
    const name = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && SHORTCUTS[event.key.toLowerCase()]
    if (name) {
      event.preventDefault()
      this.use(name)
    } else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      const state = tools.nextLine(this.state)
      if (state) {
        event.preventDefault()
        this.apply(state)
      }
    }
  }

  /** An address pasted over words makes them a link. */
  pasteAddress(event) {
    const { text, start, end } = this.state
    const address = event.clipboardData?.getData('text/plain').trim() ?? ''
    const words = text.slice(start, end)
    if (event.defaultPrevented || !words.trim() || words.includes('\n') || !/^https?:\/\/\S+$/.test(address)) return
    if (/^https?:\/\/\S+$/.test(words.trim())) return
    event.preventDefault()
    const made = tools.link(this.state, address)
    this.apply({ ...made, start: made.end + 1, end: made.end + 1 })
  }

  prepareToolbar(on) {
    const buttons = [...this.toolbar.querySelectorAll('button')]
    this.toolbar.hidden = false
    // The text keeps the caret, and a phone its keyboard, while a tool is pressed.
    on(this.toolbar, 'mousedown', (event) => event.preventDefault())
    on(this.toolbar, 'click', (event) => this.use(event.target.closest('button')?.dataset.tool))
    buttons.forEach((button, index) => { button.tabIndex = index ? -1 : 0 })
    on(this.toolbar, 'keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (!step) return
      const seen = buttons.filter((button) => button.offsetParent !== null)
      const next = seen.at((seen.indexOf(document.activeElement) + step) % seen.length)
      buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1 })
      next.focus()
    })
  }

  /** On a phone the tools stand at the bottom, above the keyboard, which covers part of the window. */
  followKeyboard(on) {
    const view = window.visualViewport
    const follow = () => this.style.setProperty('--keyboard', `${Math.max(0, innerHeight - view.height - view.offsetTop)}px`)
    for (const type of view ? ['resize', 'scroll'] : []) on(view, type, follow)
  }

  grow() {
    if (CSS.supports('field-sizing', 'content')) return
    this.area.style.blockSize = 'auto'
    this.area.style.blockSize = `${this.area.scrollHeight + 6}px`
  }
}

customElements.define('text-editor', TextEditor)
