// Operations on a map that wait for the server, one by feature: kept in this browser, sent once each, in order, whatever the network does.
import { Refused, SignedOut, sendJSON } from './request.js'

/** Fields that an operation may carry. */
export const PARTS = ['layer', 'geometry', 'precision', 'props', 'title', 'story', 'session']

export class MapQueue extends EventTarget {
  /**
   * `keeper`: what keeps records (KeptTexts), or null on a computer that others use; `send(method, url, body)` gives the answer;
   * `held`: the files that wait with their points.
   * A record: { uuid, kind: put | delete | restoration, body, at, refused }.
   */
  constructor(url, name, keeper, send = sendJSON, held = null) {
    super()
    Object.assign(this, { url, name, keeper, send, held, records: new Map(), state: 'ok' })
  }

  /** What an earlier visit left. */
  async wake() {
    for (const [, record] of this.keeper ? await this.keeper.of(`${this.name}#`) : []) this.records.set(record.uuid, record)
    return [...this.records.values()]
  }

  get waiting() {
    return [...this.records.values()].filter(({ refused }) => !refused)
  }

  get refused() {
    return [...this.records.values()].filter(({ refused }) => refused)
  }

  /** A later change of the same feature goes on from the first base: the server merges field by field. */
  async add({ uuid, kind, body = {} }) {
    const before = this.records.get(uuid)
    const base = before?.kind === 'put' ? before.body.base : body.base ?? 0
    const isUndone = kind === 'delete' ? before?.kind === 'put' && base === 0 : kind === 'restoration' && before?.kind === 'delete'
    if (isUndone && !before.left) {
      await this.forget(uuid) // it never left this browser
      return 'forgotten'
    }
    const whole = kind === 'put' && before?.kind === 'put' ? { ...before.body, ...body } : body
    const record = { uuid, kind, body: { ...whole, base }, at: before?.at ?? Date.now() + this.records.size / 1000, turn: (before?.turn ?? 0) + 1 }
    this.records.set(uuid, record)
    this.isKept = this.keeper ? await this.keeper.keep(`${this.name}#${uuid}`, record) : false
    this.tell()
    return 'kept'
  }

  async forget(uuid) {
    this.records.delete(uuid)
    await this.keeper?.drop([`${this.name}#${uuid}`])
    this.tell()
  }

  /** Sends what waits, one after the other; one window at a time. Calls `done(record, answer)` for each. */
  flush(done) {
    this.flushing ??= this.alone(() => this.sendAll(done)).finally(() => { this.flushing = null })
    return this.flushing
  }

  alone(work) {
    const locks = globalThis.navigator?.locks
    return locks ? locks.request(`essaim-${this.name}`, work) : work()
  }

  async sendAll(done) {
    for (;;) {
      const record = this.waiting.sort((a, b) => a.at - b.at)[0]
      if (!record) break
      try {
        this.become('sending')
        record.left = true
        const answer = await this.sendOne(record)
        await this.settle(record, answer)
        done(record, answer)
      } catch (error) {
        if (error instanceof Refused && error.status < 500 && error.status !== 429) await this.refuse(record, error)
        else return this.become(error instanceof SignedOut ? 'signed-out' : 'offline')
      }
    }
    this.become(this.refused.length ? 'refused' : 'ok')
  }

  /** Files that a point names leave before it. */
  async sendOne(record) {
    const { uuid, kind, body } = record
    if (kind === 'put') await this.held?.leave(body, () => this.keeper?.keep(`${this.name}#${uuid}`, record))
    const address = `${this.url}/features/${uuid}`
    if (kind === 'delete') return this.send('DELETE', address, { base: body.base })
    if (kind === 'restoration') return this.send('POST', `${address}/restoration`, {})
    return this.send('PUT', address, body)
  }

  /** Confirmed; unless it was changed again meanwhile: that change goes on from what was confirmed. */
  async settle(record, answer) {
    const now = this.records.get(record.uuid)
    if (now === record) return this.forget(record.uuid)
    if (now) {
      now.body.base = answer.rev ?? now.body.base
      now.left = true
      await this.keeper?.keep(`${this.name}#${record.uuid}`, now)
    }
    return null
  }

  /** The server will never take it: it stays here, and the person is told. */
  async refuse(record, error) {
    record.refused = error.message || String(error.status)
    await this.keeper?.keep(`${this.name}#${record.uuid}`, record)
    this.dispatchEvent(new CustomEvent('refused', { detail: record }))
    this.tell()
  }

  become(state) {
    this.state = state
    this.tell()
  }

  tell() {
    this.dispatchEvent(new Event('change'))
  }
}
