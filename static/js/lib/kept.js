// Texts that the server has not confirmed, kept in this browser (IndexedDB), one base per person; and copies
// (`waits: false`) of those written on a device of one's own, to be gone on with without network.
import { isShared } from './device.js'

const STORE = 'texts'
const nameOf = (person) => `essaim-texts-${person}`

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

export class KeptTexts {
  constructor(person, { factory = globalThis.indexedDB } = {}) {
    Object.assign(this, { person, factory })
  }

  async base() {
    this.opening ??= this.open()
    return this.opening
  }

  async open() {
    const request = this.factory.open(nameOf(this.person), 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    const base = await asked(request)
    // Another window signs out and wants the base gone: let it.
    base.onversionchange = () => { base.close(); this.opening = null; this.isGone = true }
    return base
  }

  async store(mode) {
    return (await this.base()).transaction(STORE, mode).objectStore(STORE)
  }

  async close() {
    (await this.opening?.catch(() => null))?.close()
  }

  /** Keeps a record under that name; false when the browser refuses. */
  async keep(name, record) {
    if (this.isGone) return false
    try {
      await asked((await this.store('readwrite')).put(record, name))
      return true
    } catch {
      return false
    }
  }

  /** [[name, record], …] of the names that begin so. */
  async of(beginning) {
    try {
      const range = IDBKeyRange.bound(beginning, `${beginning}\uffff`)
      const [names, records] = await Promise.all([
        asked((await this.store('readonly')).getAllKeys(range)), asked((await this.store('readonly')).getAll(range))])
      return names.map((name, index) => [name, records[index]])
    } catch {
      return []
    }
  }

  async drop(names) {
    try {
      const store = await this.store('readwrite')
      await Promise.all(names.map((name) => asked(store.delete(name))))
    } catch { /* nothing is kept then */ }
  }
}

/** What the names of a shared text's records begin with: one per tab that wrote. */
export const beginningOf = (room) => `${room}#`

/** The store for a shared text and, `found`, a promise of what another time left there; no store on a computer that others use. */
export function keptOfText(room) {
  if (isShared() || !globalThis.indexedDB) return { store: null, found: [] }
  const store = new KeptTexts(document.body.dataset.user)
  return { store, found: store.of(beginningOf(room)) }
}

/** Forgets the texts that were only kept to be read again: all of them, or those of before a moment. What waits to leave stays. */
export async function dropCopies(person, before = Infinity) {
  const store = new KeptTexts(person)
  const copies = (await store.of('')).filter(([, record]) => record?.waits === false && record.at < before)
  if (copies.length) await store.drop(copies.map(([name]) => name))
  store.close()
}

/** The addresses of the items of whose texts this device holds a copy. */
export async function copiedTexts(person) {
  const store = new KeptTexts(person)
  const copies = (await store.of('')).filter(([, record]) => record?.waits === false)
  store.close()
  return [...new Set(copies.map(([name]) => name.replace(/^\/ws/, '').split('#')[0]))]
}

/** Forgets everything of this person. */
export function dropKept(person) {
  try {
    globalThis.indexedDB?.deleteDatabase(nameOf(person))
  } catch { /* nothing is kept then */ }
}
