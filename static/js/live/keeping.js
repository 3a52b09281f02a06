// What waits for the server is also held by this device, unless others use it; nothing stays once the server has it.
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs'
import { isShared } from '../lib/device.js'
import { isWorthOffering, myDrafts } from '../lib/drafts.js'
import { KeptTexts } from '../lib/kept.js'
import { wouldLose } from '../lib/light.js'

const CALM = 400 // milliseconds after which what the server has not confirmed is kept
const SOON = 50 // the same, without a line: the window may close at any moment

export class Keeping {
  constructor(desk) {
    this.desk = desk
    this.store = isShared() || !globalThis.indexedDB ? null : new KeptTexts(document.body.dataset.user)
    this.works = true
    this.names = new Set()
    this.beginning = `${desk.words.room}#`
    this.own = `${this.beginning}${desk.doc.clientID}`
  }

  /** Whether what waits is held here. */
  get holds() {
    return Boolean(this.store) && this.works && !isShared()
  }

  /** Brings back what another time left unsent; a text of an older room cannot be joined: it becomes a draft (true). */
  async restore() {
    if (!this.store) return false
    let hasDraft = false
    const { doc, words } = this.desk
    for (const [name, record] of await this.store.of(this.beginning)) {
      if (String(record.epoch) === String(words.epoch)) {
        this.names.add(name)
        applyUpdate(doc, record.update, 'kept')
      } else if (this.draft(textOf(record.update), record.revision)) {
        hasDraft ||= isWorthOffering(myDrafts().read(words.draft), this.desk.recorded)
        await this.store.drop([name])
      }
    }
    return hasDraft
  }

  /** Something changed, or was recorded. */
  look() {
    const { room } = this.desk
    if (!this.store) return
    if (room.isSaved) {
      clearTimeout(this.timer)
      this.timer = null
      if (this.names.size) this.store.drop([...this.names])
      this.names.clear()
    } else if (room.pending) this.timer ??= setTimeout(() => this.keep(), room.state === 'online' ? CALM : SOON)
  }

  async keep() {
    this.timer = null
    const { room, doc, words } = this.desk
    if (!this.store || !room.pending || isShared()) return
    const record = { epoch: String(words.epoch), update: encodeStateAsUpdate(doc), revision: words.revision, at: Date.now() }
    this.names.add(this.own)
    this.works = await this.store.keep(this.own, record)
    if (room.isSaved) this.look()
    this.desk.status.draw()
  }

  /** Hands the text in as a draft of the plain form, which brings it together with what is there now. */
  draft(text, revision = this.desk.words.revision) {
    if (isShared()) return false
    const { words } = this.desk
    return !isWorthOffering({ text }, this.desk.recorded) || myDrafts().keep(words.draft, text, { revision: String(revision ?? '') })
  }

  get mustWarn() {
    return wouldLose(this.desk.room, this.holds)
  }

  /** This computer has become one that others use: nothing stays in it. */
  async empty() {
    clearTimeout(this.timer)
    this.timer = null
    await this.store?.drop([...this.names, this.own])
    this.names.clear()
    myDrafts().dropAll()
  }
}

function textOf(update) {
  const doc = new Doc()
  applyUpdate(doc, update)
  return doc.getText('content').toString()
}
