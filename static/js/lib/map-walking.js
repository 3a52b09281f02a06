// Moving a map under a cross: with the arrows, to where one stands; and what lies near, for who does not see it.

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export const isArrow = (key) => key in WAYS

/** At once: a corner that is put while the map still glides would stand where it was before. */
export function walk(ground, { key, shiftKey }) {
  const step = ground.options.keyboardPanDelta * (shiftKey ? 3 : 1)
  ground.panBy(WAYS[key].map((part) => part * step), { animate: false })
}

/** Goes to where one stands, then says it. */
export function goThere(ground, then, fail) {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    ground.setView([coords.latitude, coords.longitude], Math.max(ground.getZoom(), 16))
    then({ lat: coords.latitude, lng: coords.longitude })
  }, fail, { enableHighAccuracy: true, timeout: 10_000 })
}

/** The feature that is nearest to the middle of the map. */
export function nearest(ground, shown) {
  const centre = ground.getCenter()
  return shown.map(({ feature, at }) => at && { feature, away: ground.distance(at.latlng, centre) }).filter(Boolean).sort((a, b) => a.away - b.away)[0]?.feature
}
