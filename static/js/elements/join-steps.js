// <join-steps> around the form of coming back: on a phone one step after the other, and the last digit opens the door.
import { listening } from '../lib/parts.js'

class JoinSteps extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.form = this.querySelector('form')
    this.pad = this.querySelector('digit-pad')
    this.heading = this.querySelector('[data-heading]')
    on(this, 'change', ({ target }) => target.name === 'who' && this.choose(target))
    // A press on the tile that is chosen already goes on, too.
    on(this, 'click', ({ target }) => target.name === 'who' && target.checked && this.step('digits'))
    on(this.pad, 'full', () => this.form.requestSubmit())
    on(this.pad, 'back', () => this.step('who'))
    on(this.form, 'submit', (event) => this.leave(event))
    on(window, 'pageshow', () => { this.isSent = false })
    const chosen = this.form.querySelector('[name="who"]:checked')
    this.step(chosen ? 'digits' : 'who', false)
    if (chosen) this.choose(chosen, false)
  }

  disconnectedCallback() {
    this.stop()
  }

  choose(tile, isMove = true) {
    const { name, length } = tile.dataset
    this.heading.textContent = this.heading.dataset.words.replace('{name}', name)
    this.pad.expected = Number(length)
    if (isMove) this.step('digits')
  }

  step(name, isMove = true) {
    this.dataset.step = name
    if (!isMove || innerWidth >= 1024) return
    this.querySelector(name === 'digits' ? '#digits-step' : '#who').scrollIntoView({ block: 'start' })
  }

  /** The last digit sends by itself: who presses « Come in » too, or without digits, sends nothing more. */
  leave(event) {
    const isNamed = this.form.querySelector('[name="who"]:checked')
    if (isNamed && this.pad.isFull && !this.isSent) {
      this.isSent = true
      return void setTimeout(() => { this.isSent = false }, 8000) // nothing came back: one may press again
    }
    event.preventDefault()
    if (isNamed) return this.isSent || this.pad.field.focus()
    this.step('who')
    this.form.querySelector('[name="who"]')?.focus()
  }
}

customElements.define('join-steps', JoinSteps)
