// What becomes of a change on a map: shown at once, kept here, sent when it can be, undone when one wishes.
import { isShared } from './device.js'
import { KeptTexts } from './kept.js'
import { HeldFiles } from './map-held.js'
import { nameOf } from './map-list.js'
import { MapQueue, PARTS } from './map-queue.js'
import { SendingNote } from './map-sending.js'
import { fill } from './words.js'

export class MapSaving {
  constructor(view) {
    const { told } = view
    Object.assign(this, { view, store: view.store, words: view.words })
    const keeper = isShared() ? null : new KeptTexts(document.body.dataset.user)
    this.held = new HeldFiles(`map:${told.id}`, keeper, { group: told.group, parent: told.id })
    this.queue = new MapQueue(told.url, `map:${told.id}`, keeper, undefined, this.held)
    this.note = new SendingNote(view.querySelector('[data-sending]'), this)
    this.queue.addEventListener('change', () => { this.note.show(); remember(told.id, this.queue.records.size) })
    addEventListener('online', () => this.flush())
    addEventListener('beforeunload', (event) => { if (this.queue.waiting.length && !this.queue.isKept) event.preventDefault() })
  }

  async wake() {
    for (const record of await this.queue.wake()) await this.hold(record)
    if (this.queue.records.size) { this.queue.isKept = true; await this.flush() }
  }

  async hold({ uuid, kind, body }) {
    Object.assign(this.store.media, await this.held.told(body.props))
    if (kind === 'put') this.store.hold(uuid, { id: uuid, mine: true, ...pickParts(body), ...('story' in body && { html: '' }) })
    if (kind === 'delete') this.store.hold(uuid, null)
  }

  async save(feature, body, isNew) {
    const before = isNew ? null : this.store.known.get(feature.id)
    const changed = isNew ? body : changes(before ?? feature, body)
    if (!Object.keys(changed).length) return this.view.select(feature.id, true)
    await this.put(feature.id, { base: before?.rev ?? 0, ...(isNew ? body : changed) })
    this.view.select(feature.id, true)
    const title = nameOf(body, this.view.lookOf({ ...feature, ...body }), this.words)
    this.note.offer(feature.id, fill(this.words[isNew ? 'added' : 'savedOne'], { title }), () => this.undo(feature.id, before))
    return null
  }

  async put(uuid, body) {
    await this.queue.add({ uuid, kind: 'put', body })
    await this.hold(this.queue.records.get(uuid))
    this.flush()
  }

  async trash(feature = this.store.get(this.view.selected)) {
    if (!feature) return
    this.view.close()
    const title = nameOf(feature, this.view.lookOf(feature), this.words)
    if (await this.queue.add({ uuid: feature.id, kind: 'delete', body: { base: feature.rev } }) === 'forgotten') this.store.release(feature.id)
    else this.store.hold(feature.id, null)
    this.flush()
    this.note.offer(feature.id, fill(this.words.trashed, { title }), () => this.restore(feature))
    this.view.ground.getContainer().focus()
  }

  async restore(feature) {
    if (await this.queue.add({ uuid: feature.id, kind: 'restoration' }) === 'forgotten' || this.store.known.has(feature.id)) this.store.release(feature.id)
    this.store.hold(feature.id, feature)
    await this.flush()
    this.view.select(feature.id, true)
  }

  /** What it was before, as one more operation; a new point goes to the trash. */
  undo(uuid, before) {
    const now = this.store.get(uuid)
    if (!now) return null
    if (!before) return this.trash(now)
    return this.put(uuid, { base: this.store.known.get(uuid)?.rev ?? now.rev, ...pickParts(before), story: before.story ?? '' })
  }

  flush() {
    return this.queue.flush((record, answer) => this.settled(record, answer))
  }

  settled({ uuid, kind, body }, answer) {
    Object.assign(this.store.media, answer.media)
    const isLast = !this.queue.records.has(uuid)
    if (isLast) this.store.release(uuid, answer.feature, kind === 'delete' || answer.gone)
    else if (answer.feature) this.store.known.set(uuid, answer.feature)
    if (answer.merged) this.view.say(fill(this.words.merged, { title: answer.feature?.title ?? body.title ?? '' }))
  }

  async forget(uuid) {
    await this.queue.forget(uuid)
    this.store.release(uuid)
  }
}

const pickParts = (body) => Object.fromEntries(PARTS.filter((name) => name in body).map((name) => [name, body[name]]))
const same = (a, b) => JSON.stringify(a ?? '') === JSON.stringify(b ?? '')

/** The parts that a form changed; values one by one are for the server, which compares them with their base. */
export const changes = (before, body) => Object.fromEntries(Object.entries(body).filter(([name, value]) => !same(before[name], value)))

const nameOfWaiting = (id) => `map-waiting:${document.body.dataset.user}:${id}`

function remember(id, count) {
  try {
    if (count) localStorage.setItem(nameOfWaiting(id), count)
    else localStorage.removeItem(nameOfWaiting(id))
  } catch { /* what waits is then sent at the next gesture */ }
}
