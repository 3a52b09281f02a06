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

/** Whether so many marks need gathering. */
export const MOST_MARKS = 120
