// A line that does not come back may be refused for a reason that only a plain request tells: signed out, or no longer allowed.
import { statusOf } from '../lib/request.js'

const PATIENCE = 2 // failures before asking
const RARELY = 8_000 // milliseconds
const OWN = '/account'

export class Asking {
  constructor(desk) {
    Object.assign(this, { desk, askedAt: 0 })
    const { on } = desk.host
    on(window, 'online', () => { this.askedAt = 0 }) // the first refusal after a cut is the answer
    on(document, 'room-over', (event) => this.emptied(event))
  }

  look() {
    const { room } = this.desk
    if (room.state === 'online') room.trouble = null
    if (room.line.failures >= PATIENCE && room.state !== 'ended' && Date.now() - this.askedAt > RARELY) this.ask()
  }

  /** The training room was emptied: nothing leaves any more; words that did not arrive stay under the eyes of who wrote them. */
  emptied(event) {
    const { room, host, text } = this.desk
    if (room.pending) event.preventDefault()
    host.words.end4403 = host.words.end4404 = host.words.ended = event.detail
    if (room.state === 'ended') host.alert(event.detail, text.toString())
    else this.ask()
  }

  async ask() {
    this.askedAt = Date.now()
    const { room, words } = this.desk
    let status = await statusOf(words.room)
    // To a visitor a text of the group does not exist: ask something that only the signed in may see.
    if (status === 404 && await statusOf(OWN) === 401) status = 401
    if (room.state === 'online' || room.state === 'ended') return
    if (status === 403 || status === 404 || status === 410) {
      return room.close(status === 403 ? 4403 : 4404)
    }
    room.trouble = status === 401 ? 'signedOut' : null
    this.desk.status.draw()
  }
}
