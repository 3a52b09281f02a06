// One part of a shape on a map: a way, an area, a point among others of the same feature.
import { CircleMarker, Polygon, Polyline } from 'leaflet/dist/leaflet-src.esm.js'
import { toLatLng } from './map-ground.js'
import { DASHES, fill } from './map-signs.js'

/** One part of a shape, as its layer draws it; `paint` gives a colour that a canvas understands, when they are many. */
export function part({ type, coordinates }, look, opacity, renderer, paint) {
  const turn = (at) => (typeof at[0] === 'number' ? toLatLng(at) : at.map(turn))
  const isLine = type.includes('Line')
  const colour = paint?.(look.colour)
  const options = { renderer, className: `map-shape c-${look.colour}${isLine ? ' map-shape--line' : ''}`, opacity,
    weight: isLine ? 5 : 2.5, dashArray: isLine ? DASHES[look.pattern] : null, fill: !isLine, fillColor: colour ?? fill(look) ?? 'currentColor',
    fillOpacity: look.strength ? (0.15 + 0.5 * look.strength) * opacity : (look.pattern ? 0.9 : 0.25) * opacity, color: colour ?? 'currentColor' }
  if (type === 'Point') return new CircleMarker(turn(coordinates), { ...options, radius: 9 })
  return isLine ? new Polyline(turn(coordinates), options) : new Polygon(turn(coordinates), options)
}
