// <more-lines> holds an empty line of a table; once something is typed in it, another empty one stands below.
class MoreLines extends HTMLElement {
  connectedCallback() {
    this.spare ??= this.firstElementChild?.cloneNode(true)
    this.count ??= 0
    this.stop = new AbortController()
    this.addEventListener('input', ({ target }) => this.typed(target), { signal: this.stop.signal })
  }

  disconnectedCallback() {
    this.stop?.abort()
  }

  typed(target) {
    const last = this.lastElementChild
    if (!this.spare || !last.contains(target) || !target.value || target.matches('select')) return
    this.count += 1
    const line = this.spare.cloneNode(true)
    for (const part of line.querySelectorAll('[id], [for]')) {
      if (part.id) part.id += `-${this.count}`
      if (part.htmlFor) part.htmlFor += `-${this.count}`
    }
    this.append(line)
  }
}

customElements.define('more-lines', MoreLines)
