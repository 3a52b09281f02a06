// A voice recorded without network: one button that begins and ends, and the sound is kept with the point.
import { endingOf, formatFor } from './formats.js'
import { icon } from './parts.js'

const LONGEST = 10 * 60_000 // milliseconds

/** Turns a button into a recorder until it is pressed again; resolves to a File, or null when the microphone is refused. */
export async function recordHere(button, words) {
  let media
  try {
    media = await navigator.mediaDevices.getUserMedia({ audio: true })
  } catch {
    return null
  }
  const mimeType = formatFor('voice', (form) => MediaRecorder.isTypeSupported(form), navigator.vendor)
  const recorder = new MediaRecorder(media, mimeType ? { mimeType, audioBitsPerSecond: 48_000 } : {})
  const pieces = []
  recorder.addEventListener('dataavailable', ({ data }) => data.size && pieces.push(data))
  const before = [...button.childNodes]
  button.replaceChildren(icon('coche'), words.stopVoice)
  button.setAttribute('data-recording', '')
  const pressed = new Promise((resolve) => {
    button.addEventListener('click', (event) => { event.stopImmediatePropagation(); resolve() }, { once: true, capture: true })
    setTimeout(resolve, LONGEST)
  })
  recorder.start(1000)
  await pressed
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve))
  recorder.stop()
  await stopped
  for (const track of media.getTracks()) track.stop()
  button.removeAttribute('data-recording')
  button.replaceChildren(...before)
  const type = recorder.mimeType || mimeType
  return new File(pieces, `${words.voiceName}.${endingOf(type)}`, { type })
}
