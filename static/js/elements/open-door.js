// <open-door data-state>: the full screen, and what changes while the door is open: time left, who came in.
import { listening } from '../lib/parts.js'
import { getJSON } from '../lib/request.js'

const OFTEN = 3000

class OpenDoor extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    const full = this.querySelector('[data-full]')
    full.hidden = !document.fullscreenEnabled
    on(full, 'click', () => (document.fullscreenElement ? document.exitFullscreen() : this.querySelector('.door-sheet').requestFullscreen()))
    if (this.dataset.state) this.timer = setInterval(() => document.hidden || this.look(), OFTEN)
  }

  disconnectedCallback() {
    this.stop()
    clearInterval(this.timer)
  }

  async look() {
    try {
      const { open, minutes, html } = await getJSON(this.dataset.state)
      if (!open) return location.reload()
      this.draw(minutes, html)
    } catch { /* the next look may succeed */ }
  }

  draw(minutes, html) {
    const left = this.querySelector('[data-minutes]')
    const { one, many } = left.dataset
    const words = minutes === 1 ? one : many.replace('{n}', minutes)
    if (left.textContent !== words) left.textContent = words
    if (html === this.drawn) return
    this.drawn = html
    this.querySelector('[data-arrived]').innerHTML = html // made safe by the server
  }
}

customElements.define('open-door', OpenDoor)
