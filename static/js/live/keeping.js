// What waits for the server is also held by this device, unless others use it; once the server has it, nothing stays,
// but on a device of one's own a copy, with which the text can be opened again and gone on with without network.
import { applyUpdate, encodeStateAsUpdate } from 'yjs'
import { isShared } from '../lib/device.js'
import { bothNames, isWorthOffering, myDrafts } from '../lib/drafts.js'
import { beginningOf } from '../lib/kept.js'
import { isGivenBack, mayGiveBack } from '../lib/kept-here.js'
import { wouldLose } from '../lib/light.js'
import { keepAsDraft } from '../lib/unsent.js'
import { textOf } from './text-of.js'

const CALM = 400 // milliseconds after which what the server has not confirmed is kept
const SOON = 50 // the same, without a line: the window may close at any moment
const CALMLY = 3_000 // the same, for a copy of what the server has

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
    const { doc, room, words } = this.desk
    for (const [name, record] of await this.desk.kept.found) {
      if (String(record.epoch) === String(words.epoch)) {
        this.names.add(name)
        this.waits ||= record.waits !== false
        applyUpdate(doc, record.update, record.waits === false ? room : 'kept')
      } else if (record.waits === false) {
        await this.store.drop([name])
      } else if (this.draft(textOf(record.update), record.revision)) {
        hasDraft = true
        await this.store.drop([name])
      }
    }
    if (this.names.size && isGivenBack()) room.stand()
    return hasDraft && bothNames(words.draft).some((name) => isWorthOffering(myDrafts().read(name), this.desk.recorded))
  }

  /** Something changed, or was recorded. */
  look() {
    const { room } = this.desk
    if (!this.store || room.state === 'ended') return
    if (room.isSaved && !mayGiveBack()) return this.forget()
    if (!this.isWorthKeeping || this.isCurrent) return
    if (!room.pending) this.keepIn(this.waits ? 0 : CALMLY)
    else this.keepIn(room.state === 'online' ? CALM : SOON)
  }

  /** Keeps it after so long, or earlier if that was said before. */
  keepIn(pause) {
    const at = Date.now() + pause
    if (this.timer && this.keepsAt <= at) return
    clearTimeout(this.timer)
    this.keepsAt = at
    this.timer = setTimeout(() => this.keep(), pause)
  }

  /** Whether this device should hold the text: words wait, or it may be given back here. */
  get isWorthKeeping() {
    const { room } = this.desk
    return room.pending > 0 || room.isSynced && mayGiveBack()
  }

  /** Whether what is held is what is here, and says rightly whether it waits. */
  get isCurrent() { return this.isHeld && this.waits === this.desk.room.pending > 0 }

  forget() {
    clearTimeout(this.timer)
    this.timer = null
    if (this.names.size) this.store.drop([...this.names])
    this.names.clear()
  }

  async keep(isLast = false) {
    clearTimeout(this.timer)
    this.timer = null
    const { room, doc, words, status } = this.desk
    if (!this.store || !this.isWorthKeeping || room.state === 'ended' && !isLast || isShared()) return
    const [update, { changes }] = [encodeStateAsUpdate(doc), this]
    const waits = room.pending > 0
    this.names.add(this.own)
    this.fails = !await this.store.keep(this.own, { epoch: String(words.epoch), update, revision: words.revision, text: this.desk.text.toString(), waits, at: Date.now() })
    this.isHeld = !this.fails && changes === this.changes
    if (!this.fails) {
      this.waits = waits
      this.dropOlder()
      this.look()
    }
    status.draw()
  }

  /** What was brought back has left: what is held now is enough. */
  dropOlder() {
    if (this.waits || !this.desk.room.isSaved) return
    const older = [...this.names].filter((name) => name !== this.own)
    if (older.length) this.store.drop(older)
    this.names = new Set([this.own])
  }

  /** The text is gone, or the right to it, perhaps for a while: what waits is held, and joined again if both come back. */
  hold() {
    if (!this.store || isShared() || !this.desk.room.pending) return this.handIn()
    this.keep(true).then(() => this.fails && this.draft(this.desk.text.toString()))
    return true
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
