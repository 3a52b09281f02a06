// <transcript-editor data-save="address"> around a player and lines: Enter begins a line at the moment being played, keys pause,
// go back and slow down without leaving the words, and each line is kept a second after it changed.
import { listening } from '../lib/parts.js'
import { KeepingLines } from '../lib/keeping-lines.js'
import { part, takeUpAgain } from '../lib/lines-again.js'
import { KEYS, freshKey, grow, listen, tellSilence, valuesOf, wordsOf } from '../lib/typing.js'
import { clock } from '../lib/times.js'
import { fill } from '../lib/words.js'

const LEAST = 2000 // milliseconds that a last line is given

class TranscriptEditor extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector('.typing-lines')
    this.player = this.querySelector('media-player')
    this.light = this.querySelector('[data-light]')
    this.keeping = new KeepingLines({ address: this.dataset.save, name: this.dataset.track, read: (key) => valuesOf(this.item(key)), tell: (state) => this.tell(state), part: (line) => part(this, line) })
    const { on, stop } = listening()
    this.stop = stop
    on(this, 'keydown', (event) => this.key(event))
    on(this, 'click', (event) => this.click(event))
    on(this.list, 'input', ({ target }) => this.typed(target))
    on(this, 'moment', ({ detail }) => this.follow(detail.ms))
    on(window, 'beforeunload', (event) => this.keeping.isSafe || event.preventDefault())
    for (const item of this.list.children) { grow(words(item)); this.keeping.known.set(item.dataset.key, [wordsOf(item)]) }
    takeUpAgain(this)
    this.name()
    tellSilence(this.list, this.player)
    if (!this.list.children.length) words(this.add(null, 0)).focus({ preventScroll: true }) // the title stays in sight
  }

  disconnectedCallback() { this.stop?.() }

  item(key) {
    return this.list.querySelector(`[data-key="${CSS.escape(key)}"]`)
  }

  tell(state) {
    tellSilence(this.list, this.player)
    this.light.textContent = this.dataset[state]
    this.light.classList.toggle('is-worried', !['saved', 'saving'].includes(state))
  }

  get now() { return Math.round((this.player?.currentTime ?? 0) * 1000) }

  key(event) {
    const { target, key } = event
    const item = target.closest('.typing-line')
    if (KEYS[key] && !(key === 'Escape' && target.closest('details[open]'))) { event.preventDefault(); return this.play(KEYS[key]) }
    if (!item || target.name !== 'words') return undefined
    if (key === 'Enter' && !event.isComposing) { event.preventDefault(); return this.cut(item, target) }
    if (key === 'Backspace' && !target.value && this.list.children.length > 1) { event.preventDefault(); this.remove(item) }
    return undefined
  }

  play(act) {
    const speed = listen(this.player, act)
    if (speed) this.light.textContent = fill(this.dataset.speed, { speed: new Intl.NumberFormat(document.documentElement.lang).format(speed) })
  }

  click({ target }) {
    const act = target.closest('[data-key-act]')?.dataset.keyAct
    if (act) return this.play(act)
    const [button, item] = [target.closest('[data-act]'), target.closest('.typing-line')]
    if (!button || button.closest('media-player')) return undefined
    button.closest('details')?.removeAttribute('open')
    return ({
      hear: () => this.player?.play(Number(item.dataset.start) / 1000), now: () => this.move(item, this.now),
      after: () => this.begin(item, Number(item.dataset.end)), remove: () => this.remove(item),
      mask: () => { this.mask(item, !('masked' in item.dataset)); this.keeping.changed(item.dataset.key) },
      add: () => this.begin(this.list.lastElementChild, Math.max(this.now, Number(this.list.lastElementChild?.dataset.end ?? 0))),
    })[button.dataset.act]?.()
  }

  typed(target) {
    if (target.name === 'words') grow(target)
    if (target.name === 'speaker') this.name()
    this.keeping.changed(target.closest('.typing-line').dataset.key)
  }

  /** What stands after the caret goes on in a new line, which begins now; the one before ends there. */
  cut(item, area) {
    const rest = area.value.slice(area.selectionEnd).trim()
    const start = Math.max(this.now, Number(item.dataset.start))
    area.value = area.value.slice(0, area.selectionStart).trim()
    item.dataset.end = start
    this.keeping.changed(item.dataset.key)
    const made = this.begin(item, start)
    words(made).value = rest
    made.querySelector('[name="speaker"]').value = item.querySelector('[name="speaker"]').value
    if (rest) this.keeping.changed(made.dataset.key)
  }

  add(after, start, key = freshKey()) {
    const made = this.querySelector('template').content.firstElementChild.cloneNode(true)
    Object.assign(made.dataset, { key, start, end: start + LEAST })
    made.querySelector('[data-at]').textContent = clock(start / 1000)
    this.list.insertBefore(made, after?.nextSibling ?? null)
    return made
  }

  begin(after, start) {
    const made = this.add(after, start)
    words(made).focus()
    return made
  }

  /** A line begins here; its end, which nobody said, is told by the line after it, as that of the line before by this one. */
  move(item, start) {
    const [before, after] = [item.previousElementSibling, item.nextElementSibling]
    const next = Number(after?.dataset.start ?? 0)
    Object.assign(item.dataset, { start, end: next > start ? next : start + LEAST })
    item.querySelector('[data-at]').textContent = clock(start / 1000)
    this.keeping.changed(item.dataset.key)
    if (!before || Number(before.dataset.start) >= start) return
    before.dataset.end = start
    this.keeping.changed(before.dataset.key)
  }

  remove(item) {
    const near = item.previousElementSibling ?? item.nextElementSibling
    item.remove()
    this.keeping.changed(item.dataset.key)
    near?.querySelector('[name="words"]')?.focus()
  }

  mask(item, isMasked) {
    item.toggleAttribute('data-masked', isMasked)
    item.toggleAttribute('data-lifted', !isMasked)
    item.classList.toggle('is-masked', isMasked)
    const button = item.querySelector('[data-act="mask"]')
    button.setAttribute('aria-pressed', isMasked)
    button.lastElementChild.textContent = isMasked ? button.dataset.lift : button.dataset.mask
    item.querySelector('.line-masked').hidden = !isMasked
  }

  follow(ms) {
    for (const item of this.list.children) item.classList.toggle('is-heard', ms >= Number(item.dataset.start) && ms < Number(item.dataset.end))
  }

  /** Who spoke already is offered to the next lines. */
  name() {
    const known = new Set([...this.list.querySelectorAll('[name="speaker"]')].map((field) => field.value).filter(Boolean))
    this.querySelector('datalist').replaceChildren(...[...known].map((value) => new Option(value, value)))
  }
}

const words = (item) => item.querySelector('[name="words"]')

customElements.define('transcript-editor', TranscriptEditor)
