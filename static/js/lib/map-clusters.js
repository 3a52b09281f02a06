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
  const spots = fanned(entries, least)
  for (let turn = 0; turn < turns; turn++) {
    let isCalm = true
    for (let a = 0; a < spots.length; a++) {
      for (let b = a + 1; b < spots.length; b++) isCalm = part(spots[a], spots[b], least, a + b) && isCalm
    }
    if (isCalm) break
  }
  return entries.map((entry, at) => ({ ...entry, ...spots[at] }))
}

const APART = 35 // pixels between two marks, for a finger to reach each
const FREE = { apart: 45, most: 60 } // a few marks stand free of one another
const FAR = 26 // pixels a mark may stand from its place: further, it would say that the place is elsewhere

/** Marks stand free of one another; on paper (`isAlone`) all of them, on the screen those that need to go far are gathered. */
export function free(units, isAlone) {
  if (units.length > MOST_MARKS * 2) return units
  const [apart, turns] = units.length <= FREE.most ? [FREE.apart, 40] : [APART, 12]
  return isAlone ? spread(units.map((one) => ({ ...one, home: one })), apart, turns) : settle(units, { apart, turns, far: FAR })
}

/**
 * As `spread`, but no mark further than `far` from its place, where it would say something false: those that would go further
 * are one gathering with their neighbours. Each has its place in `home`, and its `members`.
 */
export function settle(units, { apart, far, turns }) {
  let found = units.map((one) => ({ ...one, home: { x: one.x, y: one.y } }))
  for (const size of [0, 1, 1.6, 2.4]) {
    if (size) found = join(found, size * apart, far)
    found = spread(found.map((one) => ({ ...one, ...one.home })), apart, turns)
    if (found.every((one) => away(one) <= far)) return found
  }
  return found.map((one) => ({ ...one, ...held(one, far) }))
}

const away = ({ x, y, home }) => Math.hypot(x - home.x, y - home.y)

function held({ x, y, home }, far) {
  const part = Math.min(1, far / (Math.hypot(x - home.x, y - home.y) || 1))
  return { x: home.x + (x - home.x) * part, y: home.y + (y - home.y) * part }
}

/** Those that went too far, each with what stands nearer than `size`. */
function join(units, size, far) {
  const groups = units.filter((one) => away(one) > far).reduce((all, one) => put(all, one, size, true), [])
  const alone = units.filter((one) => away(one) <= far).filter((one) => put(groups, one, size, false) === null)
  return [...alone, ...groups.map(merged)]
}

/** Adds one to the group that is near; else makes it one of its own (`isNew`), or gives null. */
function put(groups, one, size, isNew) {
  const near = groups.find(([first]) => Math.hypot(first.home.x - one.home.x, first.home.y - one.home.y) < size)
  if (near) near.push(one)
  else if (isNew) groups.push([one])
  else return null
  return groups
}

function merged(group) {
  if (group.length === 1) return group[0]
  const mean = (axis) => group.reduce((sum, { home }) => sum + home[axis], 0) / group.length
  return { key: `near-${group[0].key ?? group[0].members[0].entry?.feature.id ?? ''}`, members: group.flatMap(({ members }) => members), home: { x: mean('x'), y: mean('y') } }
}

/** Those of one spot stand around it, each its own way. */
function fanned(entries, least) {
  const same = new Map()
  const nameOf = ({ x, y }) => `${Math.round(x)}:${Math.round(y)}`
  for (const one of entries) same.set(nameOf(one), (same.get(nameOf(one)) ?? 0) + 1)
  const turns = new Map()
  return entries.map((one) => {
    const [name, many] = [nameOf(one), same.get(nameOf(one))]
    if (many < 2) return { x: one.x, y: one.y }
    const turn = turns.get(name) ?? 0
    turns.set(name, turn + 1)
    const [angle, radius] = [(2 * Math.PI * turn) / many - Math.PI / 2, least / 2 / Math.sin(Math.PI / many)]
    return { x: one.x + Math.cos(angle) * radius, y: one.y + Math.sin(angle) * radius }
  })
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
