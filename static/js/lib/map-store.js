// What is on a map, as this browser knows it: what the server said, and over it what was done here and is on its way.
import { getJSON } from './request.js'

const NOTHING = Object.freeze({})

export class MapStore extends EventTarget {
  /** `url`: the map's address; `ask(url, signal)`: GET of JSON. */
  constructor(url, ask = getJSON) {
    super()
    Object.assign(this, { url, ask, seq: 0, known: new Map(), own: new Map(), layers: [], media: {}, clusters: [], isWide: false })
  }

  /** Every feature that can be shown, in the order in which they came; what was done here wins until it is confirmed. */
  get features() {
    if (this.shown) return this.shown
    const all = new Map(this.known)
    for (const [uuid, own] of this.own) {
      if (own) all.set(uuid, { ...all.get(uuid), ...own, isWaiting: true })
      else all.delete(uuid)
    }
    this.shown = [...all.values()]
    return this.shown
  }

  get(uuid) {
    const own = this.own.get(uuid)
    if (own === null) return null
    const known = this.known.get(uuid)
    return own ? { ...known, ...own, isWaiting: true } : known ?? null
  }

  /** Asks what changed; everything the first time. True when something did. */
  async refresh(signal) {
    const first = !this.seq
    return this.apply(await this.ask(`${this.url}/features.json?since=${this.seq}${first ? '&brief=1' : ''}`, signal), first)
  }

  /** A feature with all that there is to read of it: of thousands, the first answer told only what is drawn and listed. */
  async whole(uuid) {
    const known = this.known.get(uuid)
    if (!known?.brief) return known
    const { features: [one], media } = await this.ask(`${this.url}/features.json?id=${uuid}`)
    Object.assign(this.media, media)
    if (this.known.get(uuid) === known) this.known.set(uuid, one)
    this.tell()
    return one
  }

  /** Asks what lies in a view, for maps that are too big to be held whole. */
  async look({ bbox, zoom }, signal) {
    const answer = await this.ask(`${this.url}/features.json?bbox=${bbox.map((n) => n.toFixed(6)).join(',')}&zoom=${zoom}`, signal)
    this.known.clear()
    this.clusters = answer.clusters ?? []
    for (const feature of answer.features) this.known.set(feature.id, feature)
    this.seq = answer.seq
    this.layers = answer.layers
    Object.assign(this.media, answer.media)
    this.tell()
  }

  apply({ seq, layers, features = [], gone = [], truncated = false, media = {} }, first = false) {
    if (first && truncated) this.isWide = true
    const moved = JSON.stringify(layers) !== JSON.stringify(this.layers) && Boolean(layers)
    if (moved) this.layers = layers
    Object.assign(this.media, media)
    let changed = moved || first
    if (!this.isWide || first) {
      for (const feature of features) changed = this.take(feature) || changed
      for (const uuid of gone) changed = this.known.delete(uuid) || changed
    } else changed ||= features.length + gone.length > 0 // the view is asked for again
    this.seq = Math.max(this.seq, seq ?? 0)
    if (changed) this.tell()
    return changed
  }

  /** An answer may come after a newer one: the older revision is left. */
  take(feature) {
    const known = this.known.get(feature.id)
    if (feature.brief) feature.props ??= NOTHING
    if (known && known.rev >= feature.rev && known.layer === feature.layer) return false
    this.known.set(feature.id, feature)
    return true
  }

  /** Done here, not confirmed: a feature as it will be, or null for the trash. */
  hold(uuid, feature) {
    this.own.set(uuid, feature)
    this.tell()
  }

  /** Confirmed (with the server's feature) or given up. */
  release(uuid, feature = null, isGone = false) {
    this.own.delete(uuid)
    if (feature) this.known.set(uuid, feature)
    if (isGone) this.known.delete(uuid)
    this.tell()
  }

  tell() {
    this.shown = null
    this.dispatchEvent(new Event('change'))
  }
}

/** Milliseconds between two questions: often while people are at work on the map, seldom when nothing happens. */
export const rhythm = (quiet) => (quiet < 30_000 ? 500 : quiet < 600_000 ? 2000 : 5000)

/** Calls `work` each `every()` milliseconds while the page is seen, and as soon as it is seen or back on line; later after failures. */
export function whileSeen(work, every) {
  let timer
  let failures = 0
  let isBusy = false
  let asked = false
  const turn = async () => {
    clearTimeout(timer)
    if (document.hidden) return
    if (isBusy) { asked = true; return }
    isBusy = true
    try { await work(); failures = 0 } catch { failures++ }
    isBusy = false
    clearTimeout(timer)
    timer = setTimeout(turn, asked ? 0 : Math.min(every() * 2 ** failures, 30_000))
    asked = false
  }
  document.addEventListener('visibilitychange', turn)
  addEventListener('online', turn)
  timer = setTimeout(turn, every())
  return { now: turn, stop() {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', turn)
    removeEventListener('online', turn)
  } }
}
