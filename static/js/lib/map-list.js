// The list beside a map: the same features as on it, in the same order, with the same numbers.
import { sign } from './map-signs.js'
import { icon, make } from './parts.js'
import { fill } from './words.js'

const MOST = 60 // rows before one asks for more
const SIGNS = { photo: 'photo', voice: 'ecouter', video: 'video' }

export class MapList {
  /** `root`: the section of the list; `open(uuid, fromKeyboard)`. */
  constructor(root, { fields, words, open }) {
    Object.assign(this, { root, fields, words, open, most: MOST, entries: [], numbers: new Map(), rows: new Map() })
    this.list = root.querySelector('.points')
    this.title = root.querySelector('[data-count]')
    this.more = root.querySelector('[data-more]')
    this.empty = root.querySelector('[data-none]')
    this.list.addEventListener('click', (event) => {
      const link = event.target.closest('a[data-feature]')
      if (!link || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      this.open(link.dataset.feature, event.detail === 0)
    })
    this.more?.addEventListener('click', () => this.grow())
  }

  grow() {
    const next = this.list.children.length
    this.most += 200
    this.draw()
    this.list.children[next]?.querySelector('a').focus()
  }

  /** `clusters`: those that are too many to be told one by one, counted with the others. */
  show(entries, known, clusters = []) {
    const total = clusters.reduce((sum, { count }) => sum + count, known)
    this.entries = entries
    this.numbers = new Map(entries.map(({ feature }, at) => [feature.id, at + 1]))
    const sentence = entries.length === total ? this.words[total ? 'allPoints' : 'noPoint'] : this.words.somePoints
    const said = (n) => n.toLocaleString(document.documentElement.lang)
    this.title.textContent = fill(clusters.length ? this.words.widePoints : sentence, { n: said(entries.length), total: said(total) })
    if (this.empty) {
      this.filtered ??= this.empty.textContent
      this.empty.hidden = entries.length > 0
      this.empty.textContent = total ? this.filtered : this.empty.dataset.nothing ?? ''
    }
    for (const counter of document.querySelectorAll('[data-counts]')) counter.textContent = said(clusters.length ? total : entries.length)
    this.draw()
  }

  /** Rows that did not change stay the same elements: focus and reading are not lost. */
  draw() {
    const shown = this.entries.slice(0, this.most)
    const wanted = shown.map((entry) => this.row(entry))
    const kept = new Set(wanted)
    for (const child of [...this.list.children]) if (!kept.has(child)) child.remove()
    wanted.forEach((row, at) => this.list.children[at] === row || this.list.insertBefore(row, this.list.children[at] ?? null))
    if (this.more) this.more.hidden = shown.length === this.entries.length
    this.rows = new Map(shown.map(({ feature }, at) => [feature.id, wanted[at]]))
    this.select(this.selected)
  }

  row({ feature, look, layer }) {
    const known = this.rows.get(feature.id)
    const stamp = `${feature.rev}/${feature.isWaiting ?? ''}/${look.colour}${look.shape}${look.pattern}${look.label}${layer?.title}/${feature.title}`
    if (known?.stamp === stamp) return known
    const has = this.fields.find(({ key, type }) => SIGNS[type] && feature.props?.[key]?.length)
    const row = make('li', { id: `feature-${feature.id}` }, make('a', { href: `#feature-${feature.id}`, 'data-feature': feature.id },
      sign(look), make('span', {}, make('b', {}, nameOf(feature, look, this.words)), make('small', {}, under(feature, look, this.words))),
      has ? icon(SIGNS[has.type]) : null))
    row.stamp = stamp
    return row
  }

  select(uuid) {
    this.selected = uuid
    for (const [id, row] of this.rows) {
      const link = row.firstElementChild
      if (id === uuid) link.setAttribute('aria-current', 'true')
      else link.removeAttribute('aria-current')
    }
    const row = this.rows.get(uuid)
    if (row && this.root.checkVisibility?.()) row.scrollIntoView({ block: 'nearest' })
  }
}

/** What a feature is called when nobody gave it a title. */
export const nameOf = (feature, look, words) => feature.title || look?.label || words.untitled

/** « Ça fait du bien. Karim »: what accompanies a title. */
export function under(feature, look, words) {
  const parts = [feature.title ? look.label : '', feature.author, feature.geometry ? '' : words.toPlace, feature.isWaiting ? words.waiting : '']
  return parts.filter(Boolean).join('. ')
}
