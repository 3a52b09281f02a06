// <passage-notes> around the comments of a text: draws the passages they are about, leads to them, and lets one select words to
// comment on or to write otherwise. The words that can be selected stand in elements with data-text; without script the form asks.
import { icon, listening, make } from '../lib/parts.js'
import { locate } from '../lib/passages.js'
import { closest, context, flat, rangeOf } from '../lib/ranges.js'
import { PassageForm } from './passage-form.js'

const LEAST = 2
const MOST = 2000
const REST = 180 // ms the selection must rest before the buttons appear

class PassageNotes extends HTMLElement {
  connectedCallback() {
    this.texts = [...document.querySelectorAll('[data-text]')]
    const { on, stop } = listening()
    this.stop = stop
    this.ranges = this.draw()
    on(this, 'click', (event) => this.reveal(event))
    if (!this.dataset.may || !this.texts.length) return
    this.form = new PassageForm(this)
    this.bar = this.buttons()
    on(document, 'selectionchange', () => {
      clearTimeout(this.waiting)
      this.waiting = setTimeout(() => this.offer(), REST)
    })
    this.offer() // the words may have been selected before this script came
    on(document, 'keydown', (event) => {
      if (event.key === 'Tab' && this.enter(event)) return
      if (event.key === 'Escape' && this.bar.isConnected) this.bar.remove()
      if (!(event.ctrlKey && event.altKey && event.code === 'KeyM') || !this.selected()) return
      event.preventDefault()
      this.ask(false)
    })
  }

  disconnectedCallback() {
    clearTimeout(this.waiting)
    this.bar?.remove()
    this.stop?.()
  }

  /** Marks each passage where it stands; browsers without highlights still get the links. */
  draw() {
    const found = new Map()
    for (const note of this.querySelectorAll('[data-passage]')) {
      const { passage, field, words, before } = note.dataset
      const text = this.texts.find((one) => one.dataset.text === field)
      const whole = text && words && flat(text)
      const span = whole && locate(whole.text, words, before)
      if (span) found.set(passage, rangeOf(whole, ...span))
    }
    if (globalThis.CSS?.highlights && found.size) CSS.highlights.set('passage', new Highlight(...found.values()))
    return found
  }

  reveal(event) {
    const link = event.target.closest('[data-reveal]')
    const range = link && this.ranges.get(link.closest('[data-passage]').dataset.passage)
    if (!range) return
    event.preventDefault()
    const block = closest(range)
    block.setAttribute('tabindex', '-1')
    block.focus({ preventScroll: true })
    block.scrollIntoView({ block: 'center' })
    if (globalThis.CSS?.highlights) CSS.highlights.set('passage-now', new Highlight(range))
    else getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset)
  }

  buttons() {
    const press = (words, sign, suggests) => {
      const button = make('button', { class: 'btn', type: 'button' }, icon(sign), words)
      button.addEventListener('click', () => this.ask(suggests))
      return button
    }
    const { comment, suggest, hint } = this.dataset
    const bar = make('div', { class: 'passage-bar no-print', role: 'toolbar', 'aria-label': hint },
      press(comment, 'bulle', false), press(suggest, 'crayon', true))
    // A press must not take the selection away before it is read.
    bar.addEventListener('pointerdown', (event) => event.preventDefault())
    return bar
  }

  /** The selection, when it lies in one text. */
  selected() {
    const selection = getSelection()
    if (!selection.rangeCount || selection.isCollapsed) return null
    const range = selection.getRangeAt(0)
    const text = this.texts.find((one) => one.contains(range.commonAncestorContainer))
    const words = text ? selection.toString().trim() : ''
    return words.length >= LEAST && words.length <= MOST ? { range, text, words } : null
  }

  offer() {
    if (this.bar.contains(document.activeElement)) return
    const chosen = this.selected()
    if (!chosen) return this.bar.remove()
    // Right after the words, so that Tab leads to it, and a screen reader meets it next.
    let after = chosen.range.endContainer
    while (after.parentNode !== chosen.text && after !== chosen.text) after = after.parentNode
    if (after === chosen.text) chosen.text.append(this.bar)
    else if (after.nextSibling !== this.bar) after.after(this.bar)
    const { left, bottom } = chosen.range.getBoundingClientRect()
    const base = this.bar.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0, width: innerWidth }
    const room = base.width - this.bar.offsetWidth
    this.bar.style.setProperty('--x', `${Math.max(Math.min(left - base.left, room), 0)}px`)
    this.bar.style.setProperty('--y', `${bottom - base.top + 8}px`)
  }

  /** From the words one selected, Tab leads to their buttons. */
  enter(event) {
    const here = document.activeElement
    const free = here === document.body || here.contains(getSelection().anchorNode)
    if (event.shiftKey || !this.bar.isConnected || this.bar.contains(here) || !free) return false
    event.preventDefault()
    this.bar.querySelector('button').focus()
    return true
  }

  ask(suggests) {
    const chosen = this.selected()
    if (!chosen) return
    this.bar.remove()
    this.form.open({ suggests, words: chosen.words, field: chosen.text.dataset.text, ...context(chosen.text, chosen.range) })
  }
}

customElements.define('passage-notes', PassageNotes)
