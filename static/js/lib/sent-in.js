// A file put in a text leaves in pieces: a cut only delays it. What sends it is asked for with the first one, not with the page.

/** Sends a file to the group and the item that `address` names; { done: a promise of { markdown, … }, cancel() }. */
export function sendIn(address, file, onProgress) {
  const { searchParams } = new URL(address, location.href)
  let [sending, isStopped] = [null, false]
  const begin = async () => {
    const { send } = await import('./sending.js')
    if (isStopped) throw new DOMException('stopped', 'AbortError')
    sending = send(file, { ...Object.fromEntries(searchParams), onProgress })
    return sending
  }
  const cancel = () => { isStopped = true; sending?.cancel() }
  return { done: begin(), cancel }
}
