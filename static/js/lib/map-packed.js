// A map packed in one file (PMTiles), read piece by piece from our own server and painted on canvas: no WebGL, nothing from elsewhere.
import { Browser, DomUtil, GridLayer, LatLngBounds } from 'leaflet/dist/leaflet-src.esm.js'
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { PMTiles, TileType } from 'pmtiles'
import { getBytes } from './request.js'

const PICTURES = { [TileType.Png]: 'image/png', [TileType.Jpeg]: 'image/jpeg', [TileType.Webp]: 'image/webp', [TileType.Avif]: 'image/avif' }
const SIDE = 256 // pixels of a tile on the screen

/** How layers are painted, whatever schema named them; in this order. A line has a width at zoom 12, a name a size. */
const PAINTS = [
  { is: /^(earth|land)$/, fill: '#fffdf8' },
  { is: /landcover|landuse|natural|park|wood/, fill: '#e3ecd6' },
  { is: /^water(?!way)|ocean|sea/, fill: '#bfdfe0', line: '#9cc9cc', width: 0.8 },
  { is: /waterway|river/, line: '#9cc9cc', width: 1.4 },
  { is: /building/, fill: '#e2d9c6' },
  { is: /road|transport|street|highway|path/, line: '#b3a58a', width: 1.6 },
  { is: /rail/, line: '#8d8578', width: 1 },
  { is: /boundar|admin/, line: '#8a8fa3', width: 1, dash: [5, 4] },
  { is: /place|label|locality|poi/, size: 12 },
]
const OTHER = { line: '#b3a58a', width: 1 }

/** The layer, its bounds, and whom to thank, as the file says it. */
export async function openPacked(url) {
  const archive = new PMTiles({ getKey: () => url, getBytes: async (offset, length, signal) => ({ data: await getBytes(url, offset, length, signal) }) })
  const header = await archive.getHeader()
  const said = await archive.getMetadata().catch(() => ({}))
  const bounds = new LatLngBounds([header.minLat, header.minLon], [header.maxLat, header.maxLon])
  const layer = new Packed(archive, header, { pane: 'ground', tileSize: SIDE, minNativeZoom: header.minZoom, maxNativeZoom: header.maxZoom, maxZoom: 19, className: 'map-packed', bounds })
  return { layer, bounds: bounds.isValid() ? bounds : null, credit: plain(said.attribution) }
}

/** The words of an attribution that may be HTML: read, never run. */
const plain = (html) => (html ? new DOMParser().parseFromString(String(html), 'text/html').body.textContent.trim().slice(0, 300) : '')

class Packed extends GridLayer {
  constructor(archive, header, options) {
    super(options)
    Object.assign(this, { archive, header })
  }

  createTile({ x, y, z }, done) {
    const sheet = DomUtil.create('canvas', 'leaflet-tile')
    const ratio = Browser.retina ? 2 : 1
    Object.assign(sheet, { width: SIDE * ratio, height: SIDE * ratio })
    this.paint(sheet, ratio, { x, y, z }).then(() => done(null, sheet), (error) => done(error, sheet))
    return sheet
  }

  async paint(sheet, ratio, { x, y, z }) {
    const found = await this.archive.getZxy(z, x, y)
    if (!found) return
    const pen = sheet.getContext('2d')
    pen.scale(ratio, ratio)
    const mime = PICTURES[this.header.tileType]
    if (mime) {
      const picture = await createImageBitmap(new Blob([found.data], { type: mime }))
      pen.drawImage(picture, 0, 0, SIDE, SIDE)
      return
    }
    draw(pen, new VectorTile(new PbfReader(new Uint8Array(found.data))), z)
  }
}

/** Surfaces first, then lines, then names. */
function draw(pen, { layers }, zoom) {
  const known = Object.values(layers).map((layer) => ({ layer, at: PAINTS.findIndex(({ is }) => is.test(layer.name)) }))
  known.sort((one, other) => (one.at < 0 ? 99 : one.at) - (other.at < 0 ? 99 : other.at))
  const names = []
  for (const { layer, at } of known) {
    const paint = PAINTS[at] ?? OTHER
    for (let n = 0; n < layer.length; n++) {
      const feature = layer.feature(n)
      const scale = SIDE / (feature.extent || 4096)
      if (feature.type === 1) { if (paint.size) names.push({ feature, scale, size: paint.size }) } else trace(pen, feature, scale, paint, zoom)
    }
  }
  names.forEach((one) => name(pen, one))
}

function trace(pen, feature, scale, { fill, line, width, dash }, zoom) {
  pen.beginPath()
  for (const ring of feature.loadGeometry()) ring.forEach(({ x, y }, at) => (at ? pen.lineTo(x * scale, y * scale) : pen.moveTo(x * scale, y * scale)))
  if (feature.type === 3 && fill) { pen.fillStyle = fill; pen.fill('evenodd') }
  if (!line || feature.type === 3 && !fill) return
  Object.assign(pen, { strokeStyle: line, lineWidth: (width ?? 1) * Math.min(6, Math.max(0.6, 1.35 ** (zoom - 12))), lineJoin: 'round', lineCap: 'round' })
  pen.setLineDash(dash ?? [])
  pen.stroke()
}

/** A name that would be cut by the side of its tile is left out. */
function name(pen, { feature: { properties, loadGeometry }, feature, scale, size }) {
  const said = properties['name:fr'] ?? properties.name
  const [[spot] = []] = loadGeometry.call(feature)
  if (!said || !spot) return
  Object.assign(pen, { font: `600 ${size}px sans-serif`, textAlign: 'center', textBaseline: 'middle', fillStyle: '#11162b', strokeStyle: '#fffdf8', lineWidth: 3, lineJoin: 'round' })
  const half = pen.measureText(said).width / 2
  const [x, y] = [spot.x * scale, spot.y * scale]
  if (x < half || x > SIDE - half || y < size || y > SIDE - size) return
  pen.setLineDash([])
  pen.strokeText(said, x, y)
  pen.fillText(said, x, y)
}
