// Moving what is on a map: a handle for a point, or for each corner of a way or an area, one part of a shape after the other.
import { CircleMarker, DivIcon, Marker, Polygon, Polyline } from 'leaflet/dist/leaflet-src.esm.js'
import { toLatLng, toPosition } from './map-ground.js'
import { pieces, rebuilt, without } from './map-pieces.js'
import { icon, listening, make } from './parts.js'
import { fill } from './words.js'

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const FEWEST = { Point: 1, LineString: 2, Polygon: 3 }

/** Whether hands can move this shape. */
export const isMovable = (geometry) => pieces(geometry).length > 0

export class MapHandles {
  constructor(view, geometry, { done, cancel }) {
    Object.assign(this, { view, ground: view.ground, words: view.words, geometry, done, cancel, at: 0, pieces: pieces(geometry), drafts: [] })
    const { on } = Object.assign(this, listening())
    this.bar = view.querySelector('[data-hint]')
    this.show()
    on(this.bar, 'click', ({ target }) => this.press(target.closest('[data-move]')?.dataset.move))
    this.ground.on('click', this.touched, this)
    for (const name of ['data-drawing', 'data-moving']) view.toggleAttribute(name, true)
    this.lay()
    view.say(this.pieces.length > 1 ? `${this.told()} ${this.words.moveHint}` : this.words.moveHint)
    this.handles[0].getElement().focus()
  }

  get kind() { return this.pieces[this.at].kind }
  get positions() { return this.pieces[this.at].positions }
  get left() { return this.pieces.flatMap(({ isGone }, at) => (isGone ? [] : [at])) }

  show() {
    const { words } = this
    const button = (act, sign, sentence, kind = '') => make('button', { class: `btn${kind}`, type: 'button', 'data-move': act }, icon(sign), sentence)
    this.count = make('b', { class: 'map-part' })
    this.bar.replaceChildren(make('p', {}, make('b', {}, words.moveHint)),
      this.pieces.length > 1 ? make('div', { class: 'row' }, button('back', 'retourner', words.partBefore), this.count, button('next', 'fleche', words.partAfter), button('drop', 'corbeille', words.partDrop, ' btn--quiet')) : '',
      make('div', { class: 'row' }, button('done', 'coche', words.done, ' btn--main'), button('cancel', 'croix', words.cancel)))
    this.bar.hidden = false
  }

  /** « Part 2 of 3 », holes said as such. */
  told() {
    const { left, words } = this
    return fill(this.pieces[this.at].isHole ? words.partHole : words.partOf, { n: left.indexOf(this.at) + 1, total: left.length })
  }

  press(act) {
    const { left } = this
    const turn = (by) => this.choose(left.at((left.indexOf(this.at) + by) % left.length))
    if (act === 'next' || act === 'back') turn(act === 'next' ? 1 : -1)
    else if (act === 'drop') this.drop()
    else this.leave(act)
  }

  choose(at) {
    this.at = at
    this.lay()
    this.ground.panInside(this.handles[0].getLatLng(), { padding: [60, 60] })
    this.view.say(this.told())
  }

  drop() {
    const kept = without(this.pieces, this.at)
    if (kept.every(({ isGone }) => isGone)) return
    this.pieces = kept
    this.choose(this.left.find((at) => at > this.at) ?? this.left.at(-1))
  }

  touched({ latlng }) {
    if (this.kind !== 'Point') return
    this.handles[0].setLatLng(latlng)
    this.put(0, latlng)
  }

  lay() {
    this.handles?.forEach((handle) => handle.remove())
    this.handles = this.positions.map((position, at) => this.handle(position, at))
    this.pieces.forEach((_piece, at) => this.draw(at))
    this.count.textContent = this.told()
    this.bar.querySelector('[data-move=drop]')?.toggleAttribute('disabled', without(this.pieces, this.at).every(({ isGone }) => isGone))
  }

  handle(position, at) {
    const handle = new Marker(toLatLng(position), { draggable: true, autoPan: true, keyboard: true, zIndexOffset: 3000, icon: new DivIcon({ className: 'map-handle', iconSize: null }) })
    handle.on('add', () => {
      const element = handle.getElement()
      element.setAttribute('aria-label', fill(this.words.corner, { n: at + 1 }))
      element.addEventListener('keydown', (event) => this.key(event, at))
    })
    handle.on('drag', () => this.put(at, handle.getLatLng()))
    return handle.addTo(this.ground)
  }

  key(event, at) {
    const step = STEPS[event.key]
    const isRemoved = ['Delete', 'Backspace'].includes(event.key)
    if (!step && !isRemoved && !['Escape', 'Enter'].includes(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape' || event.key === 'Enter') return this.leave(event.key === 'Enter' ? 'done' : 'cancel')
    if (isRemoved) return this.remove(at)
    const far = event.shiftKey ? 40 : 8
    const point = this.ground.latLngToContainerPoint(this.handles[at].getLatLng())
    const moved = this.ground.containerPointToLatLng([point.x + step[0] * far, point.y + step[1] * far])
    this.handles[at].setLatLng(moved)
    this.put(at, moved)
    this.ground.panInside(moved, { padding: [60, 60] })
  }

  remove(at) {
    if (this.positions.length <= FEWEST[this.kind]) return
    this.positions.splice(at, 1)
    this.lay()
    this.handles[Math.min(at, this.handles.length - 1)].getElement().focus()
  }

  put(at, latlng) {
    this.positions[at] = toPosition(latlng)
    this.draw(this.at)
  }

  /** A piece as it is now; a touch on another takes its handles out. */
  draw(at) {
    this.drafts[at]?.remove()
    const { kind, positions, isHole, isGone } = this.pieces[at]
    const isOwn = at === this.at
    if (isGone || (kind === 'Point' && isOwn)) return
    const options = { className: 'map-draft', interactive: !isOwn, bubblingMouseEvents: false, weight: isOwn ? 4 : 2, fillOpacity: isHole ? 0 : 0.2, radius: 12 }
    const Shape = { Point: CircleMarker, LineString: Polyline, Polygon }[kind]
    this.drafts[at] = new Shape(kind === 'Point' ? toLatLng(positions[0]) : positions.map(toLatLng), options).on('click', () => this.choose(at)).addTo(this.ground)
  }

  leave(act) {
    if (!act) return
    const geometry = rebuilt(this.geometry, this.pieces, this.view.simple ? 1 : 6)
    this.end()
    if (act === 'done') this.done(geometry)
    else this.cancel()
  }

  end() {
    this.stop()
    this.ground.off('click', this.touched, this)
    for (const one of [...this.handles, ...this.drafts]) one?.remove()
    this.bar.hidden = true
    this.bar.replaceChildren()
    for (const name of ['data-drawing', 'data-moving']) this.view.toggleAttribute(name, false)
  }
}
