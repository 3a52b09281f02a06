// <chapter-form> around a player and the rows of its chapters: « now » puts the moment being played in a row.
import { listening } from '../lib/parts.js'
import { clock } from '../lib/times.js'

class ChapterForm extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    for (const button of this.querySelectorAll('[data-act="now"]')) button.hidden = false
    on(this, 'click', ({ target }) => {
      const field = target.closest('[data-act="now"]')?.parentElement.querySelector('[name="start"]')
      if (!field) return
      field.value = clock(this.querySelector('media-player')?.currentTime ?? 0)
      field.focus()
    })
  }

  disconnectedCallback() {
    this.stop?.()
  }
}

customElements.define('chapter-form', ChapterForm)
