// <carried-search>: what a folder taken away says of the words in the address, then of those one types.
import { CarriedIndex } from '../lib/carried-index.js'

const SHOWN = 50

class CarriedSearch extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById('q')
    this.said = this.querySelector('[data-said]')
    this.list = this.querySelector('[data-results]')
    this.typed = () => this.search()
    this.field.value = new URLSearchParams(location.search).get('q') ?? ''
    this.field.addEventListener('input', this.typed)
    this.sent = (event) => { event.preventDefault(); this.search(); this.list.querySelector('a')?.focus() }
    this.field.form.addEventListener('submit', this.sent)
    this.search()
  }

  disconnectedCallback() {
    this.field.removeEventListener('input', this.typed)
    this.field.form.removeEventListener('submit', this.sent)
  }

  search() {
    const begun = performance.now()
    this.index ??= new CarriedIndex(JSON.parse(window.essaimIndex))
    const question = this.field.value.trim()
    const { results, forms, near } = question ? this.index.find(question) : { results: [], forms: new Set(), near: false }
    this.list.replaceChildren(...results.slice(0, SHOWN).map(({ at }) => this.entry(at, forms)))
    const { ask, none, one, many, near: close } = this.dataset
    const count = results.length > 1 ? many.replace('{n}', results.length) : one
    this.said.textContent = !question ? ask : !results.length ? none : near ? `${close} ${count}` : count
    this.dataset.took = (performance.now() - begun).toFixed(1) // milliseconds, for who measures
  }

  entry(at, forms) {
    const [title, kind, address] = this.index.documents[at]
    const line = document.createElement('li')
    const link = Object.assign(document.createElement('a'), { href: address, textContent: title })
    const where = Object.assign(document.createElement('small'), { textContent: kind })
    const words = document.createElement('p')
    for (const [text, isFound] of this.index.excerpt(at, forms)) {
      words.append(isFound ? Object.assign(document.createElement('mark'), { textContent: text }) : text)
    }
    line.append(link, ' ', where, words)
    return line
  }
}

customElements.define('carried-search', CarriedSearch)
