// What an update of a shared text says, without a room.
import { Doc, applyUpdate } from 'yjs'

export function textOf(update) {
  const doc = new Doc()
  applyUpdate(doc, update)
  return doc.getText('content').toString()
}
