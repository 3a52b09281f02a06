// What lies under a map: a blank sheet, a picture, an outline of countries and departments, tiles. And the map itself.
import { CRS, FeatureGroup, ImageOverlay, LatLngBounds, Map as Ground, Polygon, SVG, TileLayer } from 'leaflet/dist/leaflet-src.esm.js'
import { feature } from 'topojson-client'
import { getJSON } from './request.js'

export const SHEET = [1000, 700] // of a blank sheet, in its own units
const FRANCE = new LatLngBounds([41.2, -5.3], [51.2, 9.7])

/** The empty map in its place: pixels for drawings, longitudes and latitudes else. */
export function openGround(element, { crs }) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const ground = new Ground(element, {
    crs: crs === 'simple' ? CRS.Simple : CRS.EPSG3857, zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 1,
    minZoom: crs === 'simple' ? -5 : 2, maxZoom: crs === 'simple' ? 5 : 19, keyboardPanDelta: 60, renderer: new SVG({ padding: 0.5 }),
    zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm, worldCopyJump: false,
  })
  ground.createPane('ground').style.zIndex = 150
  return ground
}

/** GeoJSON says longitude first, Leaflet latitude; of a drawing, x then y upwards from its lower edge. */
export const toLatLng = ([x, y]) => [y, x]
export const toPosition = ({ lat, lng }) => [lng, lat]

/** The layer of a base, and the bounds it gives to the map (null: none). */
export async function layBase(ground, base, { simple, outlines }) {
  if (base?.kind === 'image' && base.url) return simple && !base.pins?.length ? picture(base) : pinned(base)
  if (base?.kind === 'outline') return outline(outlines[base.outline] ?? base.url ?? outlines.france, base)
  if (base?.kind === 'pmtiles' && base.url && !simple) {
    const { openPacked } = await import('./map-packed.js')
    return openPacked(base.url)
  }
  if (base?.kind === 'tiles' && base.url) return { layer: new TileLayer(base.url, { pane: 'ground', maxNativeZoom: 19 }), bounds: FRANCE, credit: base.attribution }
  const bounds = simple ? new LatLngBounds([0, 0], [SHEET[1], SHEET[0]]) : FRANCE
  return { layer: null, bounds }
}

/** A phone is told that it needs less than its width: few of its points are worth prepaid data. */
const isSmall = () => matchMedia('(max-width: 40rem)').matches

function picture({ url, light, width, height, title }) {
  const bounds = new LatLngBounds([0, 0], [height || SHEET[1], width || SHEET[0]])
  return { layer: new ImageOverlay(isSmall() && light || url, bounds, { alt: title ?? '', pane: 'ground', className: 'map-picture' }), bounds }
}

/** A picture pinned on geography by three points: turned and stretched so that each point falls on its place. */
function pinned(base) {
  const pins = base.pins ?? []
  if (pins.length < 3) return { layer: null, bounds: FRANCE }
  const [west, south, east, north] = base.bounds ?? []
  return { layer: new Pinned(base), bounds: base.bounds ? new LatLngBounds([south, west], [north, east]) : new LatLngBounds(pins.map(({ lat, lng }) => [lat, lng])) }
}

class Pinned extends ImageOverlay {
  constructor(base) {
    super(base.url, new LatLngBounds(base.pins.map(({ lat, lng }) => [lat, lng])), { pane: 'ground', className: 'map-picture map-picture--pinned', alt: base.title ?? '' })
    this.base = base
  }

  _animateZoom({ zoom, center }) {
    this.lay((place) => this._map._latLngToNewLayerPoint(place, zoom, center))
  }

  _reset() {
    this.lay((place) => this._map.latLngToLayerPoint(place))
  }

  /** The affine matrix that carries three pixels of the picture to three points of the screen. */
  lay(toPoint) {
    const [a, b, c] = this.base.pins
    const [p, q, r] = [a, b, c].map(({ lat, lng }) => toPoint([lat, lng]))
    const det = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
    if (!det) return
    const solve = (u, v, w) => {
      const along = ((v - u) * (c.y - a.y) - (w - u) * (b.y - a.y)) / det
      const down = ((w - u) * (b.x - a.x) - (v - u) * (c.x - a.x)) / det
      return [along, down, u - along * a.x - down * a.y]
    }
    // Points were said on the whole picture, whatever size of it is shown.
    const { width, height } = this.base
    if (width) Object.assign(this._image.style, { width: `${width}px`, height: `${height}px`, maxWidth: 'none' })
    const [m11, m21, dx] = solve(p.x, q.x, r.x)
    const [m12, m22, dy] = solve(p.y, q.y, r.y)
    Object.assign(this._image.style, { transformOrigin: '0 0', transform: `matrix(${m11},${m12},${m21},${m22},${dx},${dy})` })
  }
}

async function outline(url, { outline: name }) {
  if (!url) return { layer: null, bounds: FRANCE }
  const topology = await getJSON(url)
  const renderer = new SVG({ pane: 'ground', padding: 0.3 })
  // All the shapes of a part in one drawing: a hundred departments move as fast as one.
  const shape = ([part, shapes]) => new Polygon(rings(shapes), { pane: 'ground', interactive: false, renderer, smoothFactor: 1.5, fill: true, className: `map-outline map-outline--${part}` })
  const parts = Object.entries(topology.objects ?? {}).map(([part, object]) => [part, feature(topology, object)])
  const layer = new FeatureGroup((parts.length ? parts : [['own', topology]]).map(shape))
  return { layer, bounds: name === 'world' || !topology.objects ? layer.getBounds() : FRANCE }
}

/** The polygons of a collection, latitudes first. */
function rings(shapes) {
  const polygons = (shapes.features ?? [shapes]).flatMap(({ geometry }) => (geometry?.type === 'Polygon' ? [geometry.coordinates] : geometry?.type === 'MultiPolygon' ? geometry.coordinates : []))
  return polygons.map((polygon) => polygon.map((ring) => ring.map(toLatLng)))
}
