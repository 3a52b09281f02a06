// <asked-blocks>: the blocks to which a question leads wait until someone asks for them. Without it they are in the page
// in their order, and the questions are links to them.
import { listening } from '../lib/parts.js'

class AskedBlocks extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.links = [...this.querySelectorAll('a[data-leads]')]
    for (const link of this.links) {
      const block = target(link)
      if (!block) continue
      if (location.hash !== link.hash) block.hidden = true
      on(link, 'click', (event) => this.open(event, block))
    }
    on(window, 'beforeprint', () => this.unfold())
    on(window, 'hashchange', () => this.blocks.forEach((block) => { if (location.hash === `#${block.id}`) block.hidden = false }))
  }

  disconnectedCallback() {
    this.stop?.()
    for (const block of this.blocks) block.hidden = false
  }

  get blocks() {
    return this.links.map(target).filter(Boolean)
  }

  /** Paper cannot be pressed: every answer is on it. */
  unfold() {
    for (const block of this.blocks) block.hidden = false
    for (const answer of this.querySelectorAll('details')) {
      answer.removeAttribute('name') // or opening one would close the others
      answer.open = true
    }
  }

  open(event, block) {
    event.preventDefault()
    block.hidden = false
    if (!block.querySelector('.asked-back')) block.append(this.back())
    history.replaceState(null, '', `#${block.id}`)
    block.focus({ preventScroll: true })
    block.scrollIntoView({ block: 'start' })
  }

  back() {
    const link = document.createElement('a')
    link.className = 'btn btn--tool asked-back'
    link.href = `#${this.closest('.block').id}`
    link.textContent = this.dataset.back
    return link
  }
}

const target = (link) => document.getElementById(link.hash.slice(1))

customElements.define('asked-blocks', AskedBlocks)
