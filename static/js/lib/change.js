// The smallest replacement between two texts: so that undo, the caret and screen readers notice only what changed.

/** { start, end, insert }: replace before[start, end) by insert; null when both are the same. */
export function change(before, after) {
  if (before === after) return null
  const shortest = Math.min(before.length, after.length)
  let start = 0
  while (start < shortest && before[start] === after[start]) start++
  let tail = 0
  while (tail < shortest - start && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  // Never cut a letter that takes two units (an emoji) in its middle.
  if (start && isHigh(before.charCodeAt(start - 1))) start--
  if (tail && isLow(before.charCodeAt(before.length - tail))) tail--
  return { start, end: before.length - tail, insert: after.slice(start, after.length - tail) }
}

const isHigh = (code) => code >= 0xd800 && code <= 0xdbff
const isLow = (code) => code >= 0xdc00 && code <= 0xdfff
