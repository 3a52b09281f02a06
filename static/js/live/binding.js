// Keeps the text on screen and the shared text equal: what is typed here goes there, what others type comes here.
import { Annotation } from '@codemirror/state'
import { EditorView, ViewPlugin } from '@codemirror/view'
import { UndoManager } from 'yjs'
import { change } from '../lib/change.js'

const LARGE = 100_000 // characters that go in one piece: a message has a greatest size
const CALM = 400 // milliseconds before what is shown is compared with what is shared
const GATHER = 500 // milliseconds: what is typed meanwhile is undone together

/** Marks what came from the shared text and must not go back there. */
export const fromRoom = Annotation.define()

/** The plugin for this shared text; `origin` is what its own changes are known by. */
export const binding = (text, origin) => ViewPlugin.define((view) => {
  const observe = (event, { origin: by }) => {
    if (by === origin) return
    const { changes, end } = read(event.delta)
    const mine = by instanceof UndoManager
    view.dispatch({
      changes, annotations: fromRoom.of(true),
      ...(mine && { selection: { anchor: end }, scrollIntoView: true, userEvent: 'undo' }),
    })
  }
  // Half a letter (an emoji has two) may be deleted by a program, never in the shared text: what is shared is what is shown.
  const mend = () => {
    const difference = change(view.state.doc.toString(), text.toString())
    if (difference) view.dispatch({ changes: { from: difference.start, to: difference.end, insert: difference.insert }, annotations: fromRoom.of(true) })
  }
  let mending
  text.observe(observe)
  return {
    update({ transactions, docChanged }) {
      for (const one of transactions) if (one.docChanged && !one.annotation(fromRoom)) write(text, one.changes, origin)
      if (docChanged) mending ??= setTimeout(() => { mending = null; mend() }, CALM)
    },
    destroy() {
      clearTimeout(mending)
      text.unobserve(observe)
    },
  }
})

/** Yjs's account of a change as CodeMirror takes it; `end`: where the last of it ends, afterwards. */
function read(delta) {
  const changes = []
  let [before, after, end] = [0, 0, 0]
  for (const { retain, insert, delete: gone } of delta) {
    if (retain) {
      before += retain
      after += retain
    } else if (insert !== undefined) {
      changes.push({ from: before, insert })
      end = after += insert.length
    } else {
      changes.push({ from: before, to: before + gone })
      before += gone
      end = after
    }
  }
  return { changes, end }
}

function write(text, changes, origin) {
  const acts = []
  let moved = 0
  changes.iterChanges((from, to, _from, _to, inserted) => {
    const at = from + moved
    if (to > from) acts.push(() => text.delete(at, to - from))
    const words = inserted.sliceString(0, inserted.length, '\n')
    for (let done = 0; done < words.length; done += LARGE) acts.push(() => text.insert(at + done, words.slice(done, done + LARGE)))
    moved += inserted.length - (to - from)
  })
  if (changes.newLength - changes.length > LARGE) acts.forEach((act) => text.doc.transact(act, origin))
  else text.doc.transact(() => acts.forEach((act) => act()), origin)
}

/** Undo and redo of what was done here, never of what others did. A paste, a tool and a form are steps of their own. */
export function undoing(text, origin) {
  const manager = new UndoManager(text, { trackedOrigins: new Set([origin]), captureTimeout: GATHER })
  const apart = EditorView.updateListener.of(({ transactions }) => {
    if (transactions.some((one) => one.isUserEvent('input.paste') || one.isUserEvent('input.tool') || one.isUserEvent('select'))) manager.stopCapturing()
  })
  return { manager, apart }
}
