// Lines on their way to the server: each leaves until the server says that it is safe, one request at a time.
import { isShared } from './device.js'
import { Refused, SignedOut, postJSON } from './request.js'

const PAUSE = 1000 // milliseconds between what is typed and its leaving
const AGAIN = 4000

export class KeepingLines {
  /** `read(key)`: the line as it is now, or null when it is gone; `tell(state)`: saved, saving, here, unsaved, signedOut, refused. */
  constructor({ address, name, read, tell }) {
    Object.assign(this, { address, read, tell, name: `lines:${document.body.dataset.user}:${name}` })
    this.waiting = new Map() // key → how many times it changed since it was last safe
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
    return { changed: lines.filter(([, line]) => line).map(([, line]) => line), removed: lines.filter(([, line]) => !line).map(([key]) => key) }
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
    try {
      const { kept } = await postJSON(this.address, this.load())
      for (const key of kept) if (this.waiting.get(key) === counts.get(key)) this.waiting.delete(key)
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
