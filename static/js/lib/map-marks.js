// The features of a map, drawn: one mark each, gathered when they are many; lines and areas under their marks.
import { Canvas, DivIcon, FeatureGroup, Marker, SVG as Drawing } from 'leaflet/dist/leaflet-src.esm.js'
import { MOST_MARKS, free, gather } from './map-clusters.js'
import { anchor, simple } from './map-geometry.js'
import { toLatLng } from './map-ground.js'
import { part } from './map-parts.js'
import { circle, gathering, sign, thread } from './map-signs.js'

const CELL = 76 // pixels between two marks that are not gathered
const MOST_SHAPES = 300 // beyond, lines and areas are painted without their patterns
const places = new WeakMap() // feature → { x, y, latlng } at zoom 0; a feature that changes is another object

export class MapMarks {
  /** `simple`: pixels instead of the globe; `open(uuid)`, `gatheringOpened(members)`; `name(feature, look)`: what an ear gets. */
  constructor(ground, options) {
    Object.assign(this, { ground, marks: new Map(), shapes: new Map(), entries: [], clusters: [] }, options)
    ground.on('moveend resize', () => this.place())
    this.fine = new Drawing({ padding: 0.4 })
  }

  /** Shows these: [{ feature, look, layer }]; `clusters`: gatherings that the server made. */
  show(entries, clusters = []) {
    Object.assign(this, { entries: entries.filter((entry) => this.locate(entry)), clusters })
    this.isGathered = entries.some(({ layer }) => layer?.render === 'clusters')
    this.drawShapes()
    this.place(true)
  }

  locate(entry) {
    const { feature } = entry
    if (!places.has(feature)) {
      const at = anchor(feature.geometry)
      const latlng = at && toLatLng(at)
      places.set(feature, at ? { ...pick(this.ground.options.crs.latLngToPoint({ lat: latlng[0], lng: latlng[1] }, 0)), latlng } : null)
    }
    entry.at = places.get(feature)
    return entry.at
  }

  /** Puts marks where the window looks, and takes away those it left. */
  place(isFresh = false) {
    const { ground } = this
    if (!ground._loaded) return
    const zoom = ground.getZoom()
    const scale = ground.options.crs.scale(zoom) / ground.options.crs.scale(0)
    const { min, max } = ground.getPixelBounds()
    const [wide, high] = [(max.x - min.x) * 0.25, (max.y - min.y) * 0.25]
    const seen = []
    for (const entry of this.entries) {
      const [x, y] = [entry.at.x * scale, entry.at.y * scale]
      if (x > min.x - wide && x < max.x + wide && y > min.y - high && y < max.y + high) seen.push({ x, y, entry })
    }
    const wanted = new Map()
    const units = this.isAlone || !this.isGathered && seen.length <= MOST_MARKS ? seen.map((one) => ({ ...one, members: [one] })) : gather(seen, CELL)
    for (const one of free(units, this.isAlone)) {
      const latlng = ground.unproject([one.x, one.y], zoom)
      const [{ entry }] = one.members
      if (one.members.length === 1) wanted.set(entry.feature.id, { ...entry, latlng, aside: one.home && [one.home.x - one.x, one.home.y - one.y] })
      else wanted.set(`${zoom}/${one.key}/${one.members.length}`, { ...one, latlng })
    }
    for (const { lat, lng, count, bbox } of this.clusters) wanted.set(`server/${lat}/${lng}/${count}`, { latlng: toLatLng([lng, lat]), count, bbox, members: [] })
    this.renew(wanted, isFresh)
  }

  renew(wanted, isFresh) {
    const focused = document.activeElement?.closest?.('.map-mark')?.dataset.key
    for (const [key, mark] of this.marks) {
      const next = wanted.get(key)
      if (next && (!isFresh || mark.stamp === stamp(next))) continue
      mark.remove()
      this.marks.delete(key)
    }
    for (const [key, one] of wanted) {
      if (!this.marks.has(key)) this.marks.set(key, this.put(key, one))
      else this.marks.get(key).setLatLng(one.latlng)
    }
    for (const [key, { feature, aside }] of wanted) if (feature) this.tell(this.marks.get(key).options.icon.options.html, this.number?.(feature.id) ?? '', aside)
    if (focused) this.marks.get(focused)?.getElement()?.focus({ preventScroll: true })
    this.select(this.selected)
    this.settled?.()
    this.placed?.()
  }

