// <face-boxes> around a picture and rows of numbers: a frame drawn on the picture fills a row, and the reverse.
import { listening, make } from '../lib/parts.js'

const NAMES = ['left', 'top', 'width', 'height']

class FaceBoxes extends HTMLElement {
  connectedCallback() {
    this.place = this.querySelector('.blur-place')
    this.rows = [...this.querySelectorAll('.face-row')]
    if (!this.place || this.stop) return
    const { on, stop } = listening()
    this.stop = stop
    for (const row of this.rows) {
      row.hidden = 'spare' in row.dataset
      row.append(make('button', { type: 'button', class: 'btn btn--quiet' }, this.dataset.remove))
      row.frame = make('span', { class: 'face-frame', 'aria-hidden': 'true' })
      on(row, 'input', () => this.draw())
      on(row.lastChild, 'click', () => this.empty(row))
    }
    this.more = make('button', { type: 'button', class: 'btn' }, this.dataset.add)
    on(this.more, 'click', () => this.spare()?.querySelector('input').focus())
    this.place.after(make('p', { class: 'hint' }, this.dataset.help))
    this.append(this.more)
    on(this.place, 'pointerdown', (event) => this.start(event))
    on(this.place, 'pointermove', (event) => this.stretch(event))
    for (const end of ['pointerup', 'pointercancel']) on(this.place, end, () => this.end())
    this.draw()
  }

  disconnectedCallback() {
    this.stop?.()
  }

  values(row) {
    return NAMES.map((name) => Number(row.querySelector(`[name$="-${name}"]`).value))
  }

  fill(row, numbers) {
    NAMES.forEach((name, at) => { row.querySelector(`[name$="-${name}"]`).value = numbers[at] ? numbers[at].toFixed(1) : numbers[at] })
    this.draw()
  }

  /** A row that says nothing yet, made visible. */
  spare() {
    const row = this.rows.find((one) => !this.values(one)[2])
    if (row) row.hidden = false
    return row
  }

  empty(row) {
    for (const input of row.querySelectorAll('input')) input.value = ''
    row.hidden = this.rows.filter((one) => !one.hidden).length > 1
    this.draw()
  }

  at({ clientX, clientY }) {
    const { left, top, width, height } = this.place.querySelector('img').getBoundingClientRect()
    const within = (n) => Math.max(0, Math.min(100, n * 100))
    return [within((clientX - left) / width), within((clientY - top) / height)]
  }

  start(event) {
    this.row = this.spare()
    if (!this.row) return
    event.preventDefault()
    this.place.setPointerCapture(event.pointerId)
    this.from = this.at(event)
  }

  stretch(event) {
    if (!this.from) return
    const [x, y] = this.at(event)
    const [a, b] = this.from
    this.fill(this.row, [Math.min(a, x), Math.min(b, y), Math.abs(x - a), Math.abs(y - b)])
  }

  end() {
    const [, , width, height] = this.row && this.from ? this.values(this.row) : [0, 0, 1, 1]
    if (width < 1 || height < 1) this.empty(this.row)
    this.from = null
  }

  draw() {
    for (const row of this.rows) {
      const [left, top, width, height] = this.values(row)
      if (!width || !height) { row.frame.remove(); continue }
      if (!row.frame.isConnected) this.place.append(row.frame)
      Object.assign(row.frame.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` })
    }
  }
}

customElements.define('face-boxes', FaceBoxes)
