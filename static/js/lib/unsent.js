// Words that only this browser holds: asked about before they are erased.
import { isShared } from './device.js'
import { bothNames, isWorthOffering, myDrafts } from './drafts.js'
import { KeptTexts } from './kept.js'

/** Whether what was typed here and never reached the server may be erased; true at once when there is nothing. */
export async function mayErase() {
  const drafts = myDrafts()
  const isTyped = drafts.names().some((name) => !drafts.read(name.slice(drafts.prefix.length))?.sent)
  const kept = isTyped || globalThis.indexedDB && (await new KeptTexts(document.body.dataset.user).of('')).some(([, record]) => record?.waits !== false)
  const dialog = document.getElementById('unsent')
  if (!kept || !dialog?.showModal) return true
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }))
}

/** Keeps a text as a draft of the plain field, beside those that wait there already; true when it is safe. */
export function keepAsDraft(key, text, revision, recorded) {
  const drafts = myDrafts()
  if (isShared()) return false
  if (!isWorthOffering({ text }, recorded)) return true
  const [beside, plain] = bothNames(key)
  const name = [plain, beside].find((one) => !drafts.read(one) || drafts.read(one).text === text)
  const all = name ? text : `${drafts.read(beside).text}\n\n---\n\n${text}` // none of several is lost
  return drafts.keep(name ?? beside, all, { revision: String(revision ?? '') })
}

/** Words of a shared text that never left become drafts, for who now writes it in the plain field. */
export async function keptToDrafts({ room, draft }, recorded) {
  const store = new KeptTexts(document.body.dataset.user)
  for (const [name, { text, revision, waits }] of globalThis.indexedDB ? await store.of(`${room}#`) : []) {
    if (waits === false || typeof text === 'string' && keepAsDraft(draft, text, revision, recorded)) await store.drop([name])
  }
}
