// Places of some words in a text, whatever the accents and the capitals.

const AT_MOST = 2_000
const known = new Map()

/** The same text with as many characters, small and without accents: « Été » → « ete ». */
export function level(text) {
  return text.toLowerCase().length === text.length ? text.toLowerCase().replace(/[^\x00-\x7f]/g, bare) : text
}

function bare(character) {
  if (!known.has(character)) {
    const base = character.normalize('NFD').replace(/\p{M}/gu, '')
    known.set(character, base.length === 1 ? base : character)
  }
  const shown = known.get(character)
  return shown === '’' ? '\'' : shown === '\u00a0' || shown === '\u202f' ? ' ' : shown
}

/** [{ from, to }, …] in order. */
export function places(text, words) {
  const [where, what] = [level(text), level(words)]
  const found = []
  if (!what) return found
  for (let at = where.indexOf(what); at >= 0 && found.length < AT_MOST; at = where.indexOf(what, at + what.length)) {
    found.push({ from: at, to: at + what.length })
  }
  return found
}
