// <corner-frame> lets the four corners of a sheet be moved on its photo, by finger, mouse or arrows; the numbers of the
// form stay what is sent, and may be written too. Without scripts, numbers alone do it.
import { listening } from '../lib/parts.js'

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const within = (n) => Math.min(100, Math.max(0, n))

class CornerFrame extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.photo = this.querySelector('.corner-photo')
    this.inputs = [0, 1, 2, 3].map((at) => ['x', 'y'].map((axis) => this.querySelector(`[name=${axis}${at}]`)))
    this.handles = this.inputs.map((pair, at) => this.handle(at, on))
    this.classList.add('is-live')
    on(this, 'input', () => this.show())
    this.show()
  }

  disconnectedCallback() {
    this.stop?.()
    this.handles?.forEach((one) => one.remove())
    this.classList.remove('is-live')
  }

  handle(at, on) {
    const handle = document.createElement('button')
    Object.assign(handle, { type: 'button', className: 'corner-handle', textContent: at + 1 })
    this.photo.append(handle)
    on(handle, 'pointerdown', (event) => this.grasp(event, handle))
    on(handle, 'pointermove', (event) => handle.hasPointerCapture(event.pointerId) && this.drag(event, at))
    on(handle, 'keydown', (event) => this.step(event, at))
    return handle
  }

  grasp(event, handle) {
    handle.setPointerCapture(event.pointerId)
    const box = handle.getBoundingClientRect()
    this.held = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2]
    event.preventDefault()
    handle.focus()
  }

  drag({ clientX, clientY }, at) {
    const box = this.photo.getBoundingClientRect()
    this.put(at, ((clientX - this.held[0] - box.left) / box.width) * 100, ((clientY - this.held[1] - box.top) / box.height) * 100)
  }

  step(event, at) {
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const far = event.shiftKey ? 2 : 0.3
    const [x, y] = this.inputs[at].map((input) => Number(input.value))
    this.put(at, x + step[0] * far, y + step[1] * far)
  }

  put(at, ...spot) {
    spot.forEach((n, axis) => { this.inputs[at][axis].value = within(n).toFixed(2) })
    this.show()
  }

  show() {
    const spots = this.inputs.map((pair) => pair.map((input) => Number(input.value) || 0))
    this.querySelector('polygon').setAttribute('points', spots.join(' '))
    spots.forEach(([x, y], at) => {
      const handle = this.handles[at]
      handle.style.left = `${x}%`
      handle.style.top = `${y}%`
      const name = handle.parentElement.parentElement.querySelectorAll('.corner-row')[at].getAttribute('aria-label')
      handle.setAttribute('aria-label', this.dataset.say.replace('{name}', name).replace('{x}', x).replace('{y}', y))
    })
  }
}

customElements.define('corner-frame', CornerFrame)
