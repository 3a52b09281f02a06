// Words that only this browser holds: asked about before they are erased.
import { myDrafts } from './drafts.js'
import { KeptTexts } from './kept.js'

/** Whether what was typed here and never reached the server may be erased; true at once when there is nothing. */
export async function mayErase() {
  const drafts = myDrafts()
  const isTyped = drafts.names().some((name) => !drafts.read(name.slice(drafts.prefix.length))?.sent)
  const kept = isTyped || globalThis.indexedDB && (await new KeptTexts(document.body.dataset.user).of('')).length
  const dialog = document.getElementById('unsent')
  if (!kept || !dialog?.showModal) return true
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }))
}
