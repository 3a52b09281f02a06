// After `[[`, a list of the pages whose title goes on like that.
import { complete, openLink } from '../lib/completion.js'
import { getJSON } from '../lib/request.js'
import { fill } from '../lib/words.js'
import { SuggestionList } from './suggestion-list.js'

export class LinkCompletion extends SuggestionList {
  constructor(editor) {
    super(editor)
    // In the shared text, whoever draws it says when something was typed.
    if (editor.isShared) return
    this.on(this.area, 'input', () => this.look())
    this.on(this.area, 'keydown', (event) => this.key(event))
    this.on(this.area, 'blur', () => this.close())
    this.on(this.area, 'click', () => this.close())
  }

  look() {
    const { text, start, end } = this.editor.state
    this.link = start === end ? openLink(text, start) : null
    this.asking?.abort()
    clearTimeout(this.timer)
    if (!this.link) return this.close()
    this.timer = setTimeout(() => this.ask(this.link.query), 120)
  }

  async ask(query) {
    const { signal } = this.asking = new AbortController()
    try {
      const address = new URL(this.editor.dataset.complete, location.href)
      address.searchParams.set('q', query)
      const found = await getJSON(address, signal)
      if (!signal.aborted) this.show(found.slice(0, 8))
    } catch {
      if (!signal.aborted) this.close() // a link can always be typed by hand
    }
  }

  show(found) {
    if (!this.link || document.activeElement !== this.area) return
    const { links, noLink, ambiguous } = this.editor.dataset
    const title = this.link.query.trim()
    if (!found.length && !title) return this.close()
    const offers = found.map((page) => ({ words: page.title, note: page.ambiguous ? page.group ?? ambiguous : null, insert: page.insert }))
    const said = found.length ? fill(links, { count: found.length }) : noLink
    this.open(offers.length ? offers : [{ words: title, note: noLink }], this.link.start, said)
  }

  choose(option) {
    const { link } = this
    this.close()
    if (option && link) this.editor.apply(complete(this.editor.state, link, option.offer.insert ?? option.offer.words))
  }

  close() {
    clearTimeout(this.timer)
    this.asking?.abort()
    this.link = null
    super.close()
  }
}
