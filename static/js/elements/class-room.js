// <class-room data-room>: tells where this person is, and follows what happens in the room: timer, team, screens, end.
import { countdown } from '../lib/clock.js'
import { isShared } from '../lib/device.js'
import { listening } from '../lib/parts.js'
import { postForJSON, statusOf, Unreachable } from '../lib/request.js'

const OFTEN = 4000
const SEEN = 'essaim-shown' // the last page that all screens were led to, in this tab

class ClassRoom extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.address = `/classrooms/${this.dataset.room}`
    this.time = countdown(this.querySelector('[data-time]'), this.dataset.left)
    this.hand = this.querySelector('[data-hand]')
    on(this.hand.form, 'submit', (event) => this.raise(event))
    on(document, 'visibilitychange', () => document.hidden || this.look())
    this.timer = setInterval(() => document.hidden || this.look(), OFTEN)
    this.look()
  }

  disconnectedCallback() {
    this.stop()
    this.time.stop()
    clearInterval(this.timer)
  }

  async look() {
    const [title] = document.title.split(' — ')
    try {
      this.follow(await postForJSON(`${this.address}/presence`, { path: location.pathname, title }))
    } catch (error) {
      if (!(error instanceof Unreachable)) await this.end()
    }
  }

  /** The room was emptied: the screen says so by itself. Who writes on a device of their own keeps the text under their eyes. */
  async end() {
    const path = `${this.address}/end`
    if (await statusOf(path) !== 200) return
    clearInterval(this.timer)
    const isAnswering = location.pathname.endsWith('/evaluation')
    if (!isAnswering && !this.hasUnsent() && (isShared() || !this.isWriting())) return location.replace(path)
    for (const old of this.querySelectorAll(':scope > :not([data-told])')) old.hidden = true
    const link = Object.assign(document.createElement('a'), { href: path, textContent: this.dataset.sheet })
    if (isAnswering) this.tell(this.dataset.answer)
    else if (document.querySelector('co-editor[data-now=live]')) this.tell(link) // which says why above the text
    else this.tell(this.dataset.over, ' ', link)
  }

  async raise(event) {
    event.preventDefault()
    try {
      this.drawHand((await postForJSON(`${this.address}/hand`, {})).hand)
    } catch {
      this.hand.form.submit()
    }
  }

  follow({ closed, left, hand, team, mates, shown }) {
    this.time.set(left)
    this.drawHand(hand)
    this.drawTeam(team, mates)
    if (closed) this.tell(this.dataset.closed)
    else if (shown.at > Number(sessionStorage.getItem(SEEN) ?? 0)) this.lead(shown)
  }

  drawHand(raised) {
    this.hand.setAttribute('aria-pressed', raised)
    this.hand.querySelector('span').textContent = raised ? this.dataset.down : this.dataset.up
  }

  drawTeam(team, mates) {
    const place = this.querySelector('[data-mates]')
    place.hidden = !team
    const words = mates.length ? this.dataset.team : this.dataset.alone
    if (team) place.textContent = words.replace('{n}', team).replace('{names}', mates.join(', '))
  }

  /** Nobody is torn from a text: who writes gets a link, the others are led. */
  lead({ path, title, at }) {
    const there = location.pathname === path || (path.endsWith('/mine') && this.isWriting())
    if (there || !this.isWriting()) sessionStorage.setItem(SEEN, at)
    if (there) return
    if (!this.isWriting()) return location.assign(path)
    const link = Object.assign(document.createElement('a'), { href: path, textContent: `${title} — ${this.dataset.go}` })
    link.addEventListener('click', () => sessionStorage.setItem(SEEN, at))
    this.tell(link)
  }

  isWriting() {
    return /\/(edit|new)$/.test(location.pathname) || Boolean(document.activeElement?.closest('textarea, [contenteditable=true], main input'))
  }

  /** Whether words are on this screen that the server does not have: leaving would lose them where nothing is kept. */
  hasUnsent() {
    const isFree = document.dispatchEvent(new CustomEvent('room-over', { cancelable: true, detail: this.dataset.over }))
    return !isFree || [...document.querySelectorAll('main textarea')].some((area) => !area.readOnly && !area.disabled && area.value !== area.defaultValue)
  }

  tell(...words) {
    const place = this.querySelector('[data-told]')
    if (!place.hidden && place.textContent === words.map((one) => one.textContent ?? one).join('')) return
    place.replaceChildren(...words)
    place.hidden = false
  }
}

customElements.define('class-room', ClassRoom)
