// <map-view>: a map that fills the screen, its legend that filters, the card of one feature, the list beside. It lives: what others do is
// asked for, often while people work on it. Adding, changing, telling a story, comparing are brought when wanted.
import { act, actsOf, bringTools, fetchSoon, somethingWaits, warm } from '../lib/map-acts.js'
import { sieve } from '../lib/map-filters.js'
import { openGround } from '../lib/map-ground.js'
import { MapList, nameOf } from '../lib/map-list.js'
import { MapMarks } from '../lib/map-marks.js'
import { MapPanel } from '../lib/map-panel.js'
import { MapPeek } from '../lib/map-peek.js'
import { MapStore, rhythm, whileSeen } from '../lib/map-store.js'
import { styler } from '../lib/map-style.js'
import { MapWindow } from '../lib/map-window.js'
import { listening } from '../lib/parts.js'
import { fill } from '../lib/words.js'

class MapView extends HTMLElement {
  async connectedCallback() {
    this.told = JSON.parse(this.querySelector('.map-told').content.textContent)
    const { told } = this
    const { on, stop } = listening()
    Object.assign(this, { stop, words: told.words, simple: told.crs === 'simple', language: document.documentElement.lang })
    this.voice = this.querySelector('[data-said]')
    this.store = new MapStore(told.url)
    this.equip()
    on(this, 'click', (event) => act(this, event.target.closest('[data-act]'), event))
    on(this, 'change', ({ target }) => target.name === 'base' && this.window.lay(told.bases[target.value]))
    on(this.store, 'change', () => { this.lastChange = Date.now(); this.soon() })
    on(globalThis, 'hashchange', () => this.follow())
    this.window.printing(on)
    await this.begin()
  }

  disconnectedCallback() {
    this.stop?.()
    this.beat?.stop()
    this.ground?.remove()
  }

  equip() {
    const { told, words, language } = this
    const fields = told.fields
    const open = (uuid, fromKeyboard) => this.select(uuid, fromKeyboard)
    this.ground = openGround(this.querySelector('.map-ground'), told)
    this.window = new MapWindow(this)
    this.panel = new MapPanel(this, { fields, words, asked: told.filters, changed: () => this.soon() })
    this.list = new MapList(this.querySelector('.map-list'), { fields, words, open })
    this.peek = new MapPeek(this.querySelector('.peek'), { fields: this.panel.fields, words, language, close: (toMark) => this.close(toMark), acts: (feature) => actsOf(this, feature) })
    this.marks = new MapMarks(this.ground, { simple: this.simple, open: (uuid) => this.tool?.isDrawing || open(uuid, this.ground.getContainer().querySelector('.map-mark:focus-visible')),
      gatheringOpened: (one) => this.window.nearer(one), number: (uuid) => this.list.numbers.get(uuid), settled: () => this.window.coverSoon(),
      name: (feature, look) => [nameOf(feature, look, words), feature.title && look.label].filter(Boolean).join(words.colon), many: (count) => fill(words.gathered, { count }) })
  }

  async begin() {
    const { store, told, window: shown } = this
    const laid = shown.lay(shown.asked())
    store.isWide = told.isWide
    const came = store.isWide ? null : store.refresh().catch(() => this.say(this.words.unreachable))
    await laid
    if (!this.simple && !told.view?.zoom) await came // the view is made around what is there
    shown.frame()
    await came
    this.draw()
    if (!told.isStill) this.beat = whileSeen(() => this.refresh(), () => rhythm(Date.now() - this.lastChange))
    if (told.mayEdit && somethingWaits(told.id)) await this.tools()
    this.follow()
    this.toggleAttribute('data-ready', true)
    if (told.mayEdit) fetchSoon() // who opens a map in the room walks out of it, and puts the first point without network
  }

  /** What adds and changes; brought at the first gesture, or when something done earlier waits to be sent. */
  tools() {
    this.bringing ??= bringTools().then(({ MapTools }) => { this.tool = new MapTools(this); return this.tool.wake() })
      .catch((error) => { this.bringing = null; throw error })
    return this.bringing
  }

