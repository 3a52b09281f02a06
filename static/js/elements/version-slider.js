// <version-slider data-address="/items/12/timeline/" data-at="4"> around a range, links « before » and « after » and one
// version: shows another version without leaving the page. Each is fetched once; without script the links do the same.
import { listening } from '../lib/parts.js'
import { getText } from '../lib/request.js'

const PAUSE = 90 // ms the hand rests before a version is fetched
const PACE = 2200 // ms a version stays while they play

class VersionSlider extends HTMLElement {
  connectedCallback() {
    this.range = this.querySelector('input[type="range"]')
    this.place = this.querySelector('[data-slide]')
    this.status = this.querySelector('[data-status]')
    this.play = this.querySelector('button[data-play]')
    this.steps = [...this.querySelectorAll('[data-step]')]
    this.kept = new Map([[Number(this.dataset.at), Promise.resolve(this.place.innerHTML)]])
    this.at = Number(this.dataset.at)
    for (const part of this.querySelectorAll('.slider-line, .slider-play')) part.hidden = false
    const { on, stop } = listening()
    this.stop = stop
    on(this.range, 'input', () => {
      this.halt()
      this.name(Number(this.range.value))
      clearTimeout(this.waiting)
      this.waiting = setTimeout(() => this.show(Number(this.range.value)), PAUSE)
    })
    on(this, 'click', (event) => this.press(event))
    on(this.play, 'click', () => (this.playing ? this.halt() : this.start()))
    on(window, 'popstate', () => this.show(Number(new URLSearchParams(location.search).get('at')) || Number(this.range.max), false))
    this.name(this.at)
    this.link()
  }

  disconnectedCallback() {
    clearTimeout(this.waiting)
    this.halt()
    this.stop?.()
  }

  press(event) {
    const step = event.target.closest('[data-step]')
    if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.halt()
    if (step.getAttribute('aria-disabled') !== 'true') this.show(this.at + (step.dataset.step === 'next' ? 1 : -1))
  }

  /** Puts a version in place; what arrives late is not shown over what was asked later. */
  async show(number, remember = true) {
    if (!(number >= Number(this.range.min) && number <= Number(this.range.max))) return
    this.wanted = number
    this.range.value = number
    try {
      const html = await this.piece(number)
      if (this.wanted !== number) return
      this.at = number
      this.place.innerHTML = html
      this.name(number)
      this.link()
      this.status.textContent = this.place.querySelector('[data-words]')?.dataset.words ?? ''
      if (remember) history.replaceState(null, '', `?at=${number}`)
      this.piece(number + 1).catch(() => {})
    } catch {
      if (this.wanted === number) this.status.textContent = this.dataset.lost
      this.halt()
    }
  }

  piece(number) {
    if (number > Number(this.range.max)) return Promise.resolve('')
    if (!this.kept.has(number)) {
      const asked = getText(this.dataset.address + number)
      this.kept.set(number, asked)
      asked.catch(() => this.kept.delete(number))
    }
    return this.kept.get(number)
  }

  /** The version under the thumb, in words: known once it was fetched. */
  name(number) {
    const shown = this.place.querySelector('[data-words]')
    const words = Number(shown?.dataset.number) === number ? shown.dataset.words : `${this.range.labels[0].textContent} ${number}`
    this.range.setAttribute('aria-valuetext', words)
    this.querySelector('[data-now]').textContent = `${this.range.labels[0].textContent} ${number}`
  }

  link() {
    for (const step of this.steps) {
      const number = this.at + (step.dataset.step === 'next' ? 1 : -1)
      const there = number >= Number(this.range.min) && number <= Number(this.range.max)
      if (there) {
        step.href = `?at=${number}`
        step.removeAttribute('aria-disabled')
      } else {
        step.setAttribute('aria-disabled', 'true')
      }
    }
  }

  start() {
    this.playing = setInterval(() => (this.at < Number(this.range.max) ? this.show(this.at + 1) : this.halt()), PACE)
    this.show(this.at < Number(this.range.max) ? this.at + 1 : Number(this.range.min))
    this.tell(true)
  }

  halt() {
    clearInterval(this.playing)
    this.playing = null
    this.tell(false)
  }

  tell(playing) {
    this.play.querySelector('span').textContent = playing ? this.dataset.stop : this.dataset.play
    this.play.querySelector('use').setAttribute('href', this.play.querySelector('use').getAttribute('href').replace(/#.*/, playing ? '#i-pause' : '#i-lire'))
  }
}

customElements.define('version-slider', VersionSlider)
