// What a paste becomes: Markdown from the web and from word processors, a link when an address is pasted over words.
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { apart, toMarkdown } from '../lib/pasted.js'
import { fill } from '../lib/words.js'
import { fromRoom } from './binding.js'
import { lineAt } from './shape.js'

const MOST_HTML = 3_000_000 // characters: beyond, only the plain text is taken
const CODE = new Set(['code', 'fence', 'front', 'html'])

export const pasting = (desk) => [
  EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, '\n')),
  EditorView.domEventHandlers({
    paste(event, view) {
      const { clipboardData: data } = event
      if (!data || view.state.readOnly) return false
      const pasted = addressOver(data, view) ?? fromHtml(data, view)
      if (pasted === null) return false
      event.preventDefault()
      const { from, to } = view.state.selection.main
      const made = apart(pasted, view.state.sliceDoc(0, from), view.state.sliceDoc(to))
      view.dispatch({ changes: { from, to, insert: made }, selection: { anchor: from + made.length }, userEvent: 'input.paste', scrollIntoView: true })
      desk.tell(desk.words.pasted)
      return true
    },
  }),
]

function addressOver(data, view) {
  const { from, to } = view.state.selection.main
  const words = view.state.sliceDoc(from, to)
  const address = data.getData('text/plain').trim()
  if (!words.trim() || words.includes('\n') || !/^https?:\/\/\S+$/.test(address) || /^https?:\/\/\S+$/.test(words.trim())) return null
  return `[${words.trim()}](${address.replace(/\(/g, '%28').replace(/\)/g, '%29')})`
}

function fromHtml(data, view) {
  const html = data.getData('text/html')
  const isCode = CODE.has(lineAt(view.state, view.state.selection.main.head).kind) || data.types.includes('vscode-editor-data')
  if (!html || html.length > MOST_HTML || isCode) return null
  const made = toMarkdown(html)
  return made || null
}

/** A text that would become too long is refused with words, before it is shared. */
export const guard = (desk) => EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.annotation(fromRoom)) return transaction
  const { newDoc: { length }, startState: { doc } } = transaction
  if (cutsLetters(transaction.changes, doc)) return []
  if (length <= desk.longest || length <= doc.length) return transaction
  setTimeout(() => desk.alert(fill(desk.words.tooLong, { count: desk.longest.toLocaleString(desk.words.language) })))
  return []
})

/** Whether a change would part the two halves of a letter (an emoji has two), which the server cannot hold. */
function cutsLetters(changes, doc) {
  let cuts = false
  const isInside = (at) => /^[\ud800-\udbff][\udc00-\udfff]$/.test(doc.sliceString(Math.max(0, at - 1), at + 1))
  changes.iterChanges((from, to) => { cuts ||= isInside(from) || isInside(to) })
  return cuts
}
