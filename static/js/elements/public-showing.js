// <public-showing>: arrow keys, the full screen, and pages that turn alone until someone stops them.
import { listening } from '../lib/parts.js'

const KEY = 'showing'

class PublicShowing extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.run = this.querySelector('[data-run]')
    this.full = this.querySelector('[data-full]')
    this.run.hidden = false
    this.full.hidden = !document.documentElement.requestFullscreen
    on(this.run, 'click', () => this.turn(!this.isRunning))
    on(this.full, 'click', () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()))
    on(document, 'keydown', (event) => this.press(event))
    on(document, 'play', () => this.wait(), true)
    on(document, 'ended', () => this.turn(this.isRunning), true)
    this.turn(sessionStorage.getItem(KEY) === 'yes')
  }

  disconnectedCallback() {
    this.stop?.()
    clearTimeout(this.timer)
  }

  get isRunning() {
    return this.run.getAttribute('aria-pressed') === 'true'
  }

  turn(isOn) {
    this.run.setAttribute('aria-pressed', isOn)
    sessionStorage.setItem(KEY, isOn ? 'yes' : '')
    clearTimeout(this.timer)
    if (isOn) this.timer = setTimeout(() => location.assign(this.dataset.next), this.dataset.seconds * 1000)
  }

  /** A voice that speaks is not cut. */
  wait() {
    clearTimeout(this.timer)
  }

  press({ key, target }) {
    if (target.closest?.('audio, video, input, media-player')) return
    if (key === 'ArrowRight' || key === 'PageDown') location.assign(this.dataset.next)
    if (key === 'ArrowLeft' || key === 'PageUp') location.assign(this.dataset.previous)
  }
}

customElements.define('public-showing', PublicShowing)
