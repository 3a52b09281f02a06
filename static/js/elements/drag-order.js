// <drag-order data-action="/…/order"> around a list whose lines have data-entry: drag a line by its grip, the order is sent.
// The buttons « up » and « down » of each line stay for keyboards and screen readers.
import { icon, listening, make } from '../lib/parts.js'
import { postForText } from '../lib/request.js'
import { fill } from '../lib/words.js'

class DragOrder extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector('ol')
    if (!this.list) return
    this.voice ??= make('p', { class: 'hush', role: 'status' })
    this.append(this.voice)
    const { on, stop } = listening()
    this.stop = stop
    for (const line of this.lines()) this.giveGrip(line, on)
  }

  disconnectedCallback() {
    this.stop?.()
    this.querySelectorAll('.grip').forEach((grip) => grip.remove())
  }

  lines() {
    return [...this.list.querySelectorAll(':scope > [data-entry]')]
  }

  giveGrip(line, on) {
    // Not a button: with a keyboard the two arrows beside it do the same.
    const grip = make('span', { class: 'grip', title: fill(this.dataset.grip, { title: line.dataset.title }), 'aria-hidden': 'true' }, icon('deplacer'))
    line.prepend(grip)
    on(grip, 'pointerdown', (event) => {
      if (event.button) return
      event.preventDefault()
      grip.setPointerCapture(event.pointerId)
      line.classList.add('is-dragged')
      this.before = this.numbers()
    })
    on(grip, 'pointermove', (event) => grip.hasPointerCapture(event.pointerId) && this.follow(line, event.clientY))
    on(grip, 'pointerup', () => this.drop(line))
    on(grip, 'pointercancel', () => this.drop(line))
  }

  /** Put the line where the finger is, by moving its neighbours: moved itself, it would lose the finger. */
  follow(line, y) {
    const middle = (other) => {
      const { top, height } = other.getBoundingClientRect()
      return top + height / 2
    }
    while (line.previousElementSibling && y < middle(line.previousElementSibling)) line.after(line.previousElementSibling)
    while (line.nextElementSibling && y > middle(line.nextElementSibling)) line.before(line.nextElementSibling)
  }

  numbers() {
    return this.lines().map((line) => line.dataset.entry).join()
  }

  async drop(line) {
    if (!line.classList.contains('is-dragged')) return
    line.classList.remove('is-dragged')
    const lines = this.lines()
    if (this.numbers() === this.before) return
    try {
      await postForText(this.dataset.action, [...lines.map((one) => ['entry', one.dataset.entry]), ['quiet', 'yes']])
      this.settle(lines)
      this.voice.textContent = fill(this.dataset.moved, { title: line.dataset.title, n: lines.indexOf(line) + 1, total: lines.length })
    } catch {
      this.voice.textContent = this.dataset.failed
    }
  }

  /** The first line cannot go up any more, the last one not down. */
  settle(lines) {
    lines.forEach((line, n) => {
      line.querySelector('[name="by"][value="up"]').disabled = n === 0
      line.querySelector('[name="by"][value="down"]').disabled = n === lines.length - 1
    })
  }
}

customElements.define('drag-order', DragOrder)
