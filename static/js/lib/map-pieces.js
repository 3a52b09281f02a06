// The pieces that a hand can move of a shape, one after the other: points, ways, rings; and the shape put together again.

/** Each piece of a geometry: `{ kind, positions, isHole }`; a ring is told without its closing position. */
export function pieces(geometry) {
  const { type, coordinates, geometries } = geometry ?? {}
  if (type === 'Point') return [{ kind: 'Point', positions: [coordinates] }]
  if (type === 'LineString') return [{ kind: 'LineString', positions: [...coordinates] }]
  if (type === 'Polygon') return coordinates.map((ring, at) => ({ kind: 'Polygon', isHole: at > 0, positions: ring.slice(0, -1) }))
  return parts(type, coordinates, geometries).flatMap(pieces)
}

/** The geometry with its pieces as they are now; what is gone of it is left out. Null when nothing is left. `round`: figures kept. */
export function rebuilt(geometry, moved, round = 6) {
  const line = moved.values()
  const short = ([x, y, ...more]) => [Number(x.toFixed(round)), Number(y.toFixed(round)), ...more]
  const next = () => line.next().value
  const build = ({ type, coordinates, geometries }) => {
    if (type === 'Point' || type === 'LineString') {
      const { positions, isGone } = next()
      return isGone ? null : { type, coordinates: type === 'Point' ? short(positions[0]) : positions.map(short) }
    }
    if (type === 'Polygon') {
      const rings = coordinates.map(next)
      const kept = rings.filter(({ isGone }) => !isGone).map(({ positions }) => [...positions, positions[0]].map(short))
      return rings[0].isGone ? null : { type, coordinates: kept }
    }
    const kept = parts(type, coordinates, geometries).map(build).filter(Boolean)
    if (!kept.length) return null
    return type === 'GeometryCollection' ? { type, geometries: kept } : { type, coordinates: kept.map((one) => one.coordinates) }
  }
  return build(geometry)
}

function parts(type, coordinates, geometries) {
  if (type === 'GeometryCollection') return geometries ?? []
  return type?.startsWith('Multi') ? coordinates.map((one) => ({ type: type.slice(5), coordinates: one })) : []
}

/** What is still there of a shape without one of its pieces: an area goes with its holes. */
export function without(list, at) {
  const gone = new Set([at])
  if (!list[at].isHole && list[at].kind === 'Polygon') for (let n = at + 1; list[n]?.isHole; n++) gone.add(n)
  return list.map((one, n) => (gone.has(n) ? { ...one, isGone: true } : one))
}
