// A line to the server that is tried again until it holds, and found dead even when the browser does not know.
// Says 'open', 'message' (bytes), 'lost', and 'closed' (with its code) when there is nothing more to try.

const SILENCE = 35_000 // milliseconds without a word: the line is dead
const LOOK = 5_000
const FINAL = new Set([1003, 1009])
const FIRST = 400
const LONGEST = 12_000

/** Milliseconds before a new try: a delay that doubles, never the same for all. */
export const delay = (tries, random = Math.random) => Math.round(Math.min(LONGEST, FIRST * 2 ** tries) * (0.5 + random() / 2))

/** Whether the server means it: coming back would not help. */
export const isFinal = (code) => FINAL.has(code) || (code >= 4400 && code < 4500)

export class Line extends EventTarget {
  /** `begun`: a line that is already open or opening, with what it heard meanwhile (lib/begun.js). */
  constructor(url, { Socket = globalThis.WebSocket, pause = delay, begun = null } = {}) {
    super()
    Object.assign(this, { url, Socket, pause, begun, failures: 0, isOver: false, heard: 0 })
  }

  connect() {
    if (this.isOver || this.socket) return
    clearTimeout(this.timer)
    this.watch ??= setInterval(() => this.look(), LOOK)
    const begun = this.begun?.socket.readyState < 2 ? this.begun : null
    this.begun = null
    const socket = this.socket = begun?.socket ?? new this.Socket(this.url)
    socket.binaryType = 'arraybuffer'
    this.heard = Date.now()
    socket.onopen = () => socket === this.socket && this.tell('open', {})
    socket.onclose = ({ code }) => socket === this.socket && this.lost(code)
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return
      this.heard = Date.now()
      this.tell('message', new Uint8Array(data))
    }
    if (begun?.socket.readyState === 1) this.tell('open', { hasAsked: true })
    for (const data of begun?.heard ?? []) socket.onmessage({ data })
  }

  get isOpen() {
    return this.socket?.readyState === 1
  }

  send(bytes) {
    if (this.isOpen) this.socket.send(bytes)
  }

  /** The other side works: the next failure is a first one again. */
  holds() {
    this.failures = 0
  }

  look() {
    if (this.socket && Date.now() - this.heard > SILENCE) this.drop()
  }

  /** Asks for an answer: without one soon, the line is dead. */
  check(question) {
    if (!this.socket) return this.connect()
    if (!this.isOpen) return
    const asked = Date.now()
    this.send(question)
    setTimeout(() => this.socket && this.heard < asked && this.drop(), LOOK)
  }

  /** Gives this connection up; another is tried. */
  drop() {
    const { socket } = this
    if (!socket) return
    this.lost(1006)
    socket.close()
  }

  lost(code) {
    this.socket = null
    this.failures++
    if (isFinal(code)) {
      this.stop()
      return this.tell('closed', code)
    }
    this.timer = setTimeout(() => this.connect(), this.pause(this.failures - 1))
    this.tell('lost', code)
  }

  stop() {
    this.isOver = true
    clearInterval(this.watch)
    clearTimeout(this.timer)
    const { socket } = this
    this.socket = null
    socket?.close()
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}