  /** Its number in the list, and the thread to its place when it stands aside. */
  tell(html, number, aside = [0, 0]) {
    html.querySelector('b').textContent = html.dataset.no = number
    html.querySelector('.map-thread')?.remove()
    if (Math.hypot(...aside) > 5) html.prepend(thread(...aside))
  }

  put(key, one) {
    const { feature } = one
    const html = document.createElement('span')
    html.append(feature ? one.look.radius ? circle(one.look) : sign(one.look) : gathering(one.count ?? one.members.length, looksIn(one.members)))
    if (feature) html.append(document.createElement('b'))
    const name = feature ? this.name(feature, one.look) : this.many(one.count ?? one.members.length)
    const icon = new DivIcon({ html, className: `map-mark${feature ? '' : ' map-mark--many'}${feature?.isWaiting ? ' is-waiting' : ''}`, iconSize: null })
    const mark = new Marker(one.latlng, { icon, opacity: one.layer?.opacity ?? 1, riseOnHover: true, title: feature ? feature.title : '' })
    mark.stamp = stamp(one)
    mark.on('add', () => this.equip(mark.getElement(), key, name))
    mark.on('click', () => (feature ? this.open(feature.id) : this.gatheringOpened(one)))
    mark.on('keydown', ({ originalEvent }) => {
      if (originalEvent.key !== ' ') return
      originalEvent.preventDefault()
      mark.fire('click')
    })
    return mark.addTo(this.ground)
  }

  equip(element, key, name) {
    element.setAttribute('aria-label', name)
    element.removeAttribute('title')
    element.dataset.key = key
  }

  select(uuid) {
    this.selected = uuid
    for (const [key, mark] of this.marks) {
      mark.getElement()?.classList.toggle('is-open', key === uuid)
      mark.setZIndexOffset(key === uuid ? 1000 : 0)
    }
    for (const [key, { shape }] of this.shapes) shape.getElement?.()?.classList.toggle('is-open', key === uuid)
  }

  drawShapes() {
    const drawn = this.entries.filter(({ feature }) => feature.geometry.type !== 'Point')
    const isMany = drawn.length > MOST_SHAPES
    this.broad ??= isMany ? new Canvas({ padding: 0.3 }) : null
    const wanted = new Map(drawn.map((entry) => [entry.feature.id, entry]))
    for (const [uuid, { shape, stamp: old }] of this.shapes) {
      if (wanted.has(uuid) && stamp(wanted.get(uuid)) === old) continue
      shape.remove()
      this.shapes.delete(uuid)
    }
    for (const [uuid, entry] of wanted) if (!this.shapes.has(uuid)) this.shapes.set(uuid, { shape: this.shape(entry, isMany), stamp: stamp(entry) })
  }

  shape({ feature, look, layer }, isMany) {
    const made = simple(feature.geometry).map((one) => part(one, look, layer?.opacity ?? 1, isMany ? this.broad : this.fine, isMany ? paint : null))
    return (made.length === 1 ? made[0] : new FeatureGroup(made)).on('click', () => this.open(feature.id)).addTo(this.ground)
  }
}

const pick = ({ x, y }) => ({ x, y })
const stamp = ({ feature, look, layer, count, members }) => (feature
  ? `${feature.rev}/${feature.isWaiting ?? ''}/${look.colour}/${look.shape}/${look.pattern}/${look.picto}/${look.radius ?? ''}/${layer?.opacity}/${JSON.stringify(feature.isWaiting ? feature.geometry : '')}`
  : `${count ?? members.length}`)
const looksIn = (members) => [...new Map(members.map(({ entry: { look } }) => [look.colour, look])).values()]
const paint = (colour) => getComputedStyle(document.documentElement).getPropertyValue(`--${colour}-strong`).trim() || 'currentColor'
