// Draws the visible lines: marks hidden, titles, lists, quotes, boxes, links, pages and images in place. The text is never touched.
import { Decoration, EditorView, ViewPlugin } from '@codemirror/view'
import { lineAt, piecesOf, shape } from './shape.js'
import { BoxName, Call, LinkEnd, PageCard, Picture, Point, Rule, Tick } from './widgets.js'

const HIDDEN = Decoration.replace({})
const STYLES = { strong: 'co-strong', em: 'co-em', strongem: 'co-strong co-em', strike: 'co-strike', mark: 'co-mark', code: 'co-code', link: 'co-link', auto: 'co-link', tag: 'co-dim' }
const MARKS = Object.fromEntries(Object.entries(STYLES).map(([kind, name]) => [kind, Decoration.mark({ class: name, ...(kind === 'code' && { attributes: { spellcheck: 'false' } }) })]))
const NUMBER = Decoration.mark({ class: 'co-number' })

/** The extension; `words` are those of the cards. */
export const rich = (words) => {
  const plugin = ViewPlugin.fromClass(class {
    constructor(view) { this.draw(view) }

    update({ view, docChanged, viewportChanged }) {
      if (docChanged || viewportChanged) this.draw(view)
    }

    draw(view) {
      const [all, hidden] = [[], []]
      for (const { from, to } of view.visibleRanges) {
        for (let at = from; at <= to;) {
          const line = lineAt(view.state, at)
          drawLine(line, words, all, hidden)
          at = line.to + 1
        }
      }
      this.decorations = Decoration.set([...all, ...hidden], true)
      this.atomic = Decoration.set(hidden, true)
    }
  }, {
    decorations: (value) => value.decorations,
    provide: (made) => EditorView.atomicRanges.of((view) => view.plugin(made)?.atomic ?? Decoration.none),
  })
  return [shape, plugin]
}

function drawLine(line, words, all, hidden) {
  const name = lineClass(line)
  if (name) all.push(Decoration.line({ class: name }).range(line.from))
  const hide = (from, to, widget) => to > from && hidden.push((widget ? Decoration.replace({ widget }) : HIDDEN).range(from, to))
  if (line.kind === 'box') return drawBox(line, words, hide)
  if (line.kind === 'rule') return hide(line.from, line.to, new Rule())
  if (!['text', 'heading', 'item', 'note', 'definition'].includes(line.kind)) {
    return line.boxed && line.parts[0] && line.kind !== 'code' ? hide(line.from, line.from + line.parts[0].to) : undefined
  }
  for (const part of line.parts) drawPart(part, line, words, all, hide)
  for (const piece of piecesOf(line)) drawPiece(piece, line, words, all, hide)
}

function drawPart({ kind, from, to, isDone, note }, line, words, all, hide) {
  const [start, end] = [line.from + from, line.from + to]
  if (kind === 'number') all.push(NUMBER.range(start, end))
  else if (kind === 'bullet') hide(start, end, line.isDone === undefined ? new Point() : undefined)
  else if (kind === 'task') hide(start, end, new Tick({ isDone, words: isDone ? words.done : words.todo }))
  else if (kind === 'note') hide(start, end, new Call({ note }))
  else hide(start, end)
}

function drawPiece(piece, line, words, all, hide) {
  const { kind, from, to, marks } = piece
  if (MARKS[kind]) all.push(MARKS[kind].range(from, to))
  if (kind === 'wiki') return hide(from, to, new PageCard({ words: piece.words || piece.target, title: piece.target }))
  if (kind === 'image') {
    const own = line.text.slice(line.body).trim().length === to - from
    return hide(from, to, new Picture({ alt: piece.alt, source: piece.source, words: words.noAlt, own }))
  }
  if (kind === 'call') return hide(from, to, new Call({ note: piece.note }))
  if (kind === 'link') {
    hide(...marks[0])
    return hide(...marks[1], new LinkEnd({ address: piece.address, edit: words.editLink }))
  }
  for (const [start, end] of marks) hide(start, end)
}

function drawBox(line, words, hide) {
  const quoted = line.title ? line.text.indexOf(line.title, line.text.indexOf(line.marker) + line.marker.length + line.type.length) : -1
  if (quoted < 0) return hide(line.from, line.to, new BoxName({ words: words.boxes[line.type.toLowerCase()] ?? line.type }))
  hide(line.from, line.from + quoted)
  hide(line.from + quoted + line.title.length, line.to)
}

function lineClass({ kind, level, depth, quoted, boxed, isDone, type, body }) {
  const names = []
  if (kind === 'heading') names.push(`co-h${Math.min(level, 4)}`)
  if (kind === 'item') names.push('co-item')
  if (depth) names.push(`co-depth-${Math.min(depth, 6)}`)
  if (isDone !== undefined) names.push('co-task')
  if (isDone) names.push('co-done')
  if (quoted) names.push('co-quote')
  if (boxed) names.push('co-boxed', toneOf(boxed))
  if (kind === 'box') names.push('co-box', toneOf(type))
  if (kind === 'code' || kind === 'fence') names.push('co-codeline', kind === 'fence' ? 'co-dim' : '')
  if (kind === 'front' || kind === 'html') names.push('co-source')
  if (kind === 'note') names.push('co-note')
  if (kind === 'definition') names.push('co-definition')
  if (kind === 'rule') names.push('co-ruled')
  if (kind === 'blank') names.push('co-blank')
  if (kind === 'text' && !body && !quoted && !boxed && !depth) names.push('co-words')
  return names.filter(Boolean).join(' ')
}

const toneOf = (type) => (/^(tip|astuce|conseil|success|réussite|reussite|hint)$/i.test(type) ? 'co-box--yes'
  : /^(warning|attention|caution|avertissement)$/i.test(type) ? 'co-box--care'
    : /^(danger|error|erreur)$/i.test(type) ? 'co-box--no' : '')
