// What the keys of a typing screen do with the sound, and small things of its lines.
import { clock } from './times.js'
import { fill } from './words.js'

const STEP = 3 // seconds
const MOST_ROWS = 12
const UNSAID = 2000 // milliseconds: what a line is given whose end nobody said

export const KEYS = { Escape: 'toggle', F1: 'back', F2: 'forth', F3: 'slow', F4: 'fast' }

/** Does it; the new speed when it changed. */
export function listen(player, act) {
  const own = player?.own
  if (!own) return undefined
  if (act === 'toggle') {
    if (own.paused) player.play(Math.max(0, player.currentTime - 1)) // one hears again where one was
    else own.pause()
    return undefined
  }
  if (act === 'back' || act === 'forth') {
    player.currentTime = Math.max(0, player.currentTime + (act === 'back' ? -STEP : STEP))
    return undefined
  }
  own.playbackRate = Math.min(2, Math.max(0.5, own.playbackRate + (act === 'slow' ? -0.25 : 0.25)))
  return own.playbackRate
}

/** A name for a new line that no other line has, also where the page came without encryption. */
export const freshKey = () => globalThis.crypto?.randomUUID?.() ?? `k${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`

/** A field as high as its words. */
export function grow(area) {
  if (!area) return // a line that is masked for whoever writes
  area.rows = 1
  while (area.rows < MOST_ROWS && area.scrollHeight > area.clientHeight + 2) area.rows++
}

/** A line as the server takes it; null when it is gone. */
export function valuesOf(item) {
  if (!item) return null
  const value = (name) => item.querySelector(`[name="${name}"]`)?.value ?? ''
  const { key, start, end } = item.dataset
  return { key, start: Number(start), end: Number(end), speaker: value('speaker'), text: value('words'), masked: 'masked' in item.dataset, lifted: 'lifted' in item.dataset, reason: value('reason') }
}

/** From when to when others hear silence, in ms, and whether somebody said so; as the server reckons it. */
export function silenceOf({ start, end }, starts, length) {
  const isSaid = end > start && end - start !== UNSAID
  const next = Math.min(...starts.filter((one) => one > start))
  if (isSaid) return { start, end, isSaid }
  return { start, end: Math.max(end, Number.isFinite(next) ? next : length), isSaid: Number.isFinite(next) }
}

/** Each masked line says what it silences: a line without an end can silence all that follows. */
export function tellSilence(list, player) {
  const length = Number(player?.dataset.length ?? 0)
  const starts = [...list.children].map(({ dataset }) => Number(dataset.start))
  for (const item of list.querySelectorAll('[data-masked]')) {
    const line = item.querySelector('.line-masked span')
    if (!line) continue
    const found = silenceOf({ start: Number(item.dataset.start), end: Number(item.dataset.end) }, starts, length)
    line.textContent = fill(found.isSaid ? line.dataset.said : line.dataset.unsaid, { from: clock(found.start / 1000), to: clock(found.end / 1000) })
    line.parentElement.classList.toggle('is-worried', !found.isSaid)
  }
}

/** Who speaks, and the words. */
export const wordsOf = (item) => [valuesOf(item).speaker, valuesOf(item).text]

export function putValues(item, { start, end, speaker, text, reason }) {
  Object.assign(item.dataset, { start, end })
  for (const [name, value] of Object.entries({ speaker, words: text, reason })) item.querySelector(`[name="${name}"]`).value = value
}
