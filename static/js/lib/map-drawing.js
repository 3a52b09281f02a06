// Putting a point, drawing a way or an area: by touch, by mouse, or by moving the map under a cross with the arrows. Nothing is sent here.
import { CircleMarker, Polygon, Polyline } from 'leaflet/dist/leaflet-src.esm.js'
import { drawn, simplify } from './map-geometry.js'
import { toLatLng, toPosition } from './map-ground.js'
import { goThere, isArrow, nearest, walk } from './map-walking.js'
import { icon, listening, make } from './parts.js'
import { fill } from './words.js'

const HINTS = { Point: 'placePoint', LineString: 'placeLine', Polygon: 'placeArea' }
const FEWEST = { Point: 1, LineString: 2, Polygon: 3 }
const STROKE = 10 // pixels a finger moves before it draws instead of touching
const SMOOTH = 3 // pixels a drawn line may be away from the hand

export class MapDrawing {
  /** `done(geometry)` or `cancel()` is called once. */
  constructor(view, kind, { done, cancel }) {
    Object.assign(this, { view, kind, done, cancel, ground: view.ground, positions: [], strokes: [], words: view.words })
    this.box = this.ground.getContainer()
    this.bar = view.querySelector('[data-hint]')
    const { on, stop } = listening()
    this.stop = stop
    on(this.box, 'keydown', (event) => this.key(event), { capture: true })
    if (kind !== 'Point') this.draw(on)
    this.ground.on('click', this.touched, this).on('moveend', this.told, this)
    this.show(on)
  }

  show(on) {
    const { words, kind } = this
    const button = (act, sign, sentence, main = false) => make('button', { class: `btn${main ? ' btn--main' : ''}`, type: 'button', 'data-draw': act }, icon(sign), sentence)
    const isGeo = kind === 'Point' && !this.view.simple
    this.cross = make('div', { class: 'map-cross', 'aria-hidden': 'true' })
    this.box.after(this.cross)
    this.bar.replaceChildren(make('p', {}, make('b', {}, words[HINTS[kind]]), make('small', {}, words.byKeyboard)), make('div', { class: 'row' },
      button('centre', 'cible', words.atCentre), isGeo ? button('mine', 'lieu', words.myPlace) : null,
      isGeo ? make('a', { class: 'btn', href: `${this.view.told.url}/features/new` }, icon('chercher'), words.byName) : null,
      kind === 'Point' ? null : button('undo', 'annuler', words.undoLast), kind === 'Point' ? null : button('done', 'coche', words.done, true), button('cancel', 'croix', words.cancel)))
    this.bar.hidden = false
    on(this.bar, 'click', ({ target }) => this.press(target.closest('[data-draw]')?.dataset.draw))
    this.view.toggleAttribute('data-drawing', true)
    this.view.say(`${words[HINTS[kind]]} ${words.byKeyboard}`)
    this.renew()
    this.box.focus({ preventScroll: true })
  }

  press(act) {
    const acts = { centre: () => this.add(this.ground.getCenter()), undo: () => this.undo(), done: () => this.finish(), cancel: () => { this.end(); this.cancel() }, mine: () => goThere(this.ground, (place) => this.add(place), () => this.view.say(this.words.noPlace)) }
    acts[act]?.()
    if (act === 'centre' && this.kind !== 'Point') this.box.focus({ preventScroll: true })
  }

  key(event) {
    if (event.target !== this.box && !event.target.closest?.('.map-mark')) return
    const acts = { Enter: 'centre', ' ': 'centre', Backspace: 'undo', Escape: 'cancel' }
    if (!acts[event.key] && !isArrow(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    if (isArrow(event.key)) return walk(this.ground, event)
    this.press(event.key === 'Enter' && event.ctrlKey ? 'done' : acts[event.key])
  }

  touched({ latlng }) { if (!this.isStroke) this.add(latlng) }

  add(...places) {
    const last = String(this.positions.at(-1))
    const fresh = places.map(toPosition).filter((one) => String(one) !== last) // Enter pressed twice is one corner
    if (fresh.length) this.strokes.push(this.positions.length)
    this.positions.push(...fresh)
    if (this.kind === 'Point') return this.finish()
    this.view.say(fill(this.words.corners, { n: this.positions.length }))
    return this.renew()
  }

  undo() {
    this.positions.length = this.strokes.pop() ?? 0
    this.view.say(fill(this.words.corners, { n: this.positions.length }))
    this.renew()
  }

  finish() {
    const geometry = drawn(this.kind, this.positions, this.view.simple ? 1 : 6)
    if (!geometry) return
    this.end()
    this.done(geometry)
  }

  /** One finger draws, two move the map. */
  draw(on) {
    const { ground, box } = this
    ground.dragging.disable()
    let path = null
    const fingers = new Set()
    on(box, 'pointerdown', (event) => {
      fingers.add(event.pointerId)
      path = fingers.size === 1 && !event.button && !event.target.closest('.map-mark') ? [event] : null
      this.isStroke = false
    })
    on(box, 'pointermove', (event) => {
      const last = path?.at(-1)
      if (!last || Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < (path.length === 1 ? STROKE : 2)) return
      this.isStroke = true
      path.push(event)
      this.renew([...this.positions, ...this.along(path).map(toPosition)])
    })
    const lift = (event) => {
      fingers.delete(event.pointerId)
      if (path && this.isStroke && event.type === 'pointerup') this.add(...this.along(path))
      path = null
      setTimeout(() => { this.isStroke = false }) // the click that follows is no touch
    }
    for (const type of ['pointerup', 'pointercancel']) on(globalThis, type, lift)
  }

  along(path) {
    const { left, top } = this.box.getBoundingClientRect()
    return simplify(path.map(({ clientX, clientY }) => [clientX - left, clientY - top]), SMOOTH).map((at) => this.ground.containerPointToLatLng(at))
  }

  renew(positions = this.positions) {
    this.draft?.remove()
    this.corners?.forEach((corner) => corner.remove())
    const places = positions.map(toLatLng)
    const Shape = this.kind === 'Polygon' ? Polygon : Polyline
    this.draft = new Shape(places, { className: 'map-draft', interactive: false, weight: 4, fillOpacity: 0.2 }).addTo(this.ground)
    this.corners = places.length < 60 ? places.map((place) => new CircleMarker(place, { radius: 6, className: 'map-corner', interactive: false }).addTo(this.ground)) : []
    for (const [act, fewest] of [['done', FEWEST[this.kind]], ['undo', 1]]) this.bar.querySelector(`[data-draw="${act}"]`)?.toggleAttribute('disabled', positions.length < fewest)
  }

  /** Where the cross is, for who does not see it: beside what is known. */
  told() {
    const near = nearest(this.ground, this.view.shown)
    if (near?.title) this.view.say(fill(this.words.here, { where: near.title }))
  }

  end() {
    this.stop()
    this.ground.off('click', this.touched, this).off('moveend', this.told, this)
    this.ground.dragging.enable()
    this.draft?.remove()
    this.corners?.forEach((corner) => corner.remove())
    this.cross.remove()
    this.bar.hidden = true
    this.bar.replaceChildren()
    this.view.removeAttribute('data-drawing')
  }
}
