// <face-boxes> around a picture and rows of numbers: a frame is drawn on the picture, moved and stretched by finger, mouse
// or arrow keys, and fills its row. The numbers stay what is sent, and all that is needed without scripts.
import { icon, listening, make } from '../lib/parts.js'
import { fill } from '../lib/words.js'

const NAMES = ['left', 'top', 'width', 'height']
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const [FAR, FIRST, LEAST] = [5, 18, 2] // hundredths: a step with Shift, the side of a new frame, of the smallest

class FaceBoxes extends HTMLElement {
  connectedCallback() {
    this.place = this.querySelector('.blur-place')
    this.rows = [...this.querySelectorAll('.face-row')]
    if (!this.place || this.stop) return
    const { on, stop } = listening()
    this.stop = stop
    for (const [at, row] of this.rows.entries()) this.frame(row, at + 1, on)
    this.more = make('button', { type: 'button', class: 'btn' }, icon('ajouter'), this.dataset.add)
    on(this.more, 'click', () => this.begin())
    this.voice = make('p', { class: 'visually-hidden', role: 'status' })
    this.place.before(make('p', { class: 'hint' }, this.dataset.help))
    this.place.after(this.more, this.voice)
    on(this.place, 'pointerdown', (event) => this.start(event))
    on(this.place, 'pointermove', (event) => this.act?.(this.at(event)))
    for (const end of ['pointerup', 'pointercancel']) on(this.place, end, () => this.end())
    this.draw()
  }

  disconnectedCallback() {
    this.stop?.()
  }

  /** The frame of a row on the picture: the whole of it moves, its corner stretches it. */
  frame(row, n, on) {
    row.hidden = 'spare' in row.dataset
    const away = make('button', { type: 'button', class: 'btn btn--quiet' }, icon('corbeille'), this.dataset.remove)
    on(away, 'click', () => this.empty(row))
    on(row, 'input', () => this.draw())
    row.append(away)
    row.body = make('button', { type: 'button', class: 'face-move', 'aria-label': fill(this.dataset.move, { n }) }, String(n))
    row.corner = make('button', { type: 'button', class: 'face-corner', 'aria-label': fill(this.dataset.stretch, { n }) })
    row.frame = make('span', { class: 'face-frame' }, row.body, row.corner)
    on(row.body, 'keydown', (event) => this.press(event, row, 0))
    on(row.corner, 'keydown', (event) => this.press(event, row, 2))
  }

  values(row) {
    return NAMES.map((name) => Number(row.querySelector(`[name$="-${name}"]`).value))
  }

  /** Numbers inside the picture, told to who does not see it. */
  fill(row, [left, top, width, height]) {
    const w = Math.min(Math.max(width, 0), 100)
    const h = Math.min(Math.max(height, 0), 100)
    const inside = [Math.min(Math.max(left, 0), 100 - w), Math.min(Math.max(top, 0), 100 - h), w, h]
    NAMES.forEach((name, at) => { row.querySelector(`[name$="-${name}"]`).value = String(Math.round(inside[at] * 10) / 10) })
    const [x, y, wide, high] = inside.map(Math.round)
    this.voice.textContent = fill(this.dataset.said, { x, y, wide, high })
    this.draw()
  }

  /** A row that says nothing yet, made visible. */
  spare() {
    const row = this.rows.find((one) => !this.values(one)[2])
    if (row) row.hidden = false
    return row
  }

  /** A frame for who has no pointer: in the middle, beside those that are there, ready for the arrows. */
  begin() {
    const row = this.spare()
    if (!row) return
    const beside = this.rows.filter((one) => this.values(one)[2]).length * 6
    this.fill(row, [40 + beside, 30, FIRST, FIRST])
    row.body.focus()
  }

  empty(row) {
    for (const input of row.querySelectorAll('input')) input.value = ''
    row.hidden = this.rows.filter((one) => !one.hidden).length > 1
    this.draw()
  }

  press(event, row, from) {
    if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); this.empty(row); return this.more.focus() }
    const step = STEPS[event.key]
    if (!step) return undefined
    event.preventDefault()
    const numbers = this.values(row)
    step.forEach((n, axis) => { numbers[from + axis] = Math.max(from ? LEAST : 0, numbers[from + axis] + n * (event.shiftKey ? FAR : 1)) })
    return this.fill(row, numbers)
  }

  at({ clientX, clientY }) {
    const { left, top, width, height } = this.place.querySelector('img').getBoundingClientRect()
    const within = (n) => Math.max(0, Math.min(100, n * 100))
    return [within((clientX - left) / width), within((clientY - top) / height)]
  }

  /** A frame that is taken moves or stretches; anywhere else a new one is drawn. */
  start(event) {
    const held = this.rows.find((row) => row.frame.contains(event.target))
    this.row = held ?? this.spare()
    if (!this.row || event.button) return
    event.preventDefault()
    this.place.setPointerCapture(event.pointerId)
    const [a, b] = this.at(event)
    const [left, top, width, height] = this.values(this.row)
    const draw = ([x, y]) => this.fill(this.row, [Math.min(a, x), Math.min(b, y), Math.abs(x - a), Math.abs(y - b)])
    const move = ([x, y]) => this.fill(this.row, [left + x - a, top + y - b, width, height])
    const stretch = ([x, y]) => this.fill(this.row, [left, top, Math.max(LEAST, x - left), Math.max(LEAST, y - top)])
    this.act = held ? (event.target === held.corner ? stretch : move) : draw
    if (held) event.target.focus()
  }

  end() {
    const [, , width, height] = this.row && this.act ? this.values(this.row) : [0, 0, 1, 1]
    if (width < 1 || height < 1) this.empty(this.row)
    this.act = null
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
