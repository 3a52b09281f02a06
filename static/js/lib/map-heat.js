// Where features are many, as warmth: the nearer to one another, the stronger.
import { DomUtil, Layer } from 'leaflet/dist/leaflet-src.esm.js'

const RADIUS = 36 // pixels around each feature

export class Heat extends Layer {
  onAdd(ground) {
    this.sheet = DomUtil.create('canvas', 'leaflet-zoom-hide map-heat', ground.getPane('overlayPane'))
    this.sheet.setAttribute('aria-hidden', 'true')
    ground.on('moveend resize', this.draw, this)
    this.draw()
  }

  onRemove(ground) {
    ground.off('moveend resize', this.draw, this)
    this.sheet.remove()
  }

  /** entries: [{ at: { latlng }, look, layer }]. */
  show(entries) {
    this.entries = entries
    this.draw()
  }

  draw() {
    const ground = this._map
    const { x: width, y: height } = ground.getSize()
    Object.assign(this.sheet, { width, height })
    DomUtil.setPosition(this.sheet, ground.containerPointToLayerPoint([0, 0]))
    const pen = this.sheet.getContext('2d')
    for (const { at, look, layer } of this.entries ?? []) {
      const { x, y } = ground.latLngToContainerPoint(at.latlng)
      if (x < -RADIUS || y < -RADIUS || x > width + RADIUS || y > height + RADIUS) continue
      pen.globalAlpha = 0.35 * (layer?.opacity ?? 1)
      pen.drawImage(spot(look.colour), x - RADIUS, y - RADIUS)
    }
  }
}

const spots = new Map()

function spot(colour) {
  if (spots.has(colour)) return spots.get(colour)
  const sheet = document.createElement('canvas')
  Object.assign(sheet, { width: RADIUS * 2, height: RADIUS * 2 })
  const pen = sheet.getContext('2d')
  const ink = getComputedStyle(document.documentElement).getPropertyValue(`--${colour}-print`).trim()
  pen.fillStyle = ink
  pen.fillRect(0, 0, RADIUS * 2, RADIUS * 2)
  const fade = pen.createRadialGradient(RADIUS, RADIUS, 0, RADIUS, RADIUS, RADIUS)
  fade.addColorStop(0, '#000')
  fade.addColorStop(1, '#0000')
  pen.globalCompositeOperation = 'destination-in'
  pen.fillStyle = fade
  pen.fillRect(0, 0, RADIUS * 2, RADIUS * 2)
  spots.set(colour, sheet)
  return sheet
}
