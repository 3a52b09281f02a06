// The text as others will read it, made by the server, which is also the one that makes it safe.
import { listening } from '../lib/parts.js'
import { SignedOut, postForText } from '../lib/request.js'

export class Preview {
  constructor(editor) {
    this.editor = editor
    this.button = editor.toolbar?.querySelector('[data-tool="preview"]')
    this.pane = editor.querySelector('.preview')
    const { on, stop } = listening()
    this.stop = () => { this.asking?.abort(); stop() }
    if (!this.button || !this.pane) return
    this.button.hidden = false
    on(this.button, 'click', () => (this.isOpen ? this.close() : this.open()))
  }

  get isOpen() {
    return this.button.getAttribute('aria-pressed') === 'true'
  }

  async open() {
    this.show(true)
    this.pane.setAttribute('aria-busy', 'true')
    this.asking = new AbortController()
    try {
      this.pane.innerHTML = await postForText(this.editor.dataset.preview, { text: this.editor.area.value }, this.asking.signal)
    } catch (error) {
      if (error.name === 'AbortError') return
      const { signedOut, noPreview } = this.editor.dataset
      this.pane.textContent = error instanceof SignedOut ? signedOut : noPreview
    }
    this.pane.removeAttribute('aria-busy')
  }

  close() {
    this.asking?.abort()
    this.show(false)
    this.editor.area.focus()
  }

  show(isOpen) {
    this.button.setAttribute('aria-pressed', String(isOpen))
    this.pane.hidden = !isOpen
    this.editor.area.hidden = isOpen
    for (const tool of this.editor.toolbar.querySelectorAll('button')) {
      if (tool !== this.button) tool.disabled = isOpen
    }
    if (isOpen) this.pane.replaceChildren(this.skeleton())
  }

  skeleton() {
    const shape = document.createElement('div')
    shape.className = 'skeleton'
    shape.append(...Array.from({ length: 4 }, () => document.createElement('i')))
    return shape
  }
}
