// <confirm-dialog data-question data-yes data-no data-last> around a button: asks before the button acts.
import { listening, make } from '../lib/parts.js'

let made = 0

class ConfirmDialog extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    // In the capturing phase, before the press reaches the button or its form.
    on(this, 'click', (event) => this.ask(event), { capture: true })
  }

  disconnectedCallback() {
    this.stop()
    this.dialog?.remove()
  }

  ask(event) {
    const button = event.target.closest('button, a')
    if (!button || this.isSure || !HTMLDialogElement.prototype.showModal) return
    event.preventDefault()
    event.stopPropagation()
    this.dialog ??= this.draw()
    this.dialog.returnValue = ''
    this.dialog.onclose = () => {
      if (this.dialog.returnValue !== 'yes') return
      this.isSure = true
      button.click()
      this.isSure = false
    }
    this.dialog.showModal()
  }

  draw() {
    const id = `question-${++made}`
    const { question, yes, no, last } = this.dataset
    // What cannot be undone is never the button that stands out.
    const [stays, goes] = last === undefined ? ['btn', 'btn btn--main'] : ['btn btn--main', 'btn']
    const form = make('form', { method: 'dialog', class: 'dialog-acts' },
      make('button', { class: stays, value: '', autofocus: true }, no),
      make('button', { class: goes, value: 'yes' }, yes))
    const dialog = make('dialog', { 'aria-labelledby': id }, make('h2', { id }, question), form)
    document.body.append(dialog)
    return dialog
  }
}

customElements.define('confirm-dialog', ConfirmDialog)
