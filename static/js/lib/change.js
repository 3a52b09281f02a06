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

/** The smallest replacements, line by line when both have as many lines: what others type between them stays theirs. */
export function changes(before, after) {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  if (old.length !== fresh.length) return [change(before, after)].filter(Boolean)
  const made = []
  let at = 0
  old.forEach((line, index) => {
    const one = line === fresh[index] ? null : change(line, fresh[index])
    if (one) made.push({ start: at + one.start, end: at + one.end, insert: one.insert })
    at += line.length + 1
  })
  return made
}

const isHigh = (code) => code >= 0xd800 && code <= 0xdbff
const isLow = (code) => code >= 0xdc00 && code <= 0xdfff
