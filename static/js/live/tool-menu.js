// « / » on an empty line: the tools as a list, for those who would rather not leave the keyboard.
import { SuggestionList } from '../elements/suggestion-list.js'
import { fill, matches } from '../lib/words.js'

const ASKED = /^[ \t]*\/(\p{L}*)$/u
const LEFT_OUT = new Set(['more', 'undo', 'redo', 'edit', 'bold', 'italic', 'strike', 'indent', 'outdent', 'find', 'code'])

export class ToolMenu extends SuggestionList {
  constructor(editor, { host, tools, words }) {
    super(editor)
    Object.assign(this, { host, tools, words })
  }

  /** Every tool that puts something, with the words of its button. */
  get offers() {
    const buttons = [...this.host.querySelectorAll('.toolbar--live [data-tool]'), ...document.querySelectorAll('dialog.co-more .co-tile')]
    const named = buttons.map((button) => [button.dataset.tool ?? button.value, button.textContent.trim()])
    return [...new Map(named)].filter(([tool]) => !LEFT_OUT.has(tool)).map(([tool, words]) => ({ tool, words }))
  }

  look() {
    const { text, start, end } = this.editor.state
    const beginning = text.lastIndexOf('\n', start - 1) + 1
    const isAtTheEnd = start === end && (text[start] ?? '\n') === '\n'
    const asked = isAtTheEnd ? ASKED.exec(text.slice(beginning, start)) : null
    const found = asked ? this.offers.filter(({ words }) => matches(words, asked[1])) : []
    if (!found.length) return this.close()
    this.from = start - asked[1].length - 1
    this.open(found, this.from, fill(this.words.tools, { count: found.length }))
  }

  choose(option) {
    const { from } = this
    this.close()
    if (!option) return
    this.tools.replace(from, this.editor.state.start, '')
    this.tools.use(option.offer.tool)
  }
}
