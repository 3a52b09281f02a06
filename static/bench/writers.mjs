// People who write at the same time, with the code that browsers run (js/lib/room.js and Yjs), for `python -m tests.bench.coedit`.
// Takes { url, cookies, pages, writers, readers, perSecond, seconds, deletes } as its argument; « lose » on its input makes half
// of the writers vanish for good, as if their batteries were empty. Prints what it measured, and the texts it ended with.
import { createInterface } from 'node:readline'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { Room } from '../js/lib/room.js'

const given = JSON.parse(process.argv[2])
const WORD = /⟨\d+\.\d+⟩/g
const madeAt = new Map() // words by the moment they were typed
const removed = new Set()
const durable = new Set() // words whose « Enregistré » was shown
const latencies = []
let edits = 0
let vanished = 0

const socketWith = (cookie) => class extends WebSocket {
  constructor(address) {
    super(address, { headers: { Cookie: cookie, Origin: given.url.replace(/^ws/, 'http') }, perMessageDeflate: false })
    this.on('error', () => {}) // said by the close that follows
  }
}

class Writer {
  static count = 0

  constructor(page, cookie, writes) {
    Object.assign(this, { page, cookie, writes, id: ++Writer.count, made: [], turn: 0 })
    this.doc = new Y.Doc()
    this.text = this.doc.getText('content')
    this.room = new Room(`${given.url}/ws/items/${page}/body`, this.doc, { Socket: socketWith(cookie) })
    this.room.addEventListener('change', () => this.noteSaved())
    this.text.observe((event) => this.see(event))
    this.room.connect()
    if (writes) this.next()
  }

  see(event) {
    if (event.transaction.local || !this.room.isSynced) return
    const now = performance.now()
    for (const { insert } of event.changes.delta) {
      for (const word of typeof insert === 'string' ? insert.match(WORD) ?? [] : []) {
        if (madeAt.has(word)) latencies.push(now - madeAt.get(word))
      }
    }
  }

  noteSaved() {
    if (!this.room.isSaved) return
    this.made.splice(0).forEach((word) => durable.add(word))
  }

  next() {
    const pause = (1000 / given.perSecond) * (0.5 + Math.random())
    this.timer = setTimeout(() => { this.edit(); this.next() }, pause)
  }

  edit() {
    if (!this.room.isSynced) return
    const text = this.text.toString()
    const at = text.indexOf(' ', Math.floor(Math.random() * text.length))
    const place = at < 0 ? text.length : at
    edits++
    if (given.deletes && Math.random() < 0.1) this.remove(text, place)
    else this.insert(place)
    const cursor = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(this.text, place))
    this.room.awareness.setLocalStateField('cursor', { anchor: cursor, head: cursor })
  }

  insert(place) {
    const word = `⟨${this.id}.${++this.turn}⟩`
    madeAt.set(word, performance.now())
    this.made.push(word)
    this.text.insert(place, ` é${word}`)
  }

  remove(text, place) {
    const [word] = text.slice(place).match(WORD) ?? []
    if (!word) return
    removed.add(word)
    this.text.delete(text.indexOf(word, place), word.length)
  }

  vanish() {
    vanished++
    clearTimeout(this.timer)
    this.room.line.isOver = true
    this.room.line.socket?.terminate()
    this.room.line.stop()
  }
}

const quantile = (values, part) => values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? null
const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds) })

async function until(true_, seconds) {
  const limit = Date.now() + seconds * 1000
  while (!true_() && Date.now() < limit) await pause(50)
  return true_()
}

let people = []
const start = (count, writes) => {
  for (let number = 0; number < count; number++) {
    const at = people.length
    people.push(new Writer(given.pages[at % given.pages.length], given.cookies[at % given.cookies.length], writes))
  }
}

function lose() {
  people = people.map((one, at) => {
    if (at % 2 || !one.writes) return one
    one.vanish()
    return new Writer(one.page, one.cookie, true)
  })
}

const opening = performance.now()
start(given.writers, true)
start(given.readers ?? 0, false)
await until(() => people.every((one) => one.room.isSynced), 60)
const opened = performance.now() - opening
createInterface({ input: process.stdin }).on('line', (line) => line === 'lose' && lose())
process.stderr.write('ready\n')
await pause(given.seconds * 1000)
people.forEach((one) => clearTimeout(one.timer))
const allSaved = await until(() => people.every((one) => one.room.isSaved), 30)
const alike = () => new Set(people.map((one) => `${one.page}:${one.text}`)).size === new Set(people.map((one) => one.page)).size
const allAlike = await until(alike, 15)
await pause(500)
const texts = Object.fromEntries(people.map((one) => [one.page, one.text.toString()]))
const whole = Object.values(texts).join('\n')
const lost = [...durable].filter((word) => !removed.has(word) && !whole.includes(word))
latencies.sort((a, b) => a - b)
const found = JSON.stringify({
  edits, vanished, opened, allSaved, allAlike, durable: durable.size, lost, deliveries: latencies.length, texts,
  p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), most: latencies.at(-1) ?? null,
})
process.stdout.write(found, () => process.exit(0))
