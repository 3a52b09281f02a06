// <job-progress>: how far something is, asked of the page itself each second; the page is read again when it is over.
// A page that leads elsewhere then has an address that only tells: data-at="….json".
import { getJSON, getText } from '../lib/request.js'

const PAUSE = 1000
const LONGEST = 8000

class JobProgress extends HTMLElement {
  connectedCallback() {
    this.stopped = new AbortController()
    for (const words of document.querySelectorAll('[data-without-script]')) words.hidden = true // this looks by itself
    this.look(PAUSE)
  }

  disconnectedCallback() {
    this.stopped.abort()
    clearTimeout(this.timer)
  }

  async ask() {
    if (this.dataset.at) return getJSON(this.dataset.at, this.stopped.signal)
    const page = new DOMParser().parseFromString(await getText(location.href, this.stopped.signal), 'text/html')
    const now = page.querySelector('job-progress progress')
    return { running: Boolean(now), percent: now?.value, step: page.querySelector('job-progress [data-step]')?.textContent.trim() }
  }

  look(delay) {
    this.timer = setTimeout(async () => {
      try {
        const { running, percent, step } = await this.ask()
        if (!running) return location.reload()
        this.querySelector('progress').value = percent
        const said = this.querySelector('[data-step]')
        if (said.textContent.trim() !== step) said.textContent = step
        this.look(PAUSE)
      } catch {
        if (!this.stopped.signal.aborted) this.look(Math.min(LONGEST, delay * 2))
      }
    }, delay)
  }
}

customElements.define('job-progress', JobProgress)
