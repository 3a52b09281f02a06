// <media-recorder data-group data-parent data-words='{…}'>: a voice, a film or a photo taken in the page. Says « recorded » to the
// page with the file it became. What was recorded leaves as it comes, and what a closed page left behind is offered again.
import { openDevices, snapshot } from '../lib/camera.js'
import { hear, Meter } from '../lib/levels.js'
import { icon, listening, make } from '../lib/parts.js'
import { offerLeft } from '../lib/left-recordings.js'
import { bringSender, nameNow, Recording } from '../lib/recording.js'
import { Recordings } from '../lib/recordings.js'
import { Refused, SignedOut } from '../lib/request.js'
import { clock } from '../lib/times.js'
import { fill } from '../lib/words.js'

// What is said of each state while the network is there, while it is away and the device keeps it, or keeps nothing.
const WAITS = { recording: ['recording', 'waiting', 'waitingNowhere'], sending: ['sending', 'later', 'laterNowhere'] }

class VoiceRecorder extends HTMLElement {
  connectedCallback() {
    if (this.words) return
    this.words = JSON.parse(this.dataset.words)
    this.store = new Recordings()
    const { on, stop } = listening()
    this.stop = stop
    this.named = (name) => this.querySelector(`[data-${name}]`)
    this.view = this.named('view')
    this.meter = new Meter(this.named('level'))
    on(this, 'click', ({ target }) => this[target.closest('[data-act]')?.dataset.act]?.())
    on(this.named('camera'), 'change', ({ target }) => target.files[0] && this.send(target.files[0], target.files[0].name))
    for (const type of ['offline', 'online']) on(window, type, () => this.wait(type === 'offline'))
    on(window, 'beforeunload', (event) => ['recording', 'paused', this.recording?.isKept || 'sending'].includes(this.state) && event.preventDefault())
    this.turn('idle')
    if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) this.turn('none', isSecureContext ? this.words.none : this.words.insecure)
    offerLeft(this)
  }

  disconnectedCallback() {
    this.stop?.()
    this.free()
    this.recording?.stop()
  }

  /** Shows what belongs to a state, and says it to those who do not see it. */
  turn(state, say = this.words[state] ?? '') {
    this.state = this.dataset.state = state
    for (const one of this.querySelectorAll('[data-when]')) one.hidden = !one.dataset.when.split(' ').includes(state)
    this.named('said').textContent = say
  }

  say(name) { if (WAITS[this.state]) this.named('said').textContent = this.words[name] }
  wait(isWaiting, [moving, safe, unsafe] = WAITS[this.state] ?? []) { this.say(isWaiting ? (this.recording?.isKept && safe) || unsafe : moving) }

  voice() { this.begin('voice') }
  film() { this.begin('film') }

  /** A telephone takes better photos by itself; a computer shows what its camera sees. */
  photo() { return matchMedia('(pointer: coarse)').matches ? this.named('camera').click() : this.begin('photo') }

  async begin(kind) {
    this.turn('asking')
    const sender = bringSender().catch(() => null)
    try {
      this.media = await openDevices(kind)
    } catch (error) {
      return this.turn('idle', this.words[error.name === 'NotFoundError' ? 'noDevice' : 'refused'])
    }
    this.view.hidden = kind === 'voice'
    this.view.srcObject = kind === 'voice' ? null : this.media
    if (kind === 'photo') return this.turn('aiming')
    const title = this.named('title')?.value.trim() || nameNow(this.words, kind)
    this.isSilent = false
    this.recording = new Recording(this.media, this.store, { kind, title: title.replace(/[/\\]/g, '-'), group: this.dataset.group, parent: this.dataset.parent },
      { onEnd: () => this.end(), onWait: (isWaiting) => this.wait(isWaiting) })
    await sender
    await this.recording.start()
    this.quiet = hear(this.media, (level) => this.heard(level))
    this.awake = navigator.wakeLock?.request('screen').catch(() => null) // a screen that sleeps ends a recording
    return this.turn('recording')
  }

  heard(level) {
    this.named('clock').textContent = clock(this.recording.length / 1000)
    if (this.state !== 'recording') return
    this.meter.take(level)
    const isSilent = this.recording.length > 5000 && this.meter.isSilent
    if (isSilent !== this.isSilent) this.say(isSilent ? 'silent' : 'recording')
    this.isSilent = isSilent
  }

  pause() { this.recording.pause(); this.turn('paused') }
  resume() { this.recording.resume(); this.turn('recording') }
  async end() {
    if (!this.recording || this.state === 'done') return
    this.turn('done')
    const whole = await this.recording.stop()
    this.free()
    this.listen(whole, this.recording.kind)
  }

  listen(whole, kind) {
    const own = make(kind === 'film' ? 'video' : 'audio', { controls: true, playsinline: true, src: URL.createObjectURL(whole) })
    this.named('listen').replaceChildren(own)
  }

  async snap() {
    this.send(await snapshot(this.view), `${nameNow(this.words, 'photo')}.jpg`)
    this.free()
  }

  keep() { return this.finish(() => this.recording.keep(this.words.kept), 'done') }

  send(photo, name) {
    const { group, parent } = this.dataset
    return this.finish(async () => (await bringSender()).send(photo, { name, group, parent, key: crypto.randomUUID() }), 'idle')
  }

  /** Waits for the server to have it; what failed can be tried again, for it is still here. */
  async finish(send, otherwise) {
    this.turn('sending')
    if (!navigator.onLine) this.wait(true)
    try {
      const file = await send()
      this.turn('sent', file.message ?? fill(this.words.kept, { title: file.title }))
      this.named('sent').replaceChildren(icon('coche'), make('a', { href: file.url }, file.title))
      this.dispatchEvent(new CustomEvent('recorded', { bubbles: true, detail: file }))
    } catch (error) {
      const said = error instanceof SignedOut ? this.words.signedOut : (error instanceof Refused && error.message) || this.words.failed
      this.turn(otherwise, said)
    }
  }

  async redo() {
    await this.recording.drop()
    this.named('listen').replaceChildren()
    this.turn('idle')
  }

  leave() { this.free(); this.turn('idle') }
  free() {
    this.quiet?.()
    delete this.quiet
    this.awake?.then((lock) => lock?.release())
    for (const track of this.media?.getTracks() ?? []) track.stop()
    this.view.srcObject = null
    this.view.hidden = true
  }
}

customElements.define('media-recorder', VoiceRecorder)
