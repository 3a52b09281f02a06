// The line that soon.js opened before the other scripts were there.

/** The line begun to this address, once: { socket, heard (messages that wait) }; null when there is none that holds. */
export function takeBegun(url) {
  const { begunLine: begun } = globalThis
  if (!begun || begun.socket.url !== url) return null
  delete globalThis.begunLine
  return begun.socket.readyState < 2 ? begun : null
}

/** It will not be used. */
export function dropBegun() {
  globalThis.begunLine?.socket.close()
  delete globalThis.begunLine
}
