// <live-filter data-list="id" data-count="{count} sur {total}" data-none="…"> around a search field: keeps what matches.
import { listening, make } from '../lib/parts.js'
import { fill, matches } from '../lib/words.js'

class LiveFilter extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input')
    this.list = document.getElementById(this.dataset.list)
    if (!this.field || !this.list) return
    this.voice ??= make('p', { class: 'hush', role: 'status' })
    this.append(this.voice)
    const { on, stop } = listening()
    this.stop = stop
    on(this.field, 'input', () => this.filter())
    on(this.field, 'keydown', (event) => event.key === 'Enter' && event.preventDefault())
    if (this.field.value) this.filter()
  }

  disconnectedCallback() {
    this.stop?.()
  }

  filter() {
    const entries = [...this.list.children]
    const question = this.field.value
    let count = 0
    for (const entry of entries) {
      entry.hidden = !matches(entry.dataset.words ?? entry.textContent, question)
      if (!entry.hidden) count++
    }
    const said = count ? fill(this.dataset.count, { count, total: entries.length }) : this.dataset.none
    this.voice.textContent = question.trim() ? said : ''
  }
}

customElements.define('live-filter', LiveFilter)
