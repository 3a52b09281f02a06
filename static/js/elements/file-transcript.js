// <file-transcript data-media="12"> around the lines of a recording: the line being heard is shown, a press on its words plays
// it, and a line, or words that are selected, can be quoted in a page with their sound.
import { icon, listening, make } from '../lib/parts.js'

class FileTranscript extends HTMLElement {
  connectedCallback() {
    const { on, stop } = listening()
    this.stop = stop
    this.lines = [...this.querySelectorAll('[data-start]')]
    on(document, 'moment', ({ detail }) => detail.media === this.dataset.media && this.follow(detail.ms))
    on(this, 'click', ({ target }) => this.press(target))
    if (!this.dataset.quote) return
    on(document, 'selectionchange', () => this.offer())
    for (const line of this.lines.filter(({ classList }) => !classList.contains('is-masked'))) this.offerLine(line)
  }

  disconnectedCallback() {
    this.stop?.()
    this.bar?.remove()
    for (const one of this.querySelectorAll('.line-quote')) one.remove()
  }

  offerLine(line) {
    const at = line.querySelector('.line-at').lastChild.textContent.trim()
    const button = make('button', { type: 'button', class: 'btn btn--tool line-quote', title: this.dataset.quote, 'aria-label': `${this.dataset.quote}, ${at}` }, icon('citation'))
    button.addEventListener('click', () => {
      this.querySelector('.quote-bar')?.remove()
      this.bar = make('div', { class: 'quote-bar' })
      line.after(this.bar)
      this.copy(this.words([line]))
    })
    line.append(button)
  }

  /** What a page is to hold so that these lines are quoted in it. */
  words(lines) {
    const start = Math.floor(Number(lines[0].dataset.start) / 1000)
    const end = Math.max(start + 1, Math.ceil(Number(lines.at(-1).dataset.end) / 1000))
    return `{{moment ${this.dataset.media} ${start}-${end}}}`
  }

  follow(ms) {
    const heard = this.lines.filter(({ dataset: { start, end } }) => ms >= Number(start) && ms < Number(end))
    for (const line of this.lines) line.classList.toggle('is-heard', heard.includes(line))
  }

  press(target) {
    const line = target.closest('[data-start]')
    if (!line || target.closest('a, button') || !getSelection().isCollapsed) return
    line.querySelector('a').click()
  }

  /** What is selected inside the lines, from the first line it touches to the last. */
  chosen() {
    const selection = getSelection()
    if (selection.isCollapsed || !this.contains(selection.anchorNode)) return []
    return this.lines.filter((line) => !line.classList.contains('is-masked') && selection.containsNode(line, true))
  }

  offer() {
    const lines = this.chosen()
    this.bar?.remove()
    this.bar = null
    if (!lines.length) return
    const button = make('button', { type: 'button', class: 'btn' }, icon('citation'), this.dataset.quote)
    button.addEventListener('click', () => this.copy(this.words(lines)))
    this.bar = make('div', { class: 'quote-bar' }, button)
    lines.at(-1).after(this.bar)
  }

  async copy(text) {
    const said = make('p', { role: 'status', class: 'hush' }, this.dataset.copied, ' ', make('code', {}, text))
    this.bar.replaceChildren(said)
    this.bar = null // it stays until the next words are chosen
    await navigator.clipboard?.writeText(text).catch(() => {})
  }
}

customElements.define('file-transcript', FileTranscript)
