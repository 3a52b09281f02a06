// <sort-parts> moves the parts of a form up and down without leaving the page, by buttons or by dragging their grip.
// Without it the same buttons send the form, which comes back in the new order.
import { listening } from '../lib/parts.js'
import { fill } from '../lib/words.js'

class SortParts extends HTMLElement {
  connectedCallback() {
    this.order = this.closest('form')?.elements.arrangement
    if (!this.order) return
    this.voice = document.createElement('p')
    this.voice.className = 'visually-hidden'
    this.voice.setAttribute('role', 'status')
    this.after(this.voice)
    const { on, stop } = listening()
    this.stop = stop
    on(this, 'click', (event) => this.press(event))
    for (const grip of this.querySelectorAll('[data-grip]')) {
      if (grip.closest('sort-parts') !== this) continue
      grip.hidden = false
      on(grip, 'pointerdown', (event) => this.take(event, grip))
    }
  }

  disconnectedCallback() {
    this.stop?.()
    this.voice?.remove()
  }

  get parts() {
    return [...this.children].filter((part) => part.dataset.part)
  }

  press(event) {
    const button = event.target.closest('button[name="move"]')
    // Parts may hold lines that are sorted among themselves.
    if (button?.closest('sort-parts') !== this) return
    event.preventDefault()
    const part = button.closest('[data-part]')
    const isUp = button.value.endsWith(':up')
    const other = isUp ? part.previousElementSibling : part.nextElementSibling
    if (!other) return
    if (isUp) other.before(part)
    else other.after(part)
    this.settle(part)
    const here = button.disabled ? part.querySelector('button[name="move"]:not([disabled])') : button
    here?.focus()
    part.scrollIntoView({ block: 'nearest' })
  }

  /** The part follows the finger: it passes another one as soon as the pointer passes its middle. */
  take(event, grip) {
    if (event.button) return
    event.preventDefault()
    const part = grip.closest('[data-part]')
    grip.setPointerCapture(event.pointerId)
    this.classList.add('is-sorting')
    part.classList.add('is-taken')
    // The parts fold while they are sorted: the grip comes back under the pointer.
    scrollBy(0, middle(grip) - event.clientY)
    const move = ({ clientY }) => {
      const below = this.parts.find((one) => one !== part && clientY < middle(one))
      if (below ? part.nextElementSibling !== below : part !== this.lastElementChild) this.insertBefore(part, below ?? null)
      if (clientY < 80) scrollBy(0, -16)
      else if (clientY > innerHeight - 80) scrollBy(0, 16)
    }
    const drop = () => {
      grip.removeEventListener('pointermove', move)
      this.classList.remove('is-sorting')
      part.classList.remove('is-taken')
      part.scrollIntoView({ block: 'center' })
      this.settle(part)
    }
    grip.addEventListener('pointermove', move)
    grip.addEventListener('lostpointercapture', drop, { once: true })
  }

  /** Writes the order in the form, the parts that stand elsewhere keeping their places. */
  settle(part) {
    const shown = this.parts.map((one) => one.dataset.part)
    const next = shown[Symbol.iterator]()
    this.order.value = this.order.value.split(',').map((key) => (shown.includes(key) ? next.next().value : key)).join(',')
    this.parts.forEach((one, at, all) => {
      mover(one, 'up').disabled = at === 0
      mover(one, 'down').disabled = at === all.length - 1
    })
    const name = part.querySelector('h2, label')?.textContent ?? ''
    this.voice.textContent = fill(this.dataset.moved, { part: name, place: shown.indexOf(part.dataset.part) + 1, count: shown.length })
    this.order.dispatchEvent(new CustomEvent('sorted', { bubbles: true }))
  }
}

const mover = (part, way) => part.querySelector(`button[value="${part.dataset.part}:${way}"]`)
const middle = (element) => {
  const { top, height } = element.getBoundingClientRect()
  return top + height / 2
}

customElements.define('sort-parts', SortParts)
