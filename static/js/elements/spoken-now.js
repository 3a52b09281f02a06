// <spoken-now data-media="12"> says in large letters what is being heard, from the lines written below.
class SpokenNow extends HTMLElement {
  connectedCallback() {
    this.lines = [...document.querySelectorAll(`file-transcript[data-media="${this.dataset.media}"] details[open] li[data-start]:not(.is-masked)`)]
    if (!this.lines.length) return
    this.words = this.querySelector('[data-words]')
    this.listen = ({ detail }) => detail.media === this.dataset.media && this.follow(detail.ms)
    document.addEventListener('moment', this.listen)
  }

  disconnectedCallback() {
    document.removeEventListener('moment', this.listen)
  }

  follow(ms) {
    const line = this.lines.findLast(({ dataset }) => ms >= Number(dataset.start)) ?? this.lines[0]
    const said = [...line.querySelector('p').childNodes].filter((node) => node.nodeName !== 'B').map((node) => node.textContent).join('').trim()
    this.hidden = !said
    this.words.textContent = `«\u00a0${said}\u00a0»`
  }
}

customElements.define('spoken-now', SpokenNow)
