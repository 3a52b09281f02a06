// <left-words data-person data-items data-group>: on the page that says that the day is over, what this device still holds
// of the texts of the room and never sent, to be copied. What the same person wrote elsewhere is not concerned.
import { Drafts } from '../lib/drafts.js'
import { KeptTexts } from '../lib/kept.js'

class LeftWords extends HTMLElement {
  async connectedCallback() {
    const texts = await left(this.dataset)
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

/** The texts of a room that only this browser holds, each once. */
async function left({ person, items, group }) {
  const numbers = new Set(items.split(' '))
  const isOfRoom = (name) => name.includes(`-new-${group}`) || numbers.has(/^(?:\/ws\/items\/|[a-z]+-)(\d+)/.exec(name)?.[1])
  const kept = globalThis.indexedDB ? await new KeptTexts(person).of('') : []
  const found = kept.filter(([name, record]) => isOfRoom(name) && record?.waits !== false).map(([, { text }]) => text)
  try {
    const drafts = new Drafts(localStorage, person)
    for (const name of drafts.names()) {
      const key = name.slice(drafts.prefix.length)
      const draft = isOfRoom(key) && drafts.read(key)
      if (draft && !draft.sent) found.push(draft.text)
    }
  } catch { /* this browser keeps nothing */ }
  return [...new Set(found.filter((text) => text?.trim()))]
}

customElements.define('left-words', LeftWords)
