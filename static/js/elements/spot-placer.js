// <spot-placer>: the places of a picture, put on it by a press, a drag or the arrow keys. The two numbers of each place
// stay in the form: they are what is sent, and all that is needed without it.
import { listening } from '../lib/parts.js'
import { fill } from '../lib/words.js'

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const MIDDLE = 50

class SpotPlacer extends HTMLElement {
  connectedCallback() {
    this.block = this.closest('[data-part]')
    this.sheet = this.querySelector('.pictured')
    this.voice = this.querySelector('[role="status"]')
    this.querySelector('.hint').hidden = false
    const { on, stop } = listening()
    this.stop = stop
    on(this.sheet, 'click', (event) => event.target.closest('button') || this.add(event))
    on(this.block, 'input', (event) => event.target.dataset.axis && this.draw())
    on(this.closest('form'), 'sorted', () => this.draw())
    this.draw()
  }

  disconnectedCallback() {
    this.stop?.()
    this.sheet.querySelectorAll('button').forEach((button) => button.remove())
  }

  get lines() {
    return [...this.block.querySelectorAll('.part-line')]
  }

  draw() {
    const focused = document.activeElement?.dataset?.line
    this.sheet.querySelectorAll('button').forEach((button) => button.remove())
    this.lines.forEach((line, at) => {
      const { x, y } = place(line)
      const isWaiting = x.value === '' || y.value === '' // it waits in the middle for the arrows
      const button = document.createElement('button')
      button.type = 'button'
      button.className = isWaiting ? 'spot-handle is-waiting' : 'spot-handle'
      button.dataset.line = line.dataset.part
      button.textContent = at + 1
      button.setAttribute('aria-describedby', `placing-${this.dataset.block}`)
      const title = line.querySelector('input[name$="_title"]')?.value
      button.setAttribute('aria-label', `${at + 1}. ${title || fill(this.dataset.name, { n: at + 1 })}`)
      put(button, isWaiting ? Math.min(MIDDLE + at * 9, 95) : x.value, isWaiting ? MIDDLE : y.value) // side by side
      button.addEventListener('keydown', (event) => this.press(event, line, button))
      button.addEventListener('pointerdown', (event) => this.take(event, line, button))
      this.sheet.append(button)
      if (focused === line.dataset.part) button.focus()
    })
  }

  /** A line without a place takes it; else a new line is asked for, there. */
  add(event) {
    const [x, y] = this.at(event)
    const waiting = this.lines.find((line) => place(line).x.value === '')
    if (waiting) return this.move(waiting, x, y)
    const form = this.closest('form')
    for (const [name, value] of [['new_x', x], ['new_y', y]]) {
      const field = document.createElement('input')
      Object.assign(field, { type: 'hidden', name, value })
      form.append(field)
    }
    form.requestSubmit(this.block.querySelector(`[data-add-line="${this.dataset.block}"]`))
  }

  press(event, line, button) {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const { x, y } = place(line)
    const far = event.shiftKey ? 10 : 1
    const [left, top] = x.value === '' || y.value === '' ? [button.style.insetInlineStart, button.style.insetBlockStart].map(parseFloat) : [Number(x.value), Number(y.value)]
    this.move(line, left + step[0] * far, top + step[1] * far, button)
  }

  take(event, line, button) {
    if (event.button) return
    event.preventDefault()
    button.focus()
    button.setPointerCapture(event.pointerId)
    const follow = (moved) => this.move(line, ...this.at(moved), button)
    button.addEventListener('pointermove', follow)
    button.addEventListener('lostpointercapture', () => button.removeEventListener('pointermove', follow), { once: true })
  }

  at({ clientX, clientY }) {
    const { left, top, width, height } = this.sheet.getBoundingClientRect()
    return [((clientX - left) / width) * 100, ((clientY - top) / height) * 100]
  }

  move(line, left, top, button) {
    const { x, y } = place(line)
    x.value = within(left)
    y.value = within(top)
    button?.classList.remove('is-waiting')
    if (button) put(button, x.value, y.value)
    else this.draw()
    const name = line.querySelector('h3').textContent
    this.voice.textContent = fill(this.dataset.hint, { place: name, x: Math.round(x.value), y: Math.round(y.value) })
    this.closest('form').dispatchEvent(new Event('input', { bubbles: true }))
  }
}

const place = (line) => ({ x: line.querySelector('[data-axis="x"]'), y: line.querySelector('[data-axis="y"]') })
const within = (value) => String(Math.round(Math.min(Math.max(value, 0), 100) * 10) / 10)
function put(button, x, y) {
  button.style.insetInlineStart = `${x}%`
  button.style.insetBlockStart = `${y}%`
}

customElements.define('spot-placer', SpotPlacer)
