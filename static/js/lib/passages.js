// Words looked for in a text on screen, whatever spaces, signs and marks stand between them. No element is touched here.

const LETTER = /[\p{L}\p{N}]/u

/** The letters of a text, and where each stands in it. */
export function letters(text) {
  const places = []
  let bare = ''
  for (let at = 0; at < text.length;) {
    const sign = String.fromCodePoint(text.codePointAt(at))
    if (LETTER.test(sign)) {
      const small = sign.toLowerCase()
      bare += small
      for (let n = 0; n < small.length; n++) places.push(at)
    }
    at += sign.length
  }
  return { bare, places }
}

/** Where words stand in a text: [start, end], or null; `before` tells which, when they stand several times. */
export function locate(text, words, before = '') {
  const { bare, places } = letters(text)
  const wanted = letters(words).bare
  if (!wanted) return null
  const context = letters(before).bare
  let best = null
  let likeness = -1
  for (let at = bare.indexOf(wanted); at >= 0; at = bare.indexOf(wanted, at + 1)) {
    const alike = commonEnd(bare.slice(0, at), context)
    if (alike > likeness) [best, likeness] = [at, alike]
  }
  if (best === null) return null
  const last = places[best + wanted.length - 1]
  return [places[best], last + String.fromCodePoint(text.codePointAt(last)).length]
}

function commonEnd(left, right) {
  let count = 0
  while (count < left.length && count < right.length && left.at(-1 - count) === right.at(-1 - count)) count++
  return count
}
