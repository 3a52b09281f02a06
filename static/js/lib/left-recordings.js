// What was recorded and never sent, because the page was closed: heard, sent or thrown away by a recorder of a later visit.
import { icon, make } from './parts.js'
import { sendLeft } from './recording.js'
import { Recordings } from './recordings.js'
import { fill, moment } from './words.js'

/** Shows in a <media-recorder> what this device still holds. */
export async function offerLeft(recorder) {
  const left = await recorder.store.rest()
  const place = recorder.named('left')
  place.hidden = !left.length
  place.querySelector('ul').replaceChildren(...left.map((one) => row(recorder, one)))
}

/** Sends what somebody chose to keep before the page was closed, as soon as there is a network; says each that arrived. */
export async function sendWished(store = new Recordings()) {
  if (!navigator.onLine) return window.addEventListener('online', () => sendWished(store), { once: true })
  for (const one of await store.rest()) {
    if (!one.about.isWished) continue
    const file = await sendLeft(one, store).catch(() => null)
    if (file) document.body.append(make('toast-note', { class: 'toast', role: 'status' }, icon('coche'), make('span', {}, fill(one.about.said, { title: file.title }))))
  }
  return undefined
}

function row(recorder, one) {
  const { words, store } = recorder
  const button = (said, sign, act) => {
    const made = make('button', { type: 'button', class: 'btn btn--tool' }, icon(sign), said)
    made.addEventListener('click', act)
    return made
  }
  const settle = async (act) => { await act(); offerLeft(recorder) }
  const listen = () => { recorder.listen(one.blob, one.about.kind); recorder.named('listen').firstChild.play() }
  return make('li', {}, make('b', {}, one.about.title), make('small', {}, moment(one.about.at, document.documentElement.lang, 0)), make('span', { class: 'row' },
    button(words.listen, 'ecouter', listen),
    button(words.send, 'envoyer', () => settle(() => recorder.finish(() => sendLeft(one, store), 'idle'))),
    button(words.drop, 'corbeille', () => settle(() => store.drop(one.key)))))
}
