// Where a map looks: the ground it lies on, the view that holds everything, the least move that shows a feature, the sheet that is printed.
import { LatLngBounds } from 'leaflet/dist/leaflet-src.esm.js'
import { box } from './map-geometry.js'
import { layBase, toLatLng } from './map-ground.js'

const AFTER_PAPER = 2000 // milliseconds, where the end of printing is never said
const FEW = 60 // marks
const PEEK = { paddingTopLeft: [60, 170], paddingBottomRight: [60, 120] }

export class MapWindow {
  constructor(view) {
    Object.assign(this, { view, ground: view.ground })
    this.watch = new ResizeObserver(() => this.ground.invalidateSize({ pan: false }))
    this.watch.observe(this.ground.getContainer())
    this.ground.on('moveend', () => view.store.isWide && this.look())
    this.ground.on('unload', () => this.watch.disconnect())
  }

  /** What lies under at first: what the address names, else the group's first. */
  asked() {
    const { bases } = this.view.told
    const at = Math.max(0, bases.findIndex(({ id }) => id && location.hash === `#base-${id}`))
    const choice = this.view.querySelector('[name=base]')
    if (choice) choice.value = at
    return bases[at]
  }

  async lay(base) {
    const { simple, told } = this.view
    const under = (one) => layBase(this.ground, one, { simple, outlines: told.outlines })
    const { layer, bounds, credit } = await under(base).catch((error) => {
      this.view.say(told.words.noGround) // what lies under cannot be read: the points are shown all the same
      console.warn(error)
      return under({ kind: 'blank' })
    })
    this.under?.remove()
    this.under = layer?.addTo(this.ground)
    this.ground.getContainer().dataset.ground = base?.kind ?? 'blank'
    this.bounds = bounds
    const line = this.view.querySelector('[data-credit]')
    line.textContent = credit ?? ''
    line.hidden = !credit
  }

  /** Asks for what lies in the view of a map that is too big to be held whole. */
  look() {
    clearTimeout(this.looking)
    this.looking = setTimeout(() => {
      const seen = this.ground.getBounds()
      const [west, south, east, north] = [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()]
      this.view.store.look({ bbox: [west, south, east, north], zoom: this.ground.getZoom() }).catch(() => {})
    }, 200)
  }

  /** The view that the group chose; else everything, or the drawing that fills the screen (`all`: the whole of it). */
  frame(all = false) {
    const { view: { simple, told, store }, ground, bounds } = this
    const chosen = told.view
    if (simple) ground.setMaxBounds(bounds.pad(0.6))
    if (!all && Number.isFinite(chosen?.zoom) && Number.isFinite(chosen.lat)) return ground.setView(toLatLng([chosen.lng, chosen.lat]), chosen.zoom, { animate: false })
    if (simple) return ground.setView(bounds.getCenter(), ground.getBoundsZoom(bounds, !all && !told.steps.length), { animate: false }) // of a story, the whole way
    const found = this.around(store.features)
    return ground.fitBounds(found.isValid() ? found.pad(0.15) : bounds, { maxZoom: told.nearest ?? 16, animate: false })
  }

  around(features) {
    const boxes = features.map(({ geometry }) => box(geometry)).filter(Boolean)
    return new LatLngBounds(boxes.flatMap((one) => this.ends(one)))
  }

  ends([west, south, east, north]) {
    return [toLatLng([west, south]), toLatLng([east, north])]
  }

  /** Moves as little as needed for a shape to be seen beside its card. */
  reach(geometry) {
    const whole = box(geometry)
    if (!whole) return
    const bounds = new LatLngBounds(this.ends(whole))
    const isWide = matchMedia('(min-width: 64rem)').matches
    const padding = isWide ? PEEK : { ...PEEK, paddingBottomRight: [40, this.ground.getSize().y * 0.45] }
    if (whole[0] === whole[2] && whole[1] === whole[3]) this.ground.panInside(bounds.getCenter(), padding)
    else if (!this.ground.getBounds().contains(bounds)) this.ground.fitBounds(bounds, { ...padding, maxZoom: this.ground.getZoom() })
  }

  /** Looks closer at a gathering; when its members lie on one another, the list tells them apart. */
  nearer({ members, bbox, latlng }) {
    const bounds = bbox ? new LatLngBounds(this.ends(bbox)) : new LatLngBounds(members.map(({ entry }) => entry.at.latlng))
    const { ground, view } = this
    const zoom = Math.min(ground.getBoundsZoom(bounds, false), ground.getMaxZoom())
    if (!bbox && (bounds.getNorthEast().equals(bounds.getSouthWest()) || ground.getZoom() >= ground.getMaxZoom())) return view.peek.many(members.map(({ entry }) => entry))
    return ground.setView(bounds.isValid() ? bounds.getCenter() : latlng, Math.max(zoom, ground.getZoom() + 1))
  }

  /** Of many marks, looks for those under the buttons once they are painted: asking before would have the page measured twice. */
  coverSoon() {
    clearTimeout(this.covering)
    if (this.view.marks.marks.size <= FEW) return this.cover()
    this.covering = setTimeout(() => this.ground._loaded && this.cover(), 120)
    return null
  }

  /** A mark under a button cannot be reached there: it leaves the order of Tab until the map moves; the list has it. */
  cover() {
    const { left, top } = this.ground.getContainer().getBoundingClientRect()
    const over = [...this.view.querySelectorAll('.map-zoom, .map-top > *, .map-bar')].map((one) => one.getBoundingClientRect()).filter(({ width }) => width)
    for (const mark of this.view.marks.marks.values()) {
      const { x, y } = this.ground.latLngToContainerPoint(mark.getLatLng())
      const isUnder = over.some((box) => x + left > box.left - 22 && x + left < box.right + 22 && y + top > box.top - 22 && y + top < box.bottom + 22)
      if (mark.getElement()) mark.getElement().tabIndex = isUnder ? -1 : 0
    }
  }

  /** Paper begins when the browser says so; where it does not say the end of it, whoever comes back to the screen does. */
  printing(on) {
    const end = () => this.view.hasAttribute('data-printing') && this.print(false)
    on(globalThis, 'beforeprint', () => this.print(true))
    on(globalThis, 'afterprint', end)
    on(matchMedia('print'), 'change', ({ matches }) => matches || end())
    for (const type of ['pointerdown', 'keydown']) on(globalThis, type, end, { capture: true })
  }

  onPaper() {
    globalThis.print()
    setTimeout(() => this.view.hasAttribute('data-printing') && !matchMedia('print').matches && this.print(false), AFTER_PAPER)
  }

  /** On paper: everything, each mark with its number in the list, nothing gathered. */
  print(isStarting) {
    const { view, ground } = this
    view.toggleAttribute('data-printing', isStarting)
    view.marks.isAlone = isStarting
    view.list.most = isStarting ? Infinity : 60
    const { width, height } = view.told.bases[0]
    if (view.simple) view.style.setProperty('--ratio', width ? height / width : 0.7)
    if (isStarting) this.before = [ground.getCenter(), ground.getZoom()]
    ground.options.zoomSnap = isStarting ? 0 : 0.25
    ground.invalidateSize({ pan: false, animate: false })
    if (isStarting) this.frame(true)
    else if (this.before) ground.setView(...this.before, { animate: false })
    view.draw()
  }
}
