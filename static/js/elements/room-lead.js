// <room-lead data-grid>: the grid of who is where, drawn anew every few seconds, and the time left.
import { countdown } from '../lib/clock.js'
import { getJSON } from '../lib/request.js'

const OFTEN = 3000

class RoomLead extends HTMLElement {
  connectedCallback() {
    this.time = countdown(this.querySelector('[data-time]'), this.dataset.left)
    this.timer = setInterval(() => document.hidden || this.look(), OFTEN)
    this.look()
  }

  disconnectedCallback() {
    this.time.stop()
    clearInterval(this.timer)
  }

  async look() {
    try {
      const { open, html, left } = await getJSON(this.dataset.grid)
      if (!open) return location.reload()
      this.time.set(left)
      this.draw(html)
    } catch { /* the next look may succeed */ }
  }

  draw(html) {
    const place = this.querySelector('[data-grid-here]')
    // A button that somebody is about to press with the keyboard is not taken away.
    if (html === this.drawn || place.contains(document.activeElement)) return
    this.drawn = html
    place.innerHTML = html // made safe by the server
  }
}

customElements.define('room-lead', RoomLead)
