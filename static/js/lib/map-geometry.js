// Shapes on a map, as GeoJSON: longitude first (or pixels, x first), without anything to draw them.

/** Every position of a geometry. */
export function positions(geometry) {
  if (!geometry) return []
  if (geometry.type === 'GeometryCollection') return (geometry.geometries ?? []).flatMap(positions)
  const deep = (part) => (typeof part?.[0] === 'number' ? [part] : (part ?? []).flatMap(deep))
  return deep(geometry.coordinates)
}

/** What a shape is drawn with: its parts that are points, the rest as it is. */
export function simple(geometry) {
  if (geometry.type === 'GeometryCollection') return (geometry.geometries ?? []).flatMap(simple)
  if (geometry.type === 'MultiPoint') return geometry.coordinates.map((coordinates) => ({ type: 'Point', coordinates }))
  return [geometry]
}

/** [west, south, east, north] of a geometry, or null. */
export function box(geometry) {
  const all = positions(geometry)
  if (!all.length) return null
  const found = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of all) {
    found[0] = Math.min(found[0], x); found[1] = Math.min(found[1], y)
    found[2] = Math.max(found[2], x); found[3] = Math.max(found[3], y)
  }
  return found
}

/** Where the mark of a feature stands: the point, the middle of the way, a place inside the area. */
export function anchor(geometry) {
  if (!geometry) return null
  if (geometry.type === 'Point') return geometry.coordinates.slice(0, 2)
  if (geometry.type === 'LineString') return middle(geometry.coordinates)
  const area = geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.type === 'MultiPolygon' ? largest(geometry) : null
  if (area?.length > 2) return inside(area)
  const found = positions(geometry)
  return found.length ? found[Math.floor(found.length / 2)].slice(0, 2) : null
}

function middle(line) {
  const steps = line.slice(1).map((to, at) => Math.hypot(to[0] - line[at][0], to[1] - line[at][1]))
  let left = steps.reduce((sum, step) => sum + step, 0) / 2
  for (let at = 0; at < steps.length; at++) {
    if (left <= steps[at]) return between(line[at], line[at + 1], steps[at] ? left / steps[at] : 0)
    left -= steps[at]
  }
  return line[0]?.slice(0, 2) ?? null
}

const between = (a, b, part) => [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part]
const surface = (ring) => Math.abs(ring.reduce((sum, [x, y], at) => {
  const [nextX, nextY] = ring[(at + 1) % ring.length]
  return sum + x * nextY - nextX * y
}, 0)) / 2
const largest = ({ coordinates }) => coordinates.map(([ring]) => ring).reduce((best, ring) => (surface(ring) > surface(best) ? ring : best))

/** The middle of the widest stretch of an area at half its height: always inside, whatever its shape. */
function inside(ring) {
  const heights = ring.map(([, y]) => y)
  const y = (Math.min(...heights) + Math.max(...heights)) / 2
  const crossed = []
  ring.forEach(([x1, y1], at) => {
    const [x2, y2] = ring[(at + 1) % ring.length]
    if (y1 > y !== y2 > y) crossed.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
  })
  crossed.sort((a, b) => a - b)
  let best = null
  for (let at = 0; at + 1 < crossed.length; at += 2) {
    if (!best || crossed[at + 1] - crossed[at] > best[1] - best[0]) best = [crossed[at], crossed[at + 1]]
  }
  return best ? [(best[0] + best[1]) / 2, y] : ring[0].slice(0, 2)
}

/** A line drawn by hand with fewer positions; none that stays is farther than `tolerance` from the hand (Douglas and Peucker). */
export function simplify(line, tolerance) {
  if (line.length < 3) return line
  const keep = new Set([0, line.length - 1])
  const spans = [[0, line.length - 1]]
  while (spans.length) {
    const [from, to] = spans.pop()
    let far = tolerance
    let at = 0
    for (let i = from + 1; i < to; i++) {
      const distance = away(line[i], line[from], line[to])
      if (distance > far) { far = distance; at = i }
    }
    if (at) { keep.add(at); spans.push([from, at], [at, to]) }
  }
  return [...keep].sort((a, b) => a - b).map((i) => line[i])
}

function away([x, y], [x1, y1], [x2, y2]) {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2
  const part = length ? Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length)) : 0
  return Math.hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1))
}

/** The geometry of what was drawn: null until it holds enough positions. `round`: the figures kept after the point. */
export function drawn(kind, line, round = 6) {
  const short = line.map(([x, y]) => [Number(x.toFixed(round)), Number(y.toFixed(round))])
  if (kind === 'Point') return short.length ? { type: 'Point', coordinates: short.at(-1) } : null
  if (kind === 'LineString') return short.length > 1 ? { type: 'LineString', coordinates: short } : null
  return short.length > 2 ? { type: 'Polygon', coordinates: [[...short, short[0]]] } : null
}
