// Adding and changing on a map: the gestures, then the form.
import { MapDrawing } from './map-drawing.js'
import { MapForm } from './map-form.js'
import { MapHandles, isMovable } from './map-handles.js'
import { newId } from './ids.js'
import { isOpen } from './map-acts.js'
import { MapSaving } from './map-saving.js'

export class MapTools {
  constructor(view) {
    Object.assign(this, { view, store: view.store, words: view.words, saving: new MapSaving(view) })
  }

  /** What an earlier visit left is shown again, and sent. */
  async wake() {
    await this.saving.wake()
    return this
  }

  get isDrawing() {
    return Boolean(this.gesture)
  }

  get isOpen() {
    return Boolean(this.form || this.gesture)
  }

  add(kind) {
    this.stop()
    this.view.close()
    this.view.removeAttribute('data-listing')
    const cancel = () => this.rest()
    this.gesture = new MapDrawing(this.view, kind, { cancel, done: (geometry) => {
      this.gesture = null
      const { told, panel } = this.view
      const seen = this.store.layers.filter((one) => isOpen(one, told) && !panel.filters.hidden.has(one.id))
      const layer = seen.find(({ owner, locked }) => locked && owner === told.me) ?? seen[0] ?? this.store.layers[0] // one's own first
      this.open({ id: newId(), layer: layer?.id, geometry, props: {}, rev: 0, precision: this.view.told.kind === 'sensitive' && !this.view.simple ? 'street' : 'exact' }, true)
    } })
  }

  async edit() {
    const { selected } = this.view
    try {
      await this.store.whole(selected) // a story is changed from the whole of it
    } catch {
      return this.view.say(this.words.unreachable)
    }
    const feature = this.store.get(selected)
    if (feature) this.open(feature, false)
    return null
  }

  open(feature, isNew, kept) {
    this.stop()
    this.view.window.reach(feature.geometry)
    this.ghost(isNew ? feature : null)
    this.form = new MapForm(this.view, feature, { isNew, kept,
      save: (body) => { this.form = null; this.ghost(null); this.saving.save(feature, body, isNew) },
      cancel: () => { this.form = null; this.ghost(null); this.rest(isNew ? null : feature.id) },
      move: (body) => { this.form = null; this.move(feature, body) },
      trash: () => { this.form = null; this.saving.trash(feature) } })
  }

  /** Where the new point will be, while its form is open. */
  ghost(feature) {
    if (this.shade) this.store.own.delete(this.shade)
    this.shade = feature?.id
    if (feature) this.store.own.set(feature.id, { ...feature, mine: true, title: this.words.newPoint })
    this.store.tell()
  }

  move(feature, body) {
    const resume = (geometry) => { this.gesture = null; this.open({ ...feature, ...body, geometry }, false, body) }
    if (!isMovable(feature.geometry)) return this.replace(feature, body)
    this.gesture = new MapHandles(this.view, feature.geometry, { done: resume, cancel: () => resume(feature.geometry) })
    return null
  }

  /** What has no place yet, or a shape that hands cannot move: it is put anew. */
  replace(feature, body) {
    const resume = (geometry) => { this.gesture = null; this.open({ ...feature, ...body, geometry }, false, body) }
    this.gesture = new MapDrawing(this.view, 'Point', { done: resume, cancel: () => resume(feature.geometry) })
  }

  stop() {
    this.gesture?.end()
    this.form?.end()
    Object.assign(this, { gesture: null, form: null })
    if (this.shade) this.ghost(null)
  }

  rest(uuid = null) {
    this.gesture = null
    if (uuid) this.view.select(uuid, true)
    else this.view.ground.getContainer().focus({ preventScroll: true })
    this.view.draw()
  }
}
