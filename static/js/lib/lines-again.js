// Lines of a <transcript-editor> that come back: those that could not leave the last time, those that others wrote meanwhile.
import { putValues, valuesOf } from './typing.js'

/** What could not leave is put back, and leaves with the words that its screen knew. */
export function takeUpAgain(editor) {
  const { changed = [], removed = [] } = editor.keeping.left() ?? {}
  for (const line of changed) {
    const item = editor.item(line.key) ?? editor.add(editor.list.lastElementChild, line.start, line.key)
    if ('locked' in item.dataset) continue
    if (line.was) editor.keeping.known.set(line.key, line.was)
    putValues(item, line)
    // What others masked meanwhile stays masked, unless this screen had lifted it by hand.
    if (line.masked || line.lifted) editor.mask(item, line.masked)
    editor.keeping.changed(line.key)
  }
  for (const { key, was } of removed.filter((one) => one?.key)) {
    editor.keeping.known.set(key, was)
    editor.item(key)?.remove()
    editor.keeping.changed(key)
  }
}

/** Others wrote this line: theirs stays, mine comes after it, and who reads them both decides. */
export function part(editor, line) {
  const mine = valuesOf(editor.item(line.key))
  const item = editor.item(line.key) ?? editor.add(editor.list.lastElementChild, line.start, line.key)
  putValues(item, line)
  editor.mask(item, line.masked)
  if (!mine?.text) return
  const made = editor.add(item, mine.start)
  putValues(made, mine)
  if (mine.masked) editor.mask(made, true)
  editor.keeping.changed(made.dataset.key)
  editor.tell('apart')
}
