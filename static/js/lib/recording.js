// One recording on its way: each few seconds are kept on the device, then leave for the server, while the voice goes on.
import { endingOf, formatFor } from './formats.js'
import { fill, moment } from './words.js'

const EVERY = 3000 // ms of sound in one piece: what the worst cut can cost
const RATES = { voice: { audioBitsPerSecond: 48_000 }, film: { audioBitsPerSecond: 64_000, videoBitsPerSecond: 1_500_000 } }
const PIECES = { voice: 24_000, film: 500_000 } // bytes of one request: a few seconds of each

/** « Voix, lundi 30 novembre à 14 h 32 »: the colon of an hour is no good in the name of a file. */
export function nameNow(words, kind) {
  const { lang } = document.documentElement
  const at = moment(Date.now(), lang, 0).replaceAll('\u00a0', ' ').replace(':', '.')
  return fill(words[`${kind}Title`], { at })
}

/** What sends, brought while the browser asks whether it may listen: later, there may be no network. */
export const bringSender = () => import('./sending.js')

export class Recording {
  /** `about`: { kind, title, group, parent }. onEnd: when it stops by itself, the microphone being taken away. */
  constructor(media, store, about, { onEnd = () => {}, onWait = () => {} } = {}) {
    const { kind } = about
    const mimeType = formatFor(kind, (form) => MediaRecorder.isTypeSupported(form), navigator.vendor)
    this.recorder = new MediaRecorder(media, { ...RATES[kind], ...(mimeType ? { mimeType } : {}) })
    Object.assign(this, { media, store, onWait, kind, key: crypto.randomUUID(), pieces: [], elapsed: 0, safe: Promise.resolve() })
    const type = this.recorder.mimeType || mimeType
    this.about = { ...about, type, name: `${about.title}.${endingOf(type)}`, at: Date.now() }
    this.feed = new ReadableStream({ start: (control) => { this.control = control } })
    this.recorder.addEventListener('dataavailable', ({ data }) => data.size && this.add(data))
    this.stopped = new Promise((resolve) => this.recorder.addEventListener('stop', resolve))
    for (const track of media.getTracks()) track.addEventListener('ended', () => { this.stop(); onEnd() })
  }

  async start() {
    this.isKept = await this.store.begin(this.key, this.about)
    this.recorder.start(EVERY)
    this.since = performance.now()
    this.leave(this.feed)
  }

  /** Sends from here, or from the beginning when a first sending failed: what arrived is not sent twice. */
  leave(source) {
    const { name, group, parent } = this.about
    const options = { name, group, parent, key: this.key, deferred: true, piece: PIECES[this.kind], onWait: this.onWait }
    this.sending = bringSender().then(({ send }) => {
      this.handle = send(source, options)
      return this.handle
    })
    // Told when it is to be kept: the voice goes on.
    this.sending.catch((error) => { this.trouble = error; this.onWait(true) })
  }

  add(piece) {
    const index = this.pieces.push(piece)
    this.safe = this.safe.then(async () => {
      await this.store.add(this.key, index, piece)
      this.control.enqueue(piece)
    })
  }

  get isPaused() { return this.recorder.state === 'paused' }

  /** Milliseconds recorded, pauses left out. */
  get length() { return this.elapsed + (this.since === undefined ? 0 : performance.now() - this.since) }

  pause() {
    if (this.recorder.state !== 'recording') return
    this.recorder.requestData()
    this.recorder.pause()
    this.elapsed = this.length
    delete this.since
  }

  resume() {
    this.recorder.resume()
    this.since = performance.now()
  }

  /** Ends it; resolves to the whole, ready to be listened to. */
  async stop() {
    this.elapsed = this.length
    delete this.since
    if (this.recorder.state !== 'inactive') this.recorder.stop()
    for (const track of this.media.getTracks()) track.stop()
    await this.stopped
    await this.safe
    return this.whole
  }

  get whole() { return new Blob(this.pieces, { type: this.about.type }) }

  /** Keeps it for good: { id, url, title, markdown }. Closed meanwhile, the page of a later visit sends it, and says `said`. */
  async keep(said) {
    await this.store.wish(this.key, { ...this.about, said })
    if (!this.isClosed) this.control.close()
    this.isClosed = true
    if (this.trouble) this.leave(this.whole)
    delete this.trouble
    const file = await this.sending
    await this.store.drop(this.key)
    return file
  }

  /** Throws it away, here and on the server. */
  async drop() {
    this.handle?.cancel()
    await this.store.drop(this.key)
  }
}

/** A recording that an earlier visit left on this device, which goes on from what had arrived. */
export async function sendLeft({ key, about, blob }, store) {
  const { send } = await bringSender()
  const { name, group, parent, kind } = about
  const file = await send(blob, { name, group, parent, key, deferred: true, piece: PIECES[kind] })
  await store.drop(key)
  return file
}
