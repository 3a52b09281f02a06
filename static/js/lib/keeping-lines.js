// Lines on their way to the server: each leaves until the server says that it is safe, one request at a time. With each goes
// what it was (`was`: the words this screen knew, and those it sent without an answer), so that nobody's newer words are covered.
import { isShared } from './device.js'
import { Refused, SignedOut, postJSON } from './request.js'

const PAUSE = 1000 // milliseconds between what is typed and its leaving
const AGAIN = 4000
const MOST = 20 // sendings without an answer that are remembered

export class KeepingLines {
  /** `read(key)`: the line as it is now, or null when it is gone; `tell(state)`: saved, saving, here, unsaved, signedOut, refused; `part(line)`: others wrote this line meanwhile. */
  constructor({ address, name, read, tell, part }) {
    Object.assign(this, { address, read, tell, part, name: `lines:${document.body.dataset.user}:${name}` })
    this.waiting = new Map() // key → how many times it changed since it was last safe
    this.known = new Map() // key → the words it had, as [speaker, text]
    this.store = isShared() ? null : globalThis.localStorage
  }

  get isSafe() {
    return this.waiting.size === 0
  }

  /** What an earlier visit could not send: { changed, removed }, or null. */
  left() {
    try {
      return JSON.parse(this.store?.getItem(this.name) ?? 'null')
    } catch {
      return null
    }
  }

  changed(key) {
    this.waiting.set(key, (this.waiting.get(key) ?? 0) + 1)
    this.isHere = this.remember()
    this.tell('saving')
    this.soon(PAUSE)
  }

  soon(delay) {
    this.timer ??= setTimeout(() => { this.timer = null; this.send() }, delay)
  }

  /** All that waits, as the server takes it. */
  load() {
    const lines = [...this.waiting.keys()].map((key) => [key, this.read(key)])
    const was = (key) => this.known.get(key)
    return { changed: lines.filter(([, line]) => line).map(([key, line]) => ({ ...line, was: was(key) })), removed: lines.filter(([, line]) => !line).map(([key]) => ({ key, was: was(key) })) }
  }

  remember() {
    try {
      if (this.isSafe) this.store?.removeItem(this.name)
      else this.store?.setItem(this.name, JSON.stringify(this.load()))
      return Boolean(this.store)
    } catch {
      return false
    }
  }

  async send() {
    if (this.isSending || this.isSafe) return
    this.isSending = true
    const counts = new Map(this.waiting)
    const load = this.load()
    for (const line of load.changed) {
      const [first, ...sent] = [...line.was ?? [], [line.speaker, line.text]] // the first is what was kept last
      this.known.set(line.key, [first, ...sent.slice(-MOST)])
    }
    this.remember()
    try {
      const { kept, apart } = await postJSON(this.address, load)
      for (const key of kept) if (this.waiting.get(key) === counts.get(key)) this.waiting.delete(key)
      for (const line of load.changed) if (kept.includes(line.key)) this.known.set(line.key, [[line.speaker, line.text]])
      for (const line of apart ?? []) {
        this.known.set(line.key, [[line.speaker, line.text]])
        this.waiting.delete(line.key)
        this.part(line)
      }
      this.remember()
      this.tell(this.isSafe ? 'saved' : 'saving')
      if (!this.isSafe) this.soon(PAUSE)
    } catch (error) {
      this.failed(error)
    } finally {
      this.isSending = false
    }
  }

  failed(error) {
    if (error instanceof Refused && error.status < 500 && ![408, 409, 429].includes(error.status)) return this.tell('refused')
    this.tell(error instanceof SignedOut ? 'signedOut' : this.isHere ? 'here' : 'unsaved')
    return this.soon(AGAIN)
  }
}
