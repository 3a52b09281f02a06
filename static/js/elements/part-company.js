// <part-company>: who else is in which part of a report, asked again as long as the page is looked at.
// Each part has a place for them, `[data-company="<field>"]`; this element holds the sentence for the whole page.
import { avatar } from '../lib/avatar.js'
import { listening, make } from '../lib/parts.js'
import { getJSON } from '../lib/request.js'
import { fill } from '../lib/words.js'

const OFTEN = 5_000 // milliseconds
const MOST = 5 // people named in one place

class PartCompany extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.words = JSON.parse(this.dataset.words)
    this.voice = this.querySelector('[role=status]')
    this.known = new Set()
    on(document, 'visibilitychange', () => this.look())
    this.look()
  }

  disconnectedCallback() {
    this.stop?.()
    clearTimeout(this.timer)
  }

  async look() {
    clearTimeout(this.timer)
    if (document.hidden) return
    try {
      const { people } = await getJSON(this.dataset.source)
      this.draw(people)
    } catch { /* what was known stays; the light of each part says when the line is cut */ }
    if (this.isConnected) this.timer = setTimeout(() => this.look(), OFTEN)
  }

  draw(people) {
    const shown = JSON.stringify(people)
    if (shown === this.shown) return
    this.shown = shown
    for (const place of document.querySelectorAll('[data-company]')) {
      const here = people.filter(({ field }) => field === place.dataset.company)
      place.hidden = !here.length
      place.replaceChildren(...here.slice(0, MOST).map((one) => avatar({ ...one, isWriting: true })), make('span', {}, this.names(here)))
    }
    this.say(people)
  }

  names(people) {
    const names = people.slice(0, MOST).map(({ name }) => name)
    if (people.length > MOST) names.push(`+ ${people.length - MOST}`)
    return new Intl.ListFormat(this.words.language, { type: 'conjunction' }).format(names)
  }

  /** Those who came are said aloud once; nobody needs to hear who moved. */
  say(people) {
    const now = new Map(people.map(({ id, name }) => [id, name]))
    const came = [...now].filter(([id]) => !this.known.has(id)).map(([, name]) => ({ name }))
    this.known = new Set(now.keys())
    if (came.length) this.voice.textContent = fill(came.length > 1 ? this.words.cameMany : this.words.came, { names: this.names(came) })
  }
}

customElements.define('part-company', PartCompany)
