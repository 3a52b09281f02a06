// <shared-computer data-minutes>: at a computer that others use, nobody there for a quarter of an hour means gone.
// The server ends the session too; this clears the screen. A minute before, it asks.
import { listening } from '../lib/parts.js'
import { postForText } from '../lib/request.js'

const MINUTE = 60_000

class SharedComputer extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.idle = this.dataset.minutes * MINUTE
    this.dialog = this.querySelector('dialog')
    this.seen = this.told = Date.now()
    for (const type of ['pointerdown', 'keydown', 'touchstart', 'wheel', 'pointermove']) {
      on(document, type, () => this.notice(), { passive: true, capture: true })
    }
    // A page that comes back by « Back » is asked for anew: someone may have left meanwhile.
    on(window, 'pageshow', ({ persisted }) => persisted && location.reload())
    this.timer = setInterval(() => this.look(), Math.min(this.idle / 15, MINUTE) / 4)
  }

  disconnectedCallback() {
    this.stop()
    clearInterval(this.timer)
  }

  notice() {
    this.seen = Date.now()
    if (this.dialog.open) this.dialog.close()
  }

  look() {
    const now = Date.now()
    const rest = now - this.seen
    if (rest >= this.idle) return this.leave()
    if (rest >= this.idle * 14 / 15 && !this.dialog.open) this.dialog.showModal()
    // Someone who writes for long without changing page is there: the server is told.
    if (this.seen > this.told && now - this.told > MINUTE) this.tell(now)
  }

  tell(now) {
    this.told = now
    postForText('/account/presence', {}).catch(() => {})
  }

  async leave() {
    clearInterval(this.timer)
    document.body.hidden = true
    await postForText('/logout', {}).catch(() => {})
    location.replace('/join')
  }
}

customElements.define('shared-computer', SharedComputer)
