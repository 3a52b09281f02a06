// A story told on a map, step by step, on the whole screen: the group's own steps, else a tour of its points.
import { box } from './map-geometry.js'
import { toLatLng } from './map-ground.js'
import { nameOf } from './map-list.js'
import { icon, listening, make } from './parts.js'
import { fill } from './words.js'

const NEAR = 15 // zoom at which a point of the globe is told

export function tell(view) {
  view.telling ??= new Story(view)
}

/** The steps of a map: { title, html, feature, view, file }. */
export function stepsOf({ told, shown, words }) {
  if (told.steps.length) return told.steps
  return shown.filter(({ feature }) => feature.geometry).map(({ feature, look }) => ({ title: nameOf(feature, look, words), html: feature.html ?? '', feature: feature.id, brief: feature.brief }))
}

class Story {
  constructor(view) {
    Object.assign(this, { view, ground: view.ground, words: view.words, steps: stepsOf(view), at: 0 })
    if (!this.steps.length) { view.telling = null; return }
    const { on, stop } = listening()
    this.stop = stop
    this.card = make('section', { class: 'card map-story', 'aria-live': 'polite', 'aria-label': this.words.tale })
    view.close()
    view.removeAttribute('data-listing')
    view.toggleAttribute('data-telling', true)
    view.querySelector('.map-window').append(this.card)
    this.limits = this.ground.options.maxBounds
    this.ground.setMaxBounds(null) // what is told may lie at an edge, and is seen above the card
    on(this.card, 'click', ({ target }) => this.press(target.closest('[data-step]')?.dataset.step))
    on(document, 'keydown', (event) => this.key(event))
    on(document, 'fullscreenchange', () => document.fullscreenElement || this.whole && this.end())
    view.requestFullscreen?.().then(() => { this.whole = true }, () => {})
    this.go(0)
  }

  key(event) {
    const acts = { ArrowRight: 'next', PageDown: 'next', ArrowLeft: 'previous', PageUp: 'previous', Escape: 'leave' }
    if (!acts[event.key]) return
    event.preventDefault()
    event.stopPropagation()
    this.press(acts[event.key])
  }

  press(act) {
    if (act === 'next') this.go(this.at + 1)
    if (act === 'previous') this.go(this.at - 1)
    if (act === 'leave') this.end()
  }

  go(at) {
    if (at < 0 || at >= this.steps.length) return
    this.at = at
    const step = this.steps[at]
    const { words } = this
    const button = (act, sign, said, isOff, main = false) => make('button', { class: `btn${main ? ' btn--main' : ''}`, type: 'button', 'data-step': act, disabled: isOff }, icon(sign), said)
    const title = make('h2', { tabindex: '-1' }, step.title)
    const text = make('div', { class: 'peek-body' })
    text.innerHTML = step.html ?? '' // the server made it safe
    if (step.brief) this.view.store.whole(step.feature).then(({ html }) => { text.innerHTML = html ?? '' }, () => {})
    const picture = step.file?.isPicture ? make('img', { src: step.file.light, alt: step.file.alt, width: step.file.width, height: step.file.height })
      : step.file ? this.view.peek.pointed({ ...step.file, url: step.file.page, media: true }) : null
    this.card.replaceChildren(make('p', { class: 'hush' }, fill(words.stepOf, { n: at + 1, total: this.steps.length })), title, ...[picture].filter(Boolean), text,
      make('div', { class: 'row peek-acts' }, button('previous', 'retourner', words.previous, at === 0), button('next', 'fleche', words.next, at === this.steps.length - 1, true), button('leave', 'croix', words.leave)))
    title.focus({ preventScroll: true })
    this.look(step)
  }

  /** The view that the step asks for, else the place of its feature, above the card. */
  look(step) {
    const { ground, view } = this
    view.marks.select(step.feature || null)
    ground.invalidateSize({ pan: false })
    if (Number.isFinite(step.view?.zoom)) return this.fly([step.view.lat, step.view.lng], step.view.zoom)
    const whole = box(view.store.get(step.feature)?.geometry)
    if (!whole) return this.flyOver()
    const centre = toLatLng([(whole[0] + whole[2]) / 2, (whole[1] + whole[3]) / 2])
    const zoom = view.simple ? Math.max(ground.getZoom(), 0) : Math.max(Math.min(ground.getZoom(), 17), Math.min(NEAR, ground.getMaxZoom()))
    return this.fly(centre, zoom)
  }

  /** The whole of the map. */
  flyOver() {
    const { ground, view: { simple, store, told, window: shown } } = this
    const found = simple ? shown.bounds : shown.around(store.features).pad(0.15)
    const bounds = found.isValid() ? found : shown.bounds
    const zoom = ground.getBoundsZoom(bounds, false, [0, this.covered])
    this.fly(bounds.getCenter(), simple ? zoom : Math.min(zoom, told.nearest ?? 16))
  }

  /** Pixels of the map under a card that stands across its foot. */
  get covered() {
    const { x, y } = this.ground.getSize()
    return this.card.offsetWidth > x * 0.6 ? Math.min(this.card.offsetHeight, y * 0.6) : 0
  }

  fly(place, zoom) {
    const centre = this.ground.unproject(this.ground.project(place, zoom).add([0, this.covered / 2]), zoom)
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) this.ground.setView(centre, zoom, { animate: false })
    else this.ground.flyTo(centre, zoom, { duration: 1.2 })
  }

  end() {
    const { view } = this
    this.stop()
    this.card.remove()
    this.ground.setMaxBounds(this.limits)
    view.telling = null
    view.removeAttribute('data-telling')
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {})
    view.marks.select(view.selected)
    view.querySelector('[data-act="story"]')?.focus()
  }
}
