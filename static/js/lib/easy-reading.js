// Easy reading: each text has a button that reads it aloud, and one may speak instead of typing where the browser can write it.
import { canSpeak, say, wordsIn } from './speaking.js'

const HEADINGS = 'h2, h3, legend.label, .field > label' // the bar at the top reads the whole page
const ONCE = '.card, .next, .coming' // a few words under a name: the bar reads them
const PARTS = 'section, article, fieldset, .field, .card, .banner, li, form'
const FIELDS = 'textarea.input:not([hidden]), input.input[type="text"]:not([inputmode])'
const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition

/** Gives its buttons to the page. */
export function makeEasy() {
  const kit = document.getElementById('easy-listen')
  if (!kit) return
  const main = document.getElementById('content')
  if (canSpeak()) for (const heading of main.querySelectorAll(HEADINGS)) if (!heading.closest(ONCE)) listenTo(heading, kit)
  if (Recognition) for (const field of main.querySelectorAll(FIELDS)) if (!field.closest('co-editor, form:has([data-record])')) speakInto(field, kit)
}

function listenTo(heading, kit) {
  const name = heading.textContent.trim()
  if (!name || heading.matches('.visually-hidden')) return
  const button = kit.content.querySelector('.easy-listen').cloneNode(true)
  const [words, about] = button.querySelectorAll('span')
  let hush = null
  words.textContent = kit.dataset.words
  about.textContent = ` ${name}`
  button.addEventListener('click', () => {
    if (hush) return hush()
    button.setAttribute('aria-pressed', 'true')
    words.textContent = kit.dataset.stop
    hush = say(wordsIn(partOf(heading)), heading.closest('[lang]').lang, () => {
      hush = null
      button.removeAttribute('aria-pressed')
      words.textContent = kit.dataset.words
    })
  })
  heading.after(button)
}

/** What a heading is the heading of: in a text, all that follows until the next one. */
function partOf(heading) {
  if (!heading.parentElement.matches('.prose')) return heading.closest(PARTS) ?? heading.parentElement
  const part = document.createElement('div')
  for (let one = heading; one; one = one.nextElementSibling) {
    if (one !== heading && /^H[1-3]$/.test(one.tagName)) break
    part.append(one.cloneNode(true))
  }
  return part
}

function speakInto(field, kit) {
  const button = kit.content.querySelector('.easy-dictate').cloneNode(true)
  const words = button.querySelector('span')
  words.textContent = kit.dataset.dictate
  let running = null
  button.addEventListener('click', () => {
    if (running) return running.stop()
    if (!wasWarned(kit)) return
    running = new Recognition()
    Object.assign(running, { lang: document.documentElement.lang, continuous: true, interimResults: false })
    running.onresult = ({ results, resultIndex }) => write(field, [...results].slice(resultIndex).map(([best]) => best.transcript).join(' '))
    running.onend = running.onerror = () => { running = null; words.textContent = kit.dataset.dictate }
    words.textContent = kit.dataset.dictating
    running.start()
  })
  field.after(button)
}

/** Asked once a visit: a voice that leaves for somebody's computer is not a small thing. */
function wasWarned(kit) {
  if (kit.dataset.warned) return true
  if (!globalThis.confirm(kit.dataset.warning)) return false
  return Boolean(kit.dataset.warned = 'yes')
}

function write(field, said) {
  const { value, selectionEnd: at } = field
  const space = value.slice(0, at) && !/\s$/.test(value.slice(0, at)) ? ' ' : ''
  field.setRangeText(space + said.trim(), at, at, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
