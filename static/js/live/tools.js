// What the buttons do to the text on screen.
import { changes } from '../lib/change.js'
import * as tools from '../lib/markdown.js'
import { tasks, word } from '../lib/marks.js'
import { readTable, writeTable } from '../lib/tables.js'
import { imageForm, linkForm, pageForm } from './forms.js'
import { indent, outdent } from './keys.js'
import { hidesMarks, lineAt, pieceAt, wholeAt } from './shape.js'
import { tableForm } from './table-form.js'
import { tick } from './widgets.js'

const speak = (upload, put) => document.dispatchEvent(new CustomEvent('speak', { detail: { upload, put } }))

export class Tools {
  constructor(desk) {
    this.desk = desk
  }

  get state() {
    const { view } = this.desk
    const { from, to } = view.state.selection.main
    return { text: view.state.doc.toString(), start: from, end: to }
  }

  apply({ text, start, end }) {
    const { view } = this.desk
    const made = changes(view.state.doc.toString(), text).map((one) => ({ from: one.start, to: one.end, insert: one.insert }))
    view.dispatch({ changes: made, selection: { anchor: start, head: end }, userEvent: 'input.tool', scrollIntoView: true })
    view.focus()
  }

  async use(name) {
    const { desk, desk: { view, words } } = this
    if (view.state.readOnly && !['find', 'code'].includes(name)) return
    const around = (mark, filler) => this.apply(tools.wrap(word(this.state, filler), mark))
    const actions = {
      heading: () => this.apply(tools.heading(this.state)), bullets: () => this.apply(tools.bullets(this.state)),
      numbers: () => this.apply(tools.numbers(this.state)), quote: () => this.apply(tools.quote(this.state)), tasks: () => this.apply(tasks(this.state)),
      bold: () => around('**', words.boldWord), italic: () => around('*', words.italicWord), strike: () => around('~~', words.strikeWord),
      rule: () => this.block('---\n'), box: () => this.block(`!!! note "${words.boxTitle}"\n    `, true),
      link: () => this.link(), page: () => this.page(), table: () => this.table(), photo: () => desk.images.choose(), sound: () => speak(words.upload, (made) => desk.isGone || this.block(made)),
      indent: () => indent(view), outdent: () => outdent(view), undo: () => desk.manager.undo(), redo: () => desk.manager.redo(),
      find: () => desk.finder.open(), code: () => desk.showCode(), edit: () => this.edit(),
    }
    await actions[name]?.()
    if (name === 'undo' || name === 'redo') view.focus()
  }

  /** Something on lines of its own; the caret goes to its end, or after it. */
  block(made, isInside = false) {
    const placed = tools.block(this.state, made)
    const at = placed.start + made.length
    this.apply({ text: placed.text, start: at, end: at })
    if (!isInside) this.desk.view.focus()
  }

  replace(from, to, insert) {
    const { view } = this.desk
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: 'input.tool', scrollIntoView: true })
    view.focus()
  }

  async link(piece = this.inside(['link'])) {
    const { view, dialogs } = this.desk
    const { from, to } = piece ?? view.state.selection.main
    const words = piece ? piece.label : view.state.sliceDoc(from, to).replace(/\s*\n\s*/g, ' ')
    const isAddress = /^https?:\/\/\S+$/.test(words.trim())
    const given = { words: isAddress ? '' : words, to: piece?.address ?? (isAddress ? words.trim() : ''), isOld: Boolean(piece) }
    const [made, at] = await this.desk.holding.about({ from, to }, linkForm(dialogs.link, given))
    if (made?.page) return this.page()
    if (made) this.replace(at.from, at.to, made.insert)
    else view.focus()
  }

  async page(piece = null, whole = null) {
    const { view, dialogs, words } = this.desk
    const { from, to } = piece ?? whole ?? view.state.selection.main
    const query = piece ? piece.target : whole ? '' : view.state.sliceDoc(from, to)
    const [made, at] = await this.desk.holding.about({ from, to }, pageForm(dialogs.page, { url: words.complete, query: query.slice(0, 80), words }))
    if (!made) return view.focus()
    if (made.drop) return this.replace(at.from, at.to, '')
    if (!made.alone || whole) return this.replace(at.from, at.to, made.insert)
    if (piece) this.replace(at.from, at.to, '')
    this.block(`${made.insert}\n`)
  }

  async image(piece) {
    const [made, at] = await this.desk.holding.about(piece, imageForm(this.desk.dialogs.image, { alt: piece.alt }))
    if (made?.drop) this.replace(at.from, at.to, '')
    else if (made) this.replace(at.from + 2, at.from + 2 + piece.alt.length, made.alt)
  }

  async table(whole = this.whole('table')) {
    const { dialogs, words } = this.desk
    const before = whole && readTable(whole.text)
    const rows = before?.rows ?? [[words.columnA, words.columnB], ['', ''], ['', '']]
    const [made, at] = await this.desk.holding.about(whole ?? this.desk.view.state.selection.main, tableForm(dialogs.table, rows, words))
    if (made?.drop) return whole && this.replace(at.from, at.to, '')
    if (!made) return this.desk.view.focus()
    const text = writeTable(made.rows, before)
    if (whole) this.replace(at.from, at.to, text)
    else this.block(`${text}\n`)
  }

  touching(kinds) {
    const { state } = this.desk.view
    return pieceAt(state, state.selection.main.head, kinds)
  }

  inside(kinds) {
    const { head } = this.desk.view.state.selection.main
    const piece = this.touching(kinds)
    return piece && piece.from < head && head < piece.to ? piece : null
  }

  whole(kind) {
    const { state } = this.desk.view
    const found = wholeAt(state, state.selection.main.head)
    return found?.kind === kind ? found : null
  }

  /** Changes what is under the caret, whatever it is: its form opens, its box is ticked. */
  edit() {
    const { view } = this.desk
    const piece = this.touching(['link', 'wiki', 'image'])
    if (piece) return this[{ link: 'link', wiki: 'page', image: 'image' }[piece.kind]](piece)
    if (this.whole('table')) return this.table()
    if (this.whole('macro')) return this.page(null, this.whole('macro'))
    return tick(view, view.state.selection.main.head)
  }

  /** A card was pressed. */
  pressed({ kind, dom }) {
    const { view } = this.desk
    if (view.state.readOnly) return
    view.dispatch({ selection: { anchor: view.posAtDOM(dom) } })
    this.edit()
  }

  /** What is on where the caret stands, for the buttons that show it. */
  get on() {
    const { state } = this.desk.view
    const line = lineAt(state, state.selection.main.head)
    const has = (...kinds) => hidesMarks(line) && line.parts.some((part) => kinds.includes(part.kind))
    return {
      heading: line.kind === 'heading', bullets: has('bullet') && !has('task'), numbers: has('number'), tasks: has('task'), quote: has('quote'),
      bold: Boolean(this.touching(['strong', 'strongem'])), italic: Boolean(this.touching(['em', 'strongem'])),
    }
  }
}
