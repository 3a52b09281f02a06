// What stands inside a line of our Markdown, found without changing it: where the marks are, and what they mean.
// A piece is { kind, from, to, marks: [[from, to], …] }; marks are what is hidden when the text is drawn.

const LONGEST = 4_000 // characters of a line that are looked at: beyond, it is shown as typed
const ATOMS = new RegExp([
  /(?<escape>\\[\\`*_{}[\]()>#+\-.!|~=:])/, /(?<code>(?<tick>`+)(?!`)[\s\S]*?[^`]\k<tick>(?!`))/,
  /(?<wiki>\[\[(?<target>[^[\]|\n\\]{1,250})(?:\\?\|(?<words>[^[\]\n]{1,250}))?\]\])/,
  /(?<image>!\[(?<alt>[^\]\n]*)\]\((?<source>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+"[^"]*")?\)(?:\{[^}\n]*\})?)/,
  /(?<call>\[\^(?<note>[^\]\s]+)\](?!:))/,
  /(?<link>\[(?<label>(?:[^[\]\n]|\[[^[\]\n]*\])+)\]\((?<address><[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+"[^"]*")?\)(?:\{[^}\n]*\})?)/,
  /(?<auto><(?:https?:\/\/|mailto:)[^\s<>]+>|<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>)/, /(?<tag><\/?[A-Za-z][^<>\n]*>|<!--.*?-->)/,
].map((part) => part.source).join('|'), 'gu')
const HIDDEN = '\uE000' // stands for a character that marks of emphasis may not use
const EMPHASIS = [
  ['strongem', 3, /\*\*\*(?=[^\s*])((?:(?!\*\*\*).)*?[^\s*])\*\*\*/gu],
  ['strong', 2, /\*\*(?=[^\s*])((?:(?!\*\*).)*?\S)\*\*/gu],
  ['strong', 2, /(?<![\p{L}\p{N}_])__(?=[^\s_])((?:(?!__).)*?[^\s_])__(?![\p{L}\p{N}_])/gu],
  ['em', 1, /\*(?=[^\s*])([^*]*?[^\s*])\*/gu],
  ['em', 1, /(?<![\p{L}\p{N}_])_(?=[^\s_])([^_]*?[^\s_])_(?![\p{L}\p{N}_])/gu],
  ['strike', 2, /~~(?=[^\s~])([^~\n]+)~~/gu],
  ['mark', 2, /==(?=[^\s=])([^=\n]+)==/gu],
]

/** The pieces of a line, in the order they begin. */
export function readInline(line) {
  if (line.length > LONGEST || !/[\\`*_[<~=]/.test(line)) return []
  const pieces = []
  let rest = line
  const hide = (from, to) => { rest = rest.slice(0, from) + HIDDEN.repeat(to - from) + rest.slice(to) }
  for (const found of line.matchAll(ATOMS)) {
    const piece = atom(found)
    pieces.push(piece)
    // The words of a link may be bold; everything else of it is no emphasis.
    if (piece.kind === 'link') piece.marks.forEach(([from, to]) => hide(from, to))
    else hide(piece.from, piece.to)
  }
  for (const [kind, size, pattern] of EMPHASIS) {
    for (const found of rest.matchAll(pattern)) {
      const [from, to] = [found.index, found.index + found[0].length]
      pieces.push({ kind, from, to, marks: [[from, from + size], [to - size, to]] })
    }
    for (const piece of pieces.filter((one) => one.kind === kind)) piece.marks.forEach(([from, to]) => hide(from, to))
  }
  return pieces.sort((one, other) => one.from - other.from || other.to - one.to)
}

function atom({ 0: all, index: from, groups }) {
  const to = from + all.length
  const kind = ['escape', 'code', 'wiki', 'image', 'call', 'link', 'auto', 'tag'].find((name) => groups[name] !== undefined)
  const made = { kind, from, to, marks: [] }
  if (kind === 'escape') made.marks = [[from, from + 1]]
  if (kind === 'code') made.marks = [[from, from + groups.tick.length], [to - groups.tick.length, to]]
  if (kind === 'wiki') Object.assign(made, { target: groups.target, words: groups.words ?? '' })
  if (kind === 'image') Object.assign(made, { alt: groups.alt, source: groups.source })
  if (kind === 'call') made.note = groups.note
  if (kind === 'link') {
    const middle = from + 1 + groups.label.length
    Object.assign(made, { label: groups.label, address: groups.address.replace(/^<|>$/g, ''), marks: [[from, from + 1], [middle, to]] })
  }
  if (kind === 'auto') made.marks = [[from, from + 1], [to - 1, to]]
  return made
}

/** A text without the marks of our Markdown, for a cell of a table or a name. */
export function plain(text) {
  const gone = readInline(text).flatMap((piece) => {
    if (piece.kind === 'wiki') {
      const [from, to] = piece.words ? [piece.to - 2 - piece.words.length, piece.to - 2] : [piece.from + 2, piece.to - 2]
      return [[piece.from, from], [to, piece.to]]
    }
    return piece.kind === 'image' || piece.kind === 'tag' ? [[piece.from, piece.to]] : piece.marks
  }).sort((one, other) => one[0] - other[0])
  let [made, at] = ['', 0]
  for (const [from, to] of gone) {
    if (from < at) continue
    made += text.slice(at, from)
    at = to
  }
  return made + text.slice(at)
}
