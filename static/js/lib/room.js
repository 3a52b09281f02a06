// One text written by several: keeps this browser's document equal to the server's, and knows what the server has recorded.
// Says 'change' (look again), 'synced' (the text is here), 'about', 'version', 'ended' (with a close code).
import { Awareness } from 'y-protocols/awareness'
import { Line } from './line.js'
import { Outbox } from './outbox.js'
import * as wire from './wire.js'

const TOGETHER = 50 // milliseconds: what is typed meanwhile leaves in one message

export class Room extends EventTarget {
  constructor(url, doc, options) {
    super()
    Object.assign(this, { doc, state: 'connecting', isSynced: false, canWrite: true, savedAt: null, flushedAt: 0 })
    this.awareness = new Awareness(doc)
    this.outbox = new Outbox()
    this.line = new Line(url, options)
    doc.on('update', (update, origin) => origin === this || this.changed(update))
    this.awareness.on('update', ({ added, updated, removed }, origin) => {
      if (origin === 'local') this.line.send(wire.presence(this.awareness, [...added, ...updated, ...removed]))
    })
    this.awareness.on('change', () => this.tell('change'))
    this.line.addEventListener('open', ({ detail }) => this.greet(detail))
    this.line.addEventListener('message', ({ detail }) => this.receive(detail))
    this.line.addEventListener('lost', () => this.lost())
    this.line.addEventListener('closed', ({ detail }) => this.end(detail))
  }

  /** Says what this document holds; the line may have been open for a while. */
  connect() {
    this.mayGreet = true
    this.line.isOpen ? this.greet() : this.line.connect()
  }

  /** How many changes made here the server has not confirmed. */
  get pending() { return this.outbox.pending }

  /** Whether everything made here is in the server's log. */
  get isSaved() { return this.state === 'online' && this.outbox.isEmpty }

  /** What this device kept is the whole text until the server answers: one may go on writing. */
  stand() { Object.assign(this, { isSynced: true, state: 'offline' }) }

  greet({ hasAsked = false } = {}) {
    if (this.mayGreet && !hasAsked) this.line.send(wire.whatIHave(this.doc))
    if (this.mayGreet && this.awareness.getLocalState()) this.line.send(wire.presence(this.awareness, [this.doc.clientID]))
  }

  receive(bytes) {
    const said = this.read(bytes)
    const reactions = {
      question: () => this.answer(said.answer), all: () => this.synced(), recorded: () => this.recorded(),
      about: () => this.about(said), version: () => this.tell('version', said),
    }
    reactions[said?.kind]?.()
  }

  /** What a message says; one that cannot be read is a reason to begin again with another line. */
  read(bytes) {
    try {
      return wire.read(bytes, { doc: this.doc, awareness: this.awareness, origin: this })
    } catch {
      this.line.drop()
      return null
    }
  }

  /** Ends it from here, for a reason of ours. */
  close(code) {
    this.line.stop()
    this.end(code)
  }

  /** The server said how far it is: what it lacks leaves at once, whatever was queued. */
  answer(bytes) {
    this.outbox.takeAll()
    this.isReady = true
    this.line.send(bytes)
    this.tell('change')
  }

  synced() {
    this.state = 'online'
    this.line.holds()
    if (!this.isSynced) {
      this.isSynced = true
      this.tell('synced')
    }
    this.tell('change')
  }

  recorded() {
    this.outbox.confirmed()
    if (this.isSaved) this.savedAt = Date.now()
    this.tell('change')
  }

  about(said) {
    this.canWrite = said.write !== false
    if (!this.canWrite) this.outbox.empty() // nothing of a reader is recorded
    this.tell('about', said)
    this.tell('change')
  }

  changed(update) {
    this.outbox.add(update, !this.flushing)
    this.flushing ??= setTimeout(() => this.flush(), Math.max(0, this.flushedAt + TOGETHER - Date.now()))
    this.tell('change')
  }

  flush() {
    clearTimeout(this.flushing)
    this.flushing = null
    if (!this.isReady) return
    this.flushedAt = Date.now()
    for (const update of this.outbox.take()) this.line.send(wire.changed(update))
  }

  /** After a sleep, or when the network is back: do not wait, and ask whether the line is alive. */
  hurry() {
    if (this.state !== 'ended') this.line.check(wire.whoIsThere())
  }

  lost() {
    this.isReady = false
    this.outbox.lost()
    wire.forgetOthers(this.awareness)
    this.state = this.isSynced ? 'offline' : 'connecting'
    this.tell('change')
  }

  end(code) {
    this.lost()
    this.state = 'ended'
    this.code = code
    this.awareness.destroy()
    this.tell('ended', code)
    this.tell('change')
  }

  stop() {
    this.flush()
    this.line.stop()
    this.awareness.destroy()
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}