  async refresh() {
    const before = new Set(this.store.known.keys())
    const { store, store: { seq } } = this
    const isChanged = store.isWide && !seq || await store.refresh()
    if (seq) document.querySelector('.kept-page')?.remove() // the server answered: this is what the map is now
    if (isChanged && store.isWide) return this.window.look()
    const fresh = before.size ? [...this.store.known.values()].filter(({ id, mine }) => !before.has(id) && !mine) : []
    if (fresh.length) this.say(fill(this.words[fresh.length === 1 ? 'oneCame' : 'manyCame'], { count: fresh.length, title: fresh[0].title }))
  }

  soon() { this.drawing ??= requestAnimationFrame(() => this.draw()) }

  draw() {
    cancelAnimationFrame(this.drawing)
    this.drawing = null
    const { store, panel } = this
    const layers = store.layers.map((layer) => ({ ...layer, opacity: panel.opacity?.[layer.id] ?? layer.opacity ?? 1 }))
    const byLayer = new Map(layers.map((layer) => [layer.id, layer]))
    const mine = Map.groupBy ? Map.groupBy(store.features, ({ layer }) => layer) : new Map(layers.map(({ id }) => [id, store.features.filter(({ layer }) => layer === id)]))
    const stylers = new Map(layers.map((layer, at) => [layer.id, styler(layer, panel.fields, mine.get(layer.id) ?? [], at)]))
    this.lookOf = (feature) => stylers.get(feature.layer)?.look(feature) ?? styler({ render: 'simple' }, [], []).look(feature)
    const lead = [...stylers.values()].find(({ entries }) => entries.length) ?? { field: null, entries: [] }
    panel.show(store.features, layers, lead)
    const kept = sieve(panel.filters, panel.fields)
    const entries = store.features.filter(kept).map((feature) => ({ feature, look: this.lookOf(feature), layer: byLayer.get(feature.layer) }))
    this.shown = entries
    this.list.show(entries, store.features.length, store.clusters)
    this.marks.show(entries.filter(({ layer }) => layer?.render !== 'heat'), store.clusters)
    warm(this, entries)
    if (this.selected && !this.tool?.isOpen) store.get(this.selected) ? this.show(false) : this.close()
  }

  select(uuid, hasFocus = false) {
    const feature = this.store.get(uuid)
    if (!feature) return this.close()
    this.removeAttribute('data-listing')
    this.selected = uuid
    this.window.reach(feature.geometry)
    this.show(hasFocus)
    if (feature.brief) this.store.whole(uuid).catch(() => this.say(this.words.unreachable)) // the card is made anew when it comes
    history.replaceState(history.state, '', `#feature-${uuid}`)
  }

  show(hasFocus) {
    const feature = this.store.get(this.selected)
    const stamp = JSON.stringify(feature)
    hasFocus ||= this.peek.root.contains(document.activeElement) // the card is made anew: who reads it stays in it
    if (stamp !== this.peeked || this.peek.root.hidden) this.peek.show(feature, { look: this.lookOf(feature), media: this.store.media, simple: this.simple }, hasFocus)
    else if (hasFocus && !this.peek.root.contains(document.activeElement)) this.peek.root.querySelector('h2').focus()
    this.peeked = stamp
    this.marks.select(this.selected)
    this.list.select(this.selected)
  }

  close(toMark = false) {
    const was = this.selected
    Object.assign(this, { selected: null, peeked: null })
    this.peek.root.hidden = true
    this.marks.select(null)
    this.list.select(null)
    if (was && location.hash === `#feature-${was}`) history.replaceState(history.state, '', location.pathname + location.search)
    if (toMark && was) (this.marks.marks.get(was)?.getElement() ?? this.list.rows.get(was)?.firstElementChild ?? this.ground.getContainer()).focus()
  }

  /** The feature that the address names. */
  follow() {
    const uuid = location.hash.match(/^#feature-([0-9a-f-]{36})$/)?.[1]
    if (uuid && uuid !== this.selected) this.select(uuid)
  }

  say(sentence) { this.voice.textContent = sentence }
}

customElements.define('map-view', MapView)
