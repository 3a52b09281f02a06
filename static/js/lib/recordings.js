// Pieces of recordings kept on this device until the server has them all: a page closed in the middle of an interview loses nothing.
import { isShared } from './device.js'
import { KeptTexts } from './kept.js'

const BEGINNING = 'recording#'
const nameOf = (key, index) => `${BEGINNING}${key}#${String(index).padStart(6, '0')}`

const WISHED = 'recordings:wished'

/** Whether this browser may hold recordings that were to be sent: no database is opened to know it. */
export function mayHoldWished() {
  try {
    return localStorage.getItem(WISHED) === 'yes'
  } catch {
    return false
  }
}

function note(yes) {
  try {
    if (yes) localStorage.setItem(WISHED, yes)
    else localStorage.removeItem(WISHED)
  } catch { /* then a recorder alone offers them */ }
}

export class Recordings {
  constructor(person = document.body.dataset.user) {
    // A computer that others use keeps nothing: there, only what has left is safe.
    this.store = isShared() || !globalThis.indexedDB || !navigator.locks ? null : new KeptTexts(person)
    this.held = new Map()
  }

  /** Opens a recording; `about`: { name, type, kind, group, parent, at }. False when this device keeps nothing. */
  async begin(key, about) {
    if (!this.store) return false
    await this.hold(key)
    return this.store.keep(nameOf(key, 0), about)
  }

  /** Keeps the piece of that number, from 1 on. */
  async add(key, index, piece) {
    return this.store ? this.store.keep(nameOf(key, index), piece) : false
  }

  /** It is to be sent, whatever becomes of this page. */
  async wish(key, about) {
    if (this.store && await this.store.keep(nameOf(key, 0), { ...about, isWished: true })) note('yes')
  }

  /** What earlier visits left: [{ key, about, blob }], the newest first; not what another window is recording. */
  async rest() {
    const found = new Map()
    for (const [name, record] of (await this.store?.of(BEGINNING)) ?? []) {
      const key = name.split('#')[1]
      if (record instanceof Blob) found.get(key)?.pieces.push(record)
      else found.set(key, { key, about: record, names: [], pieces: [] })
      found.get(key)?.names.push(name)
    }
    const left = []
    for (const one of found.values()) {
      if (!one.pieces.length || !await this.hold(one.key)) continue
      left.push({ ...one, blob: new Blob(one.pieces, { type: one.about.type }) })
    }
    return left.sort((one, other) => other.about.at - one.about.at)
  }

  async drop(key) {
    const names = (await this.store?.of(`${BEGINNING}${key}#`) ?? []).map(([name]) => name)
    if (names.length) await this.store.drop(names)
    if (names.length && !(await this.store.of(BEGINNING)).length) note(null)
    this.held.get(key)?.()
    this.held.delete(key)
  }

  /** Takes a recording for this window; false when another has it. The browser lets go when the window closes. */
  hold(key) {
    if (this.held.has(key)) return Promise.resolve(true)
    return new Promise((resolve) => {
      navigator.locks.request(`${BEGINNING}${key}`, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock))
        return lock && new Promise((release) => this.held.set(key, release))
      })
    })
  }
}
