// What is said beside the text: the light, who is here, and the few words read aloud.
import { lightOf } from '../lib/light.js'
import { icon, make } from '../lib/parts.js'
import { others, sentence } from '../lib/presence.js'
import { avatar } from '../lib/avatar.js'
import { clock, fill } from '../lib/words.js'

const CALM = 350 // milliseconds without anything waiting before « recorded » is shown: it must not flicker while one types
const RARELY = 8_000 // milliseconds between two words about who comes and goes

export class Status {
  constructor(desk) {
    this.desk = desk
    this.language = document.documentElement.lang
    const own = desk.host.querySelectorAll('[data-light-place]')
    this.places = [...(own.length ? own : document.querySelectorAll('[data-light-place]'))]
    this.voice = desk.host.querySelector('[data-voice]')
    this.known = new Map()
  }

  draw() {
    if (this.desk.room.state === 'online') document.querySelector('.kept-page')?.remove() // it was of without network
    this.drawLight()
    this.drawPeople()
  }

  /** A version was made; what somebody saved beside the shared text changed it under our eyes: that is said. */
  savedBeside({ by, note } = {}) {
    const { room, words } = this.desk
    this.draw()
    if (!by || by.id === room.you?.id) return
    const said = fill(note ? words.savedBesideAs : words.savedBeside, { name: by.name, note })
    document.body.append(make('toast-note', { class: 'toast', role: 'status' }, make('span', {}, said)))
  }

  drawLight() {
    const { desk, desk: { room, words } } = this
    const light = lightOf(room, desk.keeping.place)
    const key = JSON.stringify(light)
    if (key === this.shown) return clearTimeout(this.timer)
    clearTimeout(this.timer)
    const put = () => {
      this.shown = key
      // Why it ended is said where the text can be copied.
      const said = light.say.startsWith('end') ? words.stopped : fill(words[light.say], { ...light.values, at: light.values.at && clock(light.values.at, this.language) })
      for (const place of this.places) place.replaceChildren(this.sign(light.tone, said))
      this.aloud(light, said)
    }
    if ((light.tone === 'ok' || light.say.startsWith('kept')) && this.shown) this.timer = setTimeout(put, CALM)
    else put()
  }

  sign(tone, said) {
    const light = this.desk.host.querySelector(`template[data-light="${tone}"]`).content.cloneNode(true)
    light.querySelector('span span').textContent = said
    return light
  }

  /** Only what changes what one should do is read aloud: the line lost, and found again. */
  aloud({ tone, say }, said) {
    if (tone === 'kept' && !say.startsWith('waiting') && say !== this.trouble) this.tell(said)
    else if (tone === 'ok' && this.trouble) this.tell(said)
    if (tone !== 'wait') this.trouble = tone === 'kept' ? say : null
  }

  drawPeople() {
    const { room, words, host } = this.desk
    const people = others(room.awareness.getStates(), room.doc.clientID, room.you?.id)
    const key = JSON.stringify(people)
    if (key === this.people) return
    this.people = key
    const bar = host.querySelector('.presence')
    bar.hidden = !people.length
    const list = (names) => (names.length > 1 ? new Intl.ListFormat(this.language).format(names) : names[0]) // slow to make, and one is mostly alone
    for (const line of document.querySelectorAll('[data-now]')) {
      line.hidden = false
      line.lastElementChild.textContent = list([...people.map((one) => one.name), words.you])
    }
    if (people.length) this.drawBar(bar, people)
    this.comings(people)
  }

  drawBar(bar, people) {
    const { words } = this.desk
    const said = sentence(people, words, this.language).map(({ tone, text }) => (
      tone === 'name' ? make('b', {}, text) : tone === 'hush' ? make('span', { class: 'hush' }, text) : text))
    const [writers, readers] = [people.filter((one) => one.isWriting), people.filter((one) => !one.isWriting)]
    bar.replaceChildren(...writers.slice(0, 3).map(avatar), make('p', {}, ...said), ...readers.slice(0, 3).map(avatar))
  }

  comings(people) {
    const now = new Map(people.map((one) => [one.id, one.name]))
    this.before ??= this.known
    this.known = now
    this.waiting ??= setTimeout(() => {
      const came = [...this.known].filter(([id]) => !this.before.has(id)).map(([, name]) => name)
      const left = [...this.before].filter(([id]) => !this.known.has(id)).map(([, name]) => name)
      this.before = this.known
      this.waiting = null
      const list = (names) => new Intl.ListFormat(this.language).format(names)
      const { words } = this.desk
      const said = (names, one, many) => names.length && fill(names.length > 1 ? many : one, { names: list(names) })
      this.tell([said(came, words.came, words.cameMany), said(left, words.left, words.leftMany)].filter(Boolean).join(' '))
    }, this.hasSpoken ? RARELY : 1_000)
    this.hasSpoken = true
  }

  tell(said) {
    if (said) this.voice.textContent = said
  }

  stop() {
    clearTimeout(this.timer)
    clearTimeout(this.waiting)
  }
}
