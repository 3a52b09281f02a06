// Moving what is on a map: one handle for a point, one for each corner of a way or an area, dragged or moved with the arrows.
import { DivIcon, Marker, Polygon, Polyline } from 'leaflet/dist/leaflet-src.esm.js'
import { corners, drawn } from './map-geometry.js'
import { toLatLng, toPosition } from './map-ground.js'
import { icon, listening, make } from './parts.js'
import { fill } from './words.js'

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const FEWEST = { Point: 1, LineString: 2, Polygon: 3 }

/** Whether hands can move this shape. */
export const isMovable = (geometry) => Boolean(corners(geometry))

export class MapHandles {
  constructor(view, geometry, { done, cancel }) {
    Object.assign(this, { view, ground: view.ground, kind: geometry.type, words: view.words, done, cancel })
    this.positions = corners(geometry)
    const { on, stop } = listening()
    this.stop = stop
    this.bar = view.querySelector('[data-hint]')
    this.bar.replaceChildren(make('p', {}, make('b', {}, this.words.moveHint)), make('div', { class: 'row' },
      make('button', { class: 'btn btn--main', type: 'button', 'data-move': 'done' }, icon('coche'), this.words.done),
      make('button', { class: 'btn', type: 'button', 'data-move': 'cancel' }, icon('croix'), this.words.cancel)))
    this.bar.hidden = false
    on(this.bar, 'click', ({ target }) => this.leave(target.closest('[data-move]')?.dataset.move))
    if (this.kind === 'Point') this.ground.on('click', this.touched, this)
    view.toggleAttribute('data-drawing', true)
    view.toggleAttribute('data-moving', true)
    view.say(this.words.moveHint)
    this.lay()
    this.handles[0].getElement().focus()
  }

  touched({ latlng }) {
    this.handles[0].setLatLng(latlng)
    this.put(0, latlng)
  }

  lay() {
    this.handles?.forEach((handle) => handle.remove())
    this.handles = this.positions.map((position, at) => this.handle(position, at))
    this.draw()
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
    this.draw()
  }

  draw() {
    this.draft?.remove()
    if (this.kind === 'Point') return
    const Shape = this.kind === 'Polygon' ? Polygon : Polyline
    this.draft = new Shape(this.positions.map(toLatLng), { className: 'map-draft', interactive: false, weight: 4, fillOpacity: 0.2 }).addTo(this.ground)
  }

  leave(act) {
    if (!act) return
    const geometry = drawn(this.kind, this.positions, this.view.simple ? 1 : 6)
    this.end()
    if (act === 'done') this.done(geometry)
    else this.cancel()
  }

  end() {
    this.stop()
    this.ground.off('click', this.touched, this)
    this.handles.forEach((handle) => handle.remove())
    this.draft?.remove()
    this.bar.hidden = true
    this.bar.replaceChildren()
    this.view.removeAttribute('data-drawing')
    this.view.removeAttribute('data-moving')
  }
}
