import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'
import { Line, delay, isFinal } from './line.js'
import { Room } from './room.js'
import * as wire from './wire.js'

const bytes = (kind, fill) => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, kind)
  fill(encoder)
  return encoding.toUint8Array(encoder)
}
const tick = (time = 0) => new Promise((resolve) => setTimeout(resolve, time))
const text = (doc) => doc.getText('content')

/** The other side, as the contract says: persist, send on, confirm in order. */
class Server {
  constructor(words = '') {
    this.doc = new Y.Doc()
    text(this.doc).insert(0, words)
    Object.assign(this, { lines: [], seq: 0, confirms: true, held: [], received: 0, write: true })
    const server = this
    this.Socket = class {
      constructor(url) {
        Object.assign(this, { url, readyState: 0 })
        server.tried = (server.tried ?? 0) + 1
        setTimeout(() => (server.away ? this.die(1006) : server.open(this)))
      }

      send(data) { setTimeout(() => server.lines.includes(this) && server.receive(this, data)) }

      close(code = 1000) { server.lines = server.lines.filter((line) => line !== this); this.die(code) }

      die(code) {
        if (this.readyState === 3) return
        this.readyState = 3
        setTimeout(() => this.onclose({ code }))
      }
    }
  }

  open(line) {
    this.lines.push(line)
    line.readyState = 1
    line.onopen()
    this.say(line, bytes(0, (encoder) => sync.writeSyncStep1(encoder, this.doc)))
    this.say(line, bytes(101, (encoder) => encoding.writeVarString(encoder, JSON.stringify({ epoch: 1, write: this.write }))))
  }

  say(line, data) { setTimeout(() => line.readyState === 1 && line.onmessage({ data })) }

  receive(line, data) {
    const decoder = decoding.createDecoder(data)
    if (decoding.readVarUint(decoder) !== 0) return
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    const step = sync.readSyncMessage(decoder, encoder, this.doc, line)
    if (step === 0) return this.say(line, encoding.toUint8Array(encoder))
    this.received++
    for (const other of this.lines) if (other !== line) this.say(other, data)
    if (this.confirms) this.confirm(line)
    else this.held.push(line)
  }

  confirm(line) { this.say(line, bytes(100, (encoder) => encoding.writeVarUint(encoder, ++this.seq))) }

  /** Answers what it kept unanswered. */
  confirmAll() { this.held.splice(0).forEach((line) => this.confirm(line)) }

  cut(code = 1006) { [...this.lines].forEach((line) => line.close(code)) }
}

const enter = (server, t, doc = new Y.Doc()) => {
  const room = new Room('ws://here', doc, { Socket: server.Socket, pause: () => 5 })
  t.after(() => room.stop())
  room.connect()
  return room
}
const until = async (condition) => {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return
    await tick(5)
  }
  assert.fail(`never: ${condition}`)
}

test('opening sends nothing of its own, and all is recorded', async (t) => {
  const server = new Server('Bonjour')
  const room = enter(server, t)
  await until(() => room.isSaved)
  assert.equal(text(room.doc).toString(), 'Bonjour')
  assert.equal(server.received, 1, 'the answer to its question, empty')
  assert.equal(room.pending, 0)
})

test('a line opened early hears nothing of this browser until what it kept is there, then all of it once', async (t) => {
  const server = new Server('un ')
  const doc = new Y.Doc()
  const room = new Room('ws://test', doc, { Socket: server.Socket, pause: () => 1 })
  t.after(() => room.stop())
  room.line.connect()
  await until(() => server.lines.length === 1)
  await tick(20)
  assert.equal(room.isSynced, false)
  const before = new Y.Doc()
  text(before).insert(0, 'deux')
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(before), 'kept')
  room.connect()
  await until(() => room.isSynced && room.isSaved)
  assert.equal([...text(server.doc).toString()].sort().join(''), [...'un deux'].sort().join(''))
  assert.equal(text(doc).toString(), text(server.doc).toString())
})

test('a change is pending until its own confirmation, and what is typed together leaves together', async (t) => {
  const server = new Server()
  const room = enter(server, t)
  await until(() => room.isSaved)
  server.confirms = false
  for (const letter of 'abc') text(room.doc).insert(text(room.doc).length, letter)
  assert.equal(room.pending, 1)
  await until(() => server.received === 2)
  text(room.doc).insert(3, 'd')
  await until(() => server.received === 3)
  assert.equal(text(server.doc).toString(), 'abcd')
  assert.equal(room.pending, 2)
  assert.equal(room.isSaved, false)
  server.confirm(server.held.shift())
  await until(() => room.pending === 1)
  assert.equal(room.isSaved, false)
  server.confirmAll()
  await until(() => room.isSaved)
  assert.ok(Date.now() - room.savedAt < 1000)
})

test('what was typed away is sent once on return, and nothing is doubled', async (t) => {
  const server = new Server('un ')
  const [here, there] = [enter(server, t), enter(server, t)]
  await until(() => here.isSaved && there.isSaved)
  server.away = true
  server.cut()
  await until(() => here.state === 'offline' && there.state === 'offline')
  text(here.doc).insert(3, 'deux ')
  text(there.doc).insert(0, 'zéro ')
  await tick(60)
  text(here.doc).insert(8, 'trois')
  assert.equal(here.pending, 2)
  assert.equal(here.isSaved, false)
  server.away = false
  await until(() => here.isSaved && there.isSaved)
  for (const doc of [here.doc, there.doc, server.doc]) assert.equal(text(doc).toString(), 'zéro un deux trois')
})

