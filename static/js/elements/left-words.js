// <left-words data-person>: on the page that says that the day is over, what this device still holds and never sent, to be copied.
import { Drafts } from '../lib/drafts.js'
import { KeptTexts } from '../lib/kept.js'

class LeftWords extends HTMLElement {
  async connectedCallback() {
    const texts = await left(this.dataset.person)
    if (!this.isConnected || this.shown || !texts.length) return
    this.shown = texts.map((text, index) => this.field(text, index))
    this.querySelector('[data-texts]').replaceChildren(...this.shown)
    this.hidden = false
  }

  disconnectedCallback() { this.shown = null }

  field(text, index) {
    const field = this.querySelector('template').content.cloneNode(true).firstElementChild
    const [label, area, copy] = [field.querySelector('label'), field.querySelector('textarea'), field.querySelector('copy-button')]
    area.id = label.htmlFor = copy.dataset.of = `left-${index}`
    area.value = text
    return field
  }
}

/** The texts of a person that only this browser holds, each once. */
async function left(person) {
  const found = globalThis.indexedDB ? (await new KeptTexts(person).of('')).filter(([, record]) => record?.waits !== false).map(([, { text }]) => text) : []
  try {
    const drafts = new Drafts(localStorage, person)
    for (const name of drafts.names()) {
      const draft = drafts.read(name.slice(drafts.prefix.length))
      if (draft && !draft.sent) found.push(draft.text)
    }
  } catch { /* this browser keeps nothing */ }
  return [...new Set(found.filter((text) => text?.trim()))]
}

customElements.define('left-words', LeftWords)
