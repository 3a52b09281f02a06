// The bytes of co-editing: y-websocket v1, and our three messages (100 recorded, 101 about the room, 102 a version was made).
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as sync from 'y-protocols/sync'

const SYNC = 0
const AWARENESS = 1
const QUERY = 3
const RECORDED = 100
const ABOUT = 101
const VERSION = 102

const message = (kind, fill = () => {}) => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, kind)
  fill(encoder)
  return encoding.toUint8Array(encoder)
}

/** « Here is how far I am »: the other side answers with what is missing here. */
export const whatIHave = (doc) => message(SYNC, (encoder) => sync.writeSyncStep1(encoder, doc))

/** What was changed here. */
export const changed = (update) => message(SYNC, (encoder) => sync.writeUpdate(encoder, update))

/** Who is here and where. */
export const presence = (awareness, clients) => message(AWARENESS,
  (encoder) => encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, clients)))

/** « Who else is here? »: any answer shows that the line is alive. */
export const whoIsThere = () => message(QUERY)

/**
 * Reads one message and applies it. Returns { kind, … }: 'question' with the `answer` to send back, 'all' (everything the
 * server has), 'update', 'presence', 'recorded' with `seq`, 'about' and 'version' with what they say; null for the unknown.
 */
export function read(bytes, { doc, awareness, origin }) {
  const decoder = decoding.createDecoder(bytes)
  const kind = decoding.readVarUint(decoder)
  if (kind === SYNC) return readSync(decoder, doc, origin)
  if (kind === AWARENESS) {
    applyAwarenessUpdate(awareness, decoding.readVarUint8Array(decoder), origin)
    return { kind: 'presence' }
  }
  if (kind === RECORDED) return { kind: 'recorded', seq: decoding.readVarUint(decoder) }
  if (kind === ABOUT) return { ...JSON.parse(decoding.readVarString(decoder)), kind: 'about' }
  if (kind === VERSION) return { ...JSON.parse(decoding.readVarString(decoder)), kind: 'version' }
  return null
}

function readSync(decoder, doc, origin) {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, SYNC)
  const step = sync.readSyncMessage(decoder, encoder, doc, origin)
  if (step === sync.messageYjsSyncStep1) return { kind: 'question', answer: encoding.toUint8Array(encoder) }
  return { kind: step === sync.messageYjsSyncStep2 ? 'all' : 'update' }
}

/** Without a line nobody else is known to be here. */
export function forgetOthers(awareness) {
  const others = [...awareness.getStates().keys()].filter((id) => id !== awareness.clientID)
  others.forEach((id) => { awareness.states.delete(id); awareness.meta.delete(id) })
  if (others.length) awareness.emit('change', [{ added: [], updated: [], removed: others }, 'lost'])
}
