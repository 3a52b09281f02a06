// Sends a file in pieces (tus): what arrived stays, and the sending goes on after a loss of network, a reload, a sleep.
import { Upload } from 'tus-js-client'
import { isShared } from './device.js'
import { Checking, failure, fingerprint, pieceSize, refuseToStartAgain } from './pieces.js'
import { SignedOut, Unreachable, postForJSON } from './request.js'

const ENDPOINT = '/uploads'
const DELAYS = [300, 1000, 2000, 4000, 8000, 15_000, ...Array(100).fill(30_000)]
const SILENCE = 90_000 // milliseconds without a byte leaving after which a request is taken for dead
const WORTH_RETRYING = new Set([0, 409, 423, 429, 460, 500, 502, 503, 504])

/**
 * Sends a Blob, a File or a ReadableStream. Returns a promise of { id, url, title, markdown, … } with three handles:
 * `pause()`, `resume()`, and `cancel()`, which forgets what arrived.
 *
 * options: name (of the file), group, folder, parent, alt, credit; onProgress(part, bytes), where part is NaN while the
 * length is unknown; onWait(isWaiting), when the network is away and the sending will go on by itself; `key`, by which
 * the same sending is found again after a reload (a File has one of its own); `piece`, bytes of each request; `deferred`, when more may come than the
 * server was told at first: a stream, or a Blob that goes on with what a stream had begun.
 */
export function send(source, options = {}) {
  const sending = new Sending(source, options)
  const { done } = sending
  return Object.assign(done, { pause: () => sending.pause(), resume: () => sending.resume(), cancel: () => sending.cancel() })
}

class Sending {
  constructor(source, { name, key, piece, deferred, onProgress = () => {}, onWait = () => {}, ...fields }) {
    Object.assign(this, { onProgress, onWait })
    this.done = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }))
    const isStream = source instanceof ReadableStream
    const metadata = Object.fromEntries(Object.entries({ filename: name ?? source.name ?? 'image.png', ...fields })
      .filter(([, value]) => value !== undefined && value !== null && value !== ''))
    this.upload = new Upload(isStream ? source.getReader() : source, {
      endpoint: ENDPOINT, metadata, retryDelays: DELAYS, chunkSize: piece ?? pieceSize(), uploadLengthDeferred: isStream || Boolean(deferred),
      headers: { Accept: 'application/json' }, httpStack: new Checking(), removeFingerprintOnSuccess: true,
      storeFingerprintForResuming: !isShared(), fingerprint: async () => fingerprint(source, key, metadata),
      onAfterResponse: refuseToStartAgain, onShouldRetry: (error) => this.shouldRetry(error),
      onProgress: (sent, total) => this.progressed(sent, total), onError: (error) => this.fail(failure(error)), onSuccess: () => this.finish(),
    })
    this.watch()
    this.begin()
  }

  async begin() {
    const known = isShared() ? [] : await this.upload.findPreviousUploads()
    const latest = known.sort((one, other) => Date.parse(other.creationTime) - Date.parse(one.creationTime))[0]
    if (latest) this.upload.resumeFromPreviousUpload(latest)
    if (!this.isOver && !this.isPaused) this.upload.start()
  }

  /** A network that comes back, a screen that lights up: what waited goes on at once, what hung starts again. */
  watch() {
    this.ending = new AbortController()
    const { signal } = this.ending
    const wake = () => (this.isWaiting || this.isSilent) && this.restart()
    window.addEventListener('online', wake, { signal })
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake(), { signal })
    const timer = setInterval(() => this.isSilent && this.restart(), 10_000)
    signal.addEventListener('abort', () => clearInterval(timer))
    this.heard = Date.now()
  }

  get isSilent() {
    return !this.isPaused && !this.isWaiting && Date.now() - this.heard > SILENCE
  }

  async restart() {
    this.heard = Date.now()
    const turn = this.turn = {}
    await this.upload.abort()
    if (turn === this.turn && !this.isOver && !this.isPaused) this.upload.start() // unless another began meanwhile
  }

  shouldRetry(error) {
    if (this.isOver || error.causingError instanceof SignedOut) return false
    const retries = WORTH_RETRYING.has(error.originalResponse?.getStatus() ?? 0)
    if (retries) this.wait(true)
    return retries
  }

  wait(isWaiting) {
    if (this.isWaiting === isWaiting) return
    this.isWaiting = isWaiting
    this.onWait(isWaiting)
  }

  progressed(sent, total) {
    this.heard = Date.now()
    this.wait(false)
    this.onProgress(total ? sent / total : NaN, sent)
  }

  /** All arrived: ask for the file it became, until the server answers. */
  async finish() {
    for (const delay of DELAYS) {
      try {
        return this.end(this.resolve, await postForJSON(this.upload.url, {}))
      } catch (error) {
        if (!(error instanceof Unreachable) && !WORTH_RETRYING.has(error.status)) return this.fail(error)
        this.wait(true)
        await new Promise((next) => setTimeout(next, delay))
      }
      if (this.isOver) return undefined
    }
    return this.fail(new Unreachable())
  }

  async pause() {
    this.isPaused = true
    this.wait(false)
    await this.upload.abort()
  }

  resume() {
    if (!this.isPaused || this.isOver) return
    this.isPaused = false
    this.heard = Date.now()
    this.turn = {}
    this.upload.start()
  }

  async cancel() {
    if (this.isOver) return
    this.fail(new DOMException('stopped', 'AbortError'))
    await this.upload.abort(Boolean(this.upload.url)).catch(() => {}) // what is left is forgotten by itself
  }

  fail(error) {
    this.end(this.reject, error)
  }

  end(settle, value) {
    this.isOver = true
    this.ending.abort()
    settle(value)
  }
}
