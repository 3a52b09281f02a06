// What waits for the server is also held by this device, unless others use it; nothing stays once the server has it.
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs'
import { isShared } from '../lib/device.js'
import { bothNames, isWorthOffering, myDrafts } from '../lib/drafts.js'
import { beginningOf } from '../lib/kept.js'
import { wouldLose } from '../lib/light.js'
import { keepAsDraft } from '../lib/unsent.js'

const CALM = 400 // milliseconds after which what the server has not confirmed is kept
const SOON = 50 // the same, without a line: the window may close at any moment

export class Keeping {
  constructor(desk) {
    this.desk = desk
    this.store = desk.kept.store
    this.names = new Set()
    this.own = `${beginningOf(desk.words.room)}${desk.doc.clientID}`
    this.isHeld = false
    this.changes = 0
    // Before the room hears of it: what it then says of this device must be true.
    desk.doc.on('afterTransaction', ({ changed }) => {
      if (!changed.size) return
      this.changes++
      this.isHeld = false
    })
  }

  /** Where what waits is: 'here' once this device has all of it, 'soon', or 'nowhere'. */
  get place() {
    if (!this.store || isShared() || this.fails) return 'nowhere'
    return this.isHeld ? 'here' : 'soon'
  }

  /** Brings back what another time left unsent; a text of an older room cannot be joined: it becomes a draft (true). */
  async restore() {
    if (!this.store) return false
    let hasDraft = false
    const { doc, words } = this.desk
    for (const [name, record] of await this.desk.kept.found) {
      if (String(record.epoch) === String(words.epoch)) {
        this.names.add(name)
        applyUpdate(doc, record.update, 'kept')
      } else if (this.draft(textOf(record.update), record.revision)) {
        hasDraft = true
        await this.store.drop([name])
      }
    }
    return hasDraft && bothNames(words.draft).some((name) => isWorthOffering(myDrafts().read(name), this.desk.recorded))
  }

  /** Something changed, or was recorded. */
  look() {
    const { room } = this.desk
    if (!this.store || room.state === 'ended') return
    if (room.isSaved) this.forget()
    else if (room.pending && !this.isHeld) this.timer ??= setTimeout(() => this.keep(), room.state === 'online' ? CALM : SOON)
  }

  forget() {
    clearTimeout(this.timer)
    this.timer = null
    if (this.names.size) this.store.drop([...this.names])
    this.names.clear()
  }

  async keep() {
    clearTimeout(this.timer)
    this.timer = null
    const { room, doc, words, status } = this.desk
    if (!this.store || !room.pending || room.state === 'ended' || isShared()) return
    const [update, { changes }] = [encodeStateAsUpdate(doc), this]
    this.names.add(this.own)
    this.fails = !await this.store.keep(this.own, { epoch: String(words.epoch), update, revision: words.revision, text: this.desk.text.toString(), at: Date.now() })
    this.isHeld = !this.fails && changes === this.changes
    if (!this.fails) this.look()
    status.draw()
  }

  /** The server will not take what waits: it becomes a draft, and is never sent again by itself. True when it is safe. */
  handIn() {
    const isSafe = !this.desk.room.pending || this.draft(this.desk.text.toString())
    if (this.store && isSafe) this.forget()
    return isSafe
  }

  /** Hands a text in as a draft of the plain form, which brings it together with what is there now; true when it is kept. */
  draft(text, revision = this.desk.words.revision) {
    return keepAsDraft(this.desk.words.draft, text, revision, this.desk.recorded)
  }

  get mustWarn() {
    const { room } = this.desk
    return wouldLose(room, this.place === 'here') && !(room.state === 'ended' && this.isHandedIn)
  }

  /** This computer has become one that others use: nothing stays in it. */
  async empty() {
    this.forget()
    await this.store?.drop((await this.store.of('')).map(([name]) => name))
    myDrafts().dropAll()
  }
}

function textOf(update) {
  const doc = new Doc()
  applyUpdate(doc, update)
  return doc.getText('content').toString()
}
