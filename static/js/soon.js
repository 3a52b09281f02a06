// Read before the first drawing of a page whose text is written together: its plain field, which will not be used, is not laid
// out, and the line to the server opens while the scripts come. Whatever goes wrong afterwards, the field comes back.
// It runs as a plain script, at once: it can import nothing.
const root = document.documentElement
const { room } = document.currentScript.dataset
const PATIENCE = 10_000 // milliseconds
const NOTHING_YET = new Uint8Array([0, 0, 1, 0]) // lib/wire.js: whatIHave() of an empty text; the answer is all of it

if ('WebSocket' in globalThis && 'adoptedStyleSheets' in document) {
  root.classList.add('co-soon')
  if (room) begin(new WebSocket(new URL(room, location.href.replace(/^http/, 'ws'))))
  setTimeout(() => {
    root.classList.remove('co-soon')
    globalThis.begunLine?.socket.close() // nobody came for it
  }, PATIENCE)
}

/** Asks for the text; what is heard waits for the room (lib/begun.js). */
function begin(socket) {
  const heard = []
  socket.binaryType = 'arraybuffer'
  socket.onopen = () => socket.send(NOTHING_YET)
  socket.onmessage = ({ data }) => heard.push(data)
  globalThis.begunLine = { socket, heard }
}
