// Texts that were typed and not yet recorded, kept in this browser, per person. A draft:
// { text, revision (the version it started from), at (milliseconds), sent (it left, without an answer yet) }.

import { isShared } from './device.js'

const PREFIX = 'draft:'
const DAYS = 60

/** `storage` is localStorage, or anything like it; a browser that refuses to store loses only this comfort. */
export class Drafts {
  constructor(storage, person = '') {
    this.storage = storage
    this.prefix = `${PREFIX}${person}:`
  }

  /** The draft of that name, or null. */
  read(key) {
    try {
      const draft = JSON.parse(this.storage.getItem(this.prefix + key))
      return typeof draft?.text === 'string' ? draft : null
    } catch {
      return null
    }
  }

  /** Keeps a text; false when the browser has no room or refuses. */
  keep(key, text, { revision = '', sent = false, at = Date.now() } = {}) {
    try {
      this.storage.setItem(this.prefix + key, JSON.stringify({ text, revision, sent, at }))
      return true
    } catch {
      return false
    }
  }

  /** Forgets a draft. */
  drop(key) {
    try {
      this.storage.removeItem(this.prefix + key)
    } catch { /* nothing is stored then */ }
  }

  /** Forgets what the server has confirmed: that draft, and those of the same form (`key/part`). What never left stays. */
  dropSent(key) {
    for (const stored of this.names()) {
      const name = stored.slice(this.prefix.length)
      const isConfirmed = bothNames(key).includes(name) || name.startsWith(`${key}/`)
      if (isConfirmed && this.read(name)?.sent) this.drop(name)
    }
  }

  /** Forgets this person's drafts: they leave a computer that others use. */
  dropAll() {
    for (const name of this.names()) this.storage.removeItem(name)
  }

  /** Forgets what is older than two months. */
  dropOld(now = Date.now()) {
    for (const name of this.names()) {
      const draft = this.read(name.slice(this.prefix.length))
      if (!draft || now - draft.at > DAYS * 86_400_000) this.storage.removeItem(name)
    }
  }

  names() {
    try {
      return Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index))
        .filter((name) => name?.startsWith(this.prefix))
    } catch {
      return []
    }
  }
}

/** The drafts of whoever is signed in on this page; a computer that others use keeps none. */
export function myDrafts() {
  try {
    return new Drafts(isShared() ? null : localStorage, document.body.dataset.user)
  } catch {
    return new Drafts(null)
  }
}

/** While an older draft waits for an answer, what is typed meanwhile is kept beside it. */
export const bothNames = (key) => [`${key}+`, key]

/** Whether a draft is worth offering beside what the server has. */
export const isWorthOffering = (draft, recorded) => Boolean(draft)
  && draft.text.trim() !== '' && normal(draft.text) !== normal(recorded)

// A form sends \r\n and the server keeps \n: the same text.
const normal = (text) => text.replace(/\r\n?/g, '\n').trimEnd()
