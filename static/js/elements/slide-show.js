// <slide-show> adds « previous » and « next » to a row of pictures that scrolls by itself without it.
import { listening } from '../lib/parts.js'
import { fill } from '../lib/words.js'

class SlideShow extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector('.slides, .papers')
    this.slides = [...this.list.children]
    if (this.slides.length < 2) return
    const { on, stop } = listening()
    this.stop = stop
    this.bar = document.createElement('div')
    this.bar.className = 'slides-bar'
    this.place = document.createElement('p')
    this.place.setAttribute('role', 'status')
    this.back = button(this.dataset.previous, '←')
    this.forth = button(this.dataset.next, '→')
    this.bar.append(this.back, this.place, this.forth)
    this.append(this.bar)
    on(this.back, 'click', () => this.go(this.at - 1))
    on(this.forth, 'click', () => this.go(this.at + 1))
    on(this.list, 'scroll', () => this.tell())
    this.tell()
  }

  disconnectedCallback() {
    this.stop?.()
    this.bar?.remove()
  }

  /** The slide whose middle is nearest to the middle of the row. */
  get at() {
    const middle = this.list.scrollLeft + this.list.clientWidth / 2
    const distances = this.slides.map((slide) => Math.abs(slide.offsetLeft - this.list.offsetLeft + slide.offsetWidth / 2 - middle))
    return distances.indexOf(Math.min(...distances))
  }

  go(at) {
    const slide = this.slides[Math.min(Math.max(at, 0), this.slides.length - 1)]
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    this.list.scrollTo({ left: slide.offsetLeft - this.list.offsetLeft, behavior: calm ? 'instant' : 'smooth' })
  }

  tell() {
    const { at } = this
    this.place.textContent = fill(this.dataset.place, { n: at + 1, count: this.slides.length })
    this.back.disabled = at === 0
    this.forth.disabled = at === this.slides.length - 1
  }
}

function button(words, sign) {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'btn'
  made.setAttribute('aria-label', words)
  made.textContent = sign
  return made
}

customElements.define('slide-show', SlideShow)
