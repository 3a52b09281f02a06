// <signature-pad> around a hidden field: a frame to sign in; the field gets lines of points between 0 and 1000.
import { listening, make } from '../lib/parts.js'

const WIDE = 1000
const HIGH = 400

class SignaturePad extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input')
    if (!this.field || this.frame) return
    this.lines = JSON.parse(this.field.value || '[]')
    this.frame = make('canvas', { width: WIDE, height: HIGH, role: 'img', 'aria-label': this.dataset.label })
    this.again = make('button', { type: 'button', class: 'btn btn--quiet' }, this.dataset.clear)
    this.querySelector('.hint')?.remove()
    this.append(make('p', { class: 'sign-here' }, this.dataset.label), this.frame, this.again)
    this.pen = this.frame.getContext('2d')
    const { on, stop } = listening()
    this.stop = stop
    on(this.frame, 'pointerdown', (event) => this.start(event))
    on(this.frame, 'pointermove', (event) => this.go(event))
    for (const end of ['pointerup', 'pointercancel']) on(this.frame, end, () => this.end())
    on(this.again, 'click', () => this.clear())
    this.draw()
  }

  disconnectedCallback() {
    this.stop?.()
  }

  at({ clientX, clientY }) {
    const { left, top, width, height } = this.frame.getBoundingClientRect()
    const within = (n, most) => Math.max(0, Math.min(most, Math.round(n)))
    return [within((clientX - left) / width * WIDE, WIDE), within((clientY - top) / height * HIGH, HIGH)]
  }

  start(event) {
    event.preventDefault()
    this.frame.setPointerCapture(event.pointerId)
    this.line = [this.at(event)]
    this.lines.push(this.line)
  }

  go(event) {
    if (!this.line) return
    const point = this.at(event)
    const [x, y] = this.line.at(-1)
    if (Math.hypot(point[0] - x, point[1] - y) < 4) return
    this.line.push(point)
    this.draw()
  }

  end() {
    this.line = null
    this.field.value = JSON.stringify(this.lines)
  }

  clear() {
    this.lines = []
    this.field.value = ''
    this.draw()
  }

  draw() {
    const { pen } = this
    pen.clearRect(0, 0, WIDE, HIGH)
    Object.assign(pen, { lineWidth: 7, lineCap: 'round', lineJoin: 'round', strokeStyle: getComputedStyle(this).color })
    for (const line of this.lines) {
      pen.beginPath()
      for (const [x, y] of line) pen.lineTo(x, y)
      pen.stroke()
    }
  }
}

customElements.define('signature-pad', SignaturePad)