test('a message that was sent and never confirmed is sent again, not lost and not doubled', async (t) => {
  const server = new Server()
  const room = enter(server, t)
  await until(() => room.isSaved)
  server.confirms = false
  text(room.doc).insert(0, 'gardé')
  await until(() => server.received === 2)
  server.cut()
  await until(() => room.state === 'offline')
  assert.equal(room.pending, 1)
  server.held = []
  server.confirms = true
  await until(() => room.isSaved)
  assert.equal(text(server.doc).toString(), 'gardé')
})

test('a refusal is final: 4403, 4404, 4409, 4413 are not tried again and the text stays', async (t) => {
  for (const code of [4403, 4404, 4409, 4413, 1009]) {
    const server = new Server('texte')
    const room = enter(server, t)
    await until(() => room.isSaved)
    const ended = new Promise((resolve) => room.addEventListener('ended', ({ detail }) => resolve(detail)))
    server.cut(code)
    assert.equal(await ended, code)
    await tick(30)
    assert.equal(server.tried, 1)
    assert.equal(room.state, 'ended')
    assert.equal(text(room.doc).toString(), 'texte')
  }
  assert.deepEqual([1006, 1011, 1012, 1013].map(isFinal), [false, false, false, false])
})

test('a server that is away is tried again, later and later, never all at once', async (t) => {
  const server = new Server()
  server.away = true
  const room = enter(server, t)
  await until(() => server.tried >= 3)
  assert.equal(room.state, 'connecting')
  server.away = false
  await until(() => room.isSaved)
  assert.equal(delay(0, () => 1), 400)
  assert.equal(delay(3, () => 1), 3200)
  assert.equal(delay(30, () => 1), 12_000)
  assert.equal(delay(30, () => 0), 6_000)
})

test('a reader has nothing pending', async (t) => {
  const server = new Server('à lire')
  Object.assign(server, { confirms: false, write: false })
  const room = enter(server, t)
  await until(() => room.isSaved)
  assert.equal(room.canWrite, false)
})

test('others are seen, and forgotten when the line breaks', async (t) => {
  const server = new Server()
  const room = enter(server, t)
  await until(() => room.isSaved)
  room.awareness.states.set(7, { user: { name: 'Karim' } })
  room.awareness.meta.set(7, { clock: 1, lastUpdated: Date.now() })
  server.away = true
  server.cut()
  await until(() => room.state === 'offline')
  assert.equal(room.awareness.getStates().has(7), false)
})

test('a line without a word for too long is dropped and tried again', async (t) => {
  const server = new Server()
  const line = new Line('ws://here', { Socket: server.Socket, pause: () => 5 })
  t.after(() => line.stop())
  line.connect()
  await until(() => line.isOpen)
  line.heard = Date.now() - 36_000
  line.look()
  await until(() => server.tried === 2 && line.isOpen)
})

test('the line that the page began before its scripts is taken as it is: nothing asked twice, nothing heard lost', async () => {
  const server = new Server('du serveur')
  const socket = new server.Socket('ws://x')
  const heard = []
  const hello = await begunBy(socket, heard)
  assert.deepEqual([...hello], [...wire.whatIHave(new Y.Doc())])
  await tick(20)
  assert.ok(heard.length >= 3)
  const doc = new Y.Doc()
  const room = new Room('ws://x', doc, { Socket: server.Socket, begun: { socket, heard } })
  const before = server.received
  room.connect()
  assert.equal(room.isSynced, true)
  assert.equal(text(doc).toString(), 'du serveur')
  assert.equal(server.tried, 1)
  text(doc).insert(0, 'écrit ici, ')
  room.flush()
  await tick(20)
  assert.equal(text(server.doc).toString(), 'écrit ici, du serveur')
  assert.ok(server.received - before <= 2)
  room.stop()
})

test('a begun line that broke is left: another is opened', async () => {
  const server = new Server('du serveur')
  const doc = new Y.Doc()
  const room = new Room('ws://x', doc, { Socket: server.Socket, begun: { socket: { readyState: 3 }, heard: [] } })
  room.connect()
  await tick(30)
  assert.equal(text(doc).toString(), 'du serveur')
  room.stop()
})

/** What soon.js does, with this socket; promises what it sends first. */
async function begunBy(socket, heard) {
  const sent = new Promise((resolve) => {
    const send = socket.send.bind(socket)
    socket.send = (data) => { resolve(data); send(data) }
  })
  const page = {
    WebSocket: function begun() { return socket }, URL, Uint8Array, setTimeout: () => {}, location: { href: 'http://x/' },
    document: { documentElement: { classList: { add() {} } }, currentScript: { dataset: { room: '/' } }, adoptedStyleSheets: [] },
  }
  page.globalThis = page
  runInNewContext(readFileSync(new URL('../soon.js', import.meta.url), 'utf8'), page)
  const { onmessage } = socket
  socket.onmessage = (said) => { onmessage(said); heard.push(said.data) }
  return sent
}
