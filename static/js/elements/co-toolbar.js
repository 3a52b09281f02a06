// The permanent tools of the shared text: buttons with words, arrows between them, a sheet with the others, pressed when on.
import { listening } from '../lib/parts.js'

export class CoToolbar {
  constructor(host) {
    Object.assign(this, { host, editor: host.editor, bar: host.querySelector('.toolbar--live'), sheet: document.querySelector('dialog.co-more') })
    const { on, stop } = listening()
    this.stop = stop
    this.buttons = [...this.bar.querySelectorAll('button')]
    this.buttons.forEach((button, index) => { button.tabIndex = index ? -1 : 0 })
    // The text keeps the caret, and a phone its keyboard, while a tool is pressed.
    on(this.bar, 'mousedown', (event) => event.preventDefault())
    on(this.bar, 'click', ({ target }) => this.use(target.closest('button')?.dataset.tool))
    on(this.bar, 'keydown', (event) => this.key(event))
    on(host, 'piece', ({ detail }) => this.editor.tools.pressed(detail))
    this.bar.setAttribute('aria-controls', this.editor.id)
    this.follow(on)
    this.draw()
  }

  use(name) {
    if (name !== 'more') return name && this.editor.tools.use(name)
    this.draw()
    this.sheet.returnValue = ''
    this.sheet.addEventListener('close', () => this.chosen(this.sheet.returnValue), { once: true })
    this.sheet.showModal()
  }

  chosen(name) {
    if (name) this.editor.tools.use(name)
    else this.editor.view.focus()
  }

  key(event) {
    if (event.key === 'Escape') return this.editor.view.focus()
    if (!['ArrowRight', 'ArrowLeft', 'Home', 'End'].includes(event.key)) return
    event.preventDefault()
    const seen = this.buttons.filter((button) => button.offsetParent !== null)
    const at = seen.indexOf(document.activeElement)
    const next = seen.at({ ArrowRight: (at + 1) % seen.length, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key])
    this.buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1 })
    next.focus()
  }

  moved() {
    this.drawing ??= requestAnimationFrame(() => { this.drawing = null; this.draw() })
  }

  draw() {
    if (this.editor.isGone) return
    const { on } = this.editor.tools
    for (const button of [...this.buttons, ...this.sheet.querySelectorAll('[aria-pressed]')]) {
      const name = button.dataset.tool ?? button.value
      if (button.hasAttribute('aria-pressed')) button.setAttribute('aria-pressed', String(name === 'code' ? this.editor.isCode : Boolean(on[name])))
    }
  }

  /** On a phone the tools stand at the bottom, above the keyboard, which covers part of the window. */
  follow(on) {
    const view = window.visualViewport
    const move = () => this.host.style.setProperty('--keyboard', `${Math.max(0, innerHeight - view.height - view.offsetTop)}px`)
    for (const type of view ? ['resize', 'scroll'] : []) on(view, type, move)
  }
}
