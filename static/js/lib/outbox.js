// What was changed here and the server has not confirmed. It confirms messages one by one, in the order they were sent.
import * as Y from 'yjs'

const LARGEST = 256_000 // bytes of updates put together in one message

export class Outbox {
  constructor() {
    this.sent = [] // one entry for each message that waits for its confirmation: how many changes it carries
    this.queue = [] // updates that will leave with the next messages
    this.waiting = 0 // changes that no message carries yet
  }

  /** How many changes are not confirmed. */
  get pending() {
    return this.sent.reduce((sum, count) => sum + count, 0) + this.waiting
  }

  get isEmpty() {
    return !this.sent.length && !this.waiting
  }

  /** One more update. `isNew`: it begins another change, instead of going on with the last. */
  add(update, isNew) {
    if (isNew) this.waiting++
    const last = this.queue.at(-1)
    if (last && last.size + update.length < LARGEST) {
      last.updates.push(update)
      last.size += update.length
    } else this.queue.push({ updates: [update], size: update.length })
  }

  /** The updates to send now, put together; each will be confirmed. */
  take() {
    return this.queue.splice(0).map(({ updates }) => {
      this.sent.push(this.waiting)
      this.waiting = 0
      return updates.length > 1 ? Y.mergeUpdates(updates) : updates[0]
    })
  }

  /** The answer to the server's question carries everything it lacks. */
  takeAll() {
    this.sent.push(this.waiting)
    this.waiting = 0
    this.queue = []
  }

  confirmed() {
    this.sent.shift()
  }

  /** The line broke: what was not confirmed will leave again, with the next answer. */
  lost() {
    this.waiting = this.pending
    this.sent = []
    this.queue = []
  }

  empty() {
    Object.assign(this, { sent: [], queue: [], waiting: 0 })
  }
}
