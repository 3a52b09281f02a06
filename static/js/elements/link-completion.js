// After `[[`, a list of the pages whose title goes on like that: arrows, Enter, Escape; or a press.
import { caretPlace } from '../lib/caret.js'
import { complete, openLink } from '../lib/completion.js'
import { listening, make } from '../lib/parts.js'
import { getJSON } from '../lib/request.js'
import { fill } from '../lib/words.js'

let made = 0

export class LinkCompletion {
  constructor(editor) {
    this.editor = editor
    this.area = editor.area
    this.list = make('ul', { class: 'completion', role: 'listbox', id: `links-${++made}`, hidden: true })
    this.voice = make('p', { class: 'visually-hidden', role: 'status' })
    editor.append(this.list, this.voice)
    this.area.setAttribute('aria-autocomplete', 'list')
    this.area.setAttribute('aria-controls', this.list.id)
    const { on, stop } = listening()
    this.stop = () => { stop(); this.close(); this.list.remove(); this.voice.remove() }
    // In the shared text, whoever draws it says when something was typed.
    if (!editor.isShared) {
      on(this.area, 'input', () => this.look())
      on(this.area, 'keydown', (event) => this.key(event))
      on(this.area, 'blur', () => this.close())
      on(this.area, 'click', () => this.close())
    }
    on(this.list, 'mousedown', (event) => event.preventDefault())
    on(this.list, 'click', (event) => this.choose(event.target.closest('li')))
  }

  get isOpen() {
    return !this.list.hidden
  }

  async look() {
    const { text, start, end } = this.editor.state
    this.link = start === end ? openLink(text, start) : null
    this.asking?.abort()
    clearTimeout(this.timer)
    if (!this.link) return this.close()
    this.timer = setTimeout(() => this.ask(this.link.query), 120)
  }

  async ask(query) {
    this.asking = new AbortController()
    try {
      const address = new URL(this.editor.dataset.complete, location.href)
      address.searchParams.set('q', query)
      const found = await getJSON(address, this.asking.signal)
      this.show(found.slice(0, 8))
    } catch {
      this.close() // a link can always be typed by hand
    }
  }

  show(found) {
    if (!this.link || document.activeElement !== this.area) return
    const { links, noLink, ambiguous } = this.editor.dataset
    const count = fill(links, { count: found.length })
    this.voice.textContent = found.length ? count : noLink
    this.list.setAttribute('aria-label', count)
    const title = this.link.query.trim()
    if (!found.length && !title) return this.close()
    const pages = found.length ? found : [{ title, note: noLink }]
    this.list.replaceChildren(...pages.map((page, index) => {
      const note = page.note ?? (page.ambiguous ? page.group ?? ambiguous : null)
      const option = make('li', { role: 'option', id: `${this.list.id}-${index}`, 'aria-selected': 'false' },
        make('span', {}, page.title), note ? make('small', {}, note) : null)
      option.page = page
      return option
    }))
    this.list.hidden = false
    this.place()
    this.select(0)
  }

  place() {
    const { isShared, placeOf } = this.editor
    const { left, bottom, width } = isShared ? placeOf(this.link.start) ?? {} : caretPlace(this.area, this.link.start)
    const [top, start] = isShared ? [0, 0] : [this.area.offsetTop, this.area.offsetLeft]
    this.list.style.insetBlockStart = `${top + bottom + 4}px`
    this.list.style.insetInlineStart = `${start + Math.max(0, Math.min(left, width - this.list.offsetWidth))}px`
  }

  select(index) {
    const options = [...this.list.children]
    this.at = (index + options.length) % options.length
    options.forEach((option, place) => option.setAttribute('aria-selected', String(place === this.at)))
    options[this.at].scrollIntoView({ block: 'nearest' })
    this.area.setAttribute('aria-activedescendant', options[this.at].id)
  }

  key(event) {
    if (!this.isOpen || event.isComposing) return false
    const actions = {
      ArrowDown: () => this.select(this.at + 1), ArrowUp: () => this.select(this.at - 1),
      Enter: () => this.choose(this.list.children[this.at]), Tab: () => this.choose(this.list.children[this.at]),
      Escape: () => this.close(),
    }
    if (!actions[event.key] || event.shiftKey) return false
    event.preventDefault()
    event.stopImmediatePropagation()
    actions[event.key]()
    return true
  }

  choose(option) {
    const { link } = this
    this.close()
    if (option && link) this.editor.apply(complete(this.editor.state, link, option.page.insert ?? option.page.title))
  }

  close() {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.list.hidden = true
    this.link = null
    this.area.removeAttribute('aria-activedescendant')
  }
}
