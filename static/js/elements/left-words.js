// <left-words data-person data-items data-group>: on the page that says that the day is over, what this device still holds
// of the texts of the room and never sent, to be copied, or erased from here. What the same person wrote elsewhere is not concerned.
import { Drafts } from '../lib/drafts.js'
import { KeptTexts } from '../lib/kept.js'
import { listening } from '../lib/parts.js'

class LeftWords extends HTMLElement {
  async connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.kept = new KeptTexts(this.dataset.person)
    const found = await this.left()
    const texts = [...new Set(found.map(({ text }) => text).filter((text) => text?.trim()))]
    if (!this.isConnected || !texts.length) return
    this.querySelector('[data-texts]').replaceChildren(...texts.map((text, index) => this.field(text, index)))
    on(this.querySelector('[data-erase]'), 'click', () => this.erase(found))
    this.hidden = false
  }

  disconnectedCallback() { this.stop() }

  field(text, index) {
    const field = this.querySelector('template').content.cloneNode(true).firstElementChild
    const [label, area, copy] = [field.querySelector('label'), field.querySelector('textarea'), field.querySelector('copy-button')]
    area.id = label.htmlFor = copy.dataset.of = `left-${index}`
    area.value = text
    return field
  }

  /** The texts of the room that only this browser holds: { text, drop }. */
  async left() {
    const { items, group } = this.dataset
    const numbers = new Set(items.split(' '))
    const isOfRoom = (name) => name.includes(`-new-${group}`) || numbers.has(/^(?:\/ws\/items\/|[a-z]+-)(\d+)/.exec(name)?.[1])
    const held = globalThis.indexedDB ? await this.kept.of('') : []
    const found = held.filter(([name, record]) => isOfRoom(name) && record?.waits !== false).map(([name, { text }]) => ({ text, drop: () => this.kept.drop([name]) }))
    try {
      const drafts = new Drafts(localStorage, this.dataset.person)
      for (const name of drafts.names()) {
        const key = name.slice(drafts.prefix.length)
        const draft = isOfRoom(key) && drafts.read(key)
        if (draft && !draft.sent) found.push({ text: draft.text, drop: () => drafts.drop(key) })
      }
    } catch { /* this browser keeps nothing */ }
    return found
  }

  async erase(found) {
    for (const { drop } of found) await drop()
    this.replaceChildren(Object.assign(document.createElement('p'), { textContent: this.dataset.erased, tabIndex: -1 }))
    this.firstChild.focus()
  }
}

customElements.define('left-words', LeftWords)
