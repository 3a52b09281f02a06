// Files chosen and not yet arrived, kept in this browser: a page that is closed, or that the telephone forgets, finds them again.
import { isShared } from './device.js'
import { KeptTexts } from './kept.js'

const LARGEST = 200_000_000 // bytes; a larger file is chosen again, and goes on where it was cut all the same

export class WaitingFiles {
  /** `place`: what tells this queue from others, such as the group and the page. */
  constructor(place) {
    this.beginning = `file#${place}#`
    this.store = isShared() || !globalThis.indexedDB || !navigator.locks ? null : new KeptTexts(document.body.dataset.user)
    this.held = new Map()
  }

  /** Keeps a file until `drop` is called with the name that this gives. */
  async keep(file, fields) {
    if (!this.store || file.size > LARGEST) return null
    const name = this.beginning + crypto.randomUUID()
    await this.hold(name)
    return (await this.store.keep(name, { file, fields })) ? name : null
  }

  /** What an earlier visit left, except what another window is sending at this moment: [{ name, file, fields }]. */
  async rest() {
    const found = []
    for (const [name, record] of (await this.store?.of(this.beginning)) ?? []) {
      if (await this.hold(name)) found.push({ name, ...record })
    }
    return found
  }

  drop(name) {
    if (!name) return
    this.store.drop([name])
    this.held.get(name)?.()
    this.held.delete(name)
  }

  /** Takes a file for this window; false when another has it. The browser lets go when the window closes. */
  hold(name) {
    return new Promise((resolve) => {
      navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock))
        return lock && new Promise((release) => this.held.set(name, release))
      })
    })
  }
}
