// Marks that would lie on one another are gathered; each gathering tells how many they are and where they are.

/**
 * [{ x, y, members }] of entries [{ x, y, … }] in pixels, cells of `size` pixels; a gathering stands in the middle of its members.
 * Cells hang on the ground, not on the window, so that a pan changes nothing.
 */
export function gather(entries, size) {
  const cells = new Map()
  for (const entry of entries) {
    const key = `${Math.floor(entry.x / size)}:${Math.floor(entry.y / size)}`
    const cell = cells.get(key)
    if (cell) cell.push(entry)
    else cells.set(key, [entry])
  }
  return [...cells].map(([key, members]) => ({
    key, members,
    x: members.reduce((sum, { x }) => sum + x, 0) / members.length,
    y: members.reduce((sum, { y }) => sum + y, 0) / members.length,
  }))
}

/**
 * Moves marks apart, as little as needed for a finger to reach each: none stays nearer than `least` pixels to another.
 * entries: [{ x, y, … }]; gives new ones, in the same order.
 */
export function spread(entries, least, turns = 12) {
  const spots = entries.map(({ x, y }) => ({ x, y }))
  for (let turn = 0; turn < turns; turn++) {
    let isCalm = true
    for (let a = 0; a < spots.length; a++) {
      for (let b = a + 1; b < spots.length; b++) isCalm = part(spots[a], spots[b], least, a + b) && isCalm
    }
    if (isCalm) break
  }
  return entries.map((entry, at) => ({ ...entry, ...spots[at] }))
}

function part(one, other, least, seed) {
  let [dx, dy] = [other.x - one.x, other.y - one.y]
  const away = Math.hypot(dx, dy)
  if (away >= least - 0.5) return true
  if (away < 0.01) [dx, dy] = [Math.cos(seed * 2.4), Math.sin(seed * 2.4)] // at the very same place: each its own way
  const push = (least - away) / 2 / (away < 0.01 ? 1 : away)
  one.x -= dx * push
  one.y -= dy * push
  other.x += dx * push
  other.y += dy * push
  return false
}

/** Whether so many marks need gathering. */
export const MOST_MARKS = 120
