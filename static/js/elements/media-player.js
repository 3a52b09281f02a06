// <media-player> around the browser's own <audio> or <video>: one big target, the drawn sound to choose a moment on, ten
// seconds back, slower. Tells the page where it is (event « moment ») and plays what links name: <a href="#t=83-95" data-media="12">.
import { listening } from '../lib/parts.js'
import { whenPrepared } from '../lib/prepared.js'
import { clock, momentOf, spoken } from '../lib/times.js'
import { fill } from '../lib/words.js'

const SLOW = 0.75

class MediaPlayer extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.own = this.querySelector('audio, video')
    this.desk = this.querySelector('.player-desk')
    if (this.own) this.equip(on)
    if (this.dataset.wait) this.halt = whenPrepared(this)
  }

  disconnectedCallback() {
    this.halt?.()
    this.stop?.()
    this.own?.pause()
  }

  equip(on) {
    const { own, desk } = this
    this.range = desk.querySelector('input')
    this.button = desk.querySelector('[data-act="play"]')
    desk.hidden = false
    own.controls = own instanceof HTMLVideoElement // a film is also pressed on, and made full screen
    this.columns = desk.querySelector('.wave').dataset.columns.split(' ').map(Number)
    on(desk, 'click', ({ target }) => this.act(target.closest('[data-act]')?.dataset.act))
    on(this.range, 'input', () => { this.currentTime = Number(this.range.value) })
    on(own, 'timeupdate', () => this.moved())
    on(own, 'seeking', () => this.moved())
    for (const type of ['play', 'pause', 'ended']) on(own, type, () => this.turned())
    on(own, 'loadedmetadata', () => this.measured())
    on(own.querySelector('source:last-of-type') ?? own, 'error', () => this.failed())
    this.turned()
    if (document.querySelector('media-player') === this) this.follow(location.hash)
  }

  /** Seconds. */
  get currentTime() {
    return this.wanted ?? this.own?.currentTime ?? 0
  }

  set currentTime(seconds) {
    if (!this.own) return
    if (this.own.readyState) this.own.currentTime = seconds
    else { this.wanted = seconds; this.own.preload = 'metadata' } // it goes there as soon as it can
    this.draw()
  }

  get length() {
    const own = this.own?.duration
    return Number.isFinite(own) && own ? own : Number(this.dataset.length ?? 0) / 1000
  }

  /** Plays from a moment, up to its end when it has one. */
  play(start, end) {
    if (start !== undefined) this.currentTime = start
    this.until = end
    return this.own?.play().catch(() => this.turned())
  }

  act(name) {
    if (name === 'play') {
      if (!this.own.paused) return this.own.pause()
      const { start, end } = this.dataset
      const outside = end && (this.currentTime >= Number(end) || this.currentTime < Number(start ?? 0))
      this.play(outside ? Number(start ?? 0) : undefined, end ? Number(end) : undefined)
    }
    const step = { back: -10, forth: 10 }[name]
    if (step) this.currentTime = Math.min(this.length, Math.max(0, this.currentTime + step))
    if (name === 'slow') {
      this.own.playbackRate = this.own.playbackRate === 1 ? SLOW : 1
      this.desk.querySelector('[data-act="slow"]').setAttribute('aria-pressed', this.own.playbackRate !== 1)
    }
    return undefined
  }

  measured() {
    if (this.wanted !== undefined) this.own.currentTime = this.wanted
    delete this.wanted
    this.range.max = this.length
    this.draw()
  }

  moved() {
    if (this.until !== undefined && this.own.currentTime >= this.until && !this.own.paused) {
      this.own.pause()
      delete this.until
    }
    this.draw()
    const detail = { ms: Math.round(this.currentTime * 1000), media: this.dataset.media }
    this.dispatchEvent(new CustomEvent('moment', { bubbles: true, detail }))
  }

  /** It began, paused or ended; only one is heard at a time. */
  turned() {
    const isPlaying = !this.own.paused && !this.own.ended
    this.draw()
    this.classList.toggle('is-playing', isPlaying)
    const { play, pause, name } = this.dataset
    this.button.querySelector('[data-words]').textContent = isPlaying ? pause : fill(play, { name })
    if (!isPlaying) return
    for (const other of document.querySelectorAll('media-player')) if (other !== this) other.own?.pause()
  }

  draw() {
    const at = this.currentTime
    const part = this.length ? at / this.length : 0
    const heard = Math.round(part * this.columns.length)
    const bar = (height, index) => `M${index * 6 + 3} ${24 - height}v${height * 2}`
    this.desk.querySelector('.heard').setAttribute('d', this.columns.slice(0, heard).map(bar).join(''))
    this.range.value = at
    const { lang } = document.documentElement
    this.range.setAttribute('aria-valuetext', fill(this.dataset.at, { at: spoken(at, lang), length: spoken(this.length, lang) }))
    this.desk.querySelector('[data-now]').textContent = clock(at)
    if (this.length) this.desk.querySelector('[data-length-said]').textContent = clock(this.length)
  }

  failed() {
    this.querySelector('[data-trouble]').hidden = false
    this.desk.hidden = true
    this.own.hidden = true
  }

  /** The moment that an address names: shown, and played by who presses. */
  follow(hash) {
    const moment = momentOf(hash)
    if (moment) [this.currentTime, this.until] = [moment.start, moment.end]
  }
}

customElements.define('media-player', MediaPlayer)

/** A link to a moment plays it where it is, when the page has that player. */
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-media]')
  const moment = link && momentOf(link.hash)
  const player = moment && document.querySelector(`media-player[data-media="${CSS.escape(link.dataset.media)}"]`)
  if (!player?.own || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  player.play(moment.start, moment.end)
})

addEventListener('hashchange', () => document.querySelector('media-player')?.follow(location.hash))
