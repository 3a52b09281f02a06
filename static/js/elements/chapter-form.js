// <chapter-form> around a player and the rows of its chapters: « now » puts the moment being played in a row, and a row
// more is added when it is asked for, at that moment.
import { listening } from '../lib/parts.js'
import { clock } from '../lib/times.js'

class ChapterForm extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    const template = this.querySelector('template').content
    for (const button of [...this.querySelectorAll('[data-act]'), ...template.querySelectorAll('[data-act]')]) button.hidden = false
    on(this, 'click', ({ target }) => {
      const act = target.closest('[data-act]')?.dataset.act
      if (act === 'add') this.add(template.firstElementChild.cloneNode(true))
      if (act === 'now') this.now(target.closest('.chapter-row')).focus()
    })
  }

  now(row) {
    const field = row.querySelector('[name="start"]')
    field.value = clock(this.querySelector('media-player')?.currentTime ?? 0)
    return field
  }

  add(row) {
    const list = this.querySelector('.chapter-rows')
    const [spare, own] = ['-spare', `-${list.children.length + 1}`]
    for (const field of row.querySelectorAll('[id]')) field.id = field.id.replace(spare, own)
    for (const label of row.querySelectorAll('label')) label.htmlFor = label.htmlFor.replace(spare, own)
    list.append(row)
    this.now(row)
    row.querySelector('[name="title"]').focus()
  }

  disconnectedCallback() {
    this.stop?.()
  }
}

customElements.define('chapter-form', ChapterForm)
