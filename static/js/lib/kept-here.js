// Whether this device keeps the pages one opens readable without network: one's own device does, a shared computer never.
import { isShared } from './device.js'

const NAMES = 'essaim-'

/** Whether the page on screen is one that this device kept, given back without network. */
export const isGivenBack = () => Boolean(document.querySelector('.kept-page'))

/** Whether a page opened here may be given back later. */
export const mayGiveBack = () => Boolean(navigator.serviceWorker?.controller) && !isShared()

/** Begins to keep, or forgets all that was kept, according to whose device this is. */
export async function keepPages() {
  const { serviceWorker } = navigator
  if (!serviceWorker) return // a page without https: said where it matters
  if (isShared() || document.querySelector('shared-computer')) {
    const known = await serviceWorker.getRegistration('/').catch(() => null)
    if (known) await known.unregister()
    return forgetPages()
  }
  // Of pages that are nobody's the worker itself decides: it knows whether the server gave them.
  if (!document.body.dataset.user) return
  addEventListener('online', () => serviceWorker.controller?.postMessage('ask'))
  await serviceWorker.register('/sw.js', { scope: '/' }).catch(() => {})
}

/** One of them may not be read any more: none is given back, as the worker does when it sees it by itself. */
export const forgetGiven = () => navigator.serviceWorker?.controller?.postMessage('forget')

/** Everything that was kept of pages and pictures goes. */
export async function forgetPages() {
  try {
    for (const name of await globalThis.caches?.keys() ?? []) if (name.startsWith(NAMES) && !name.endsWith('parts')) await caches.delete(name)
  } catch { /* nothing is kept then */ }
}
