// Reading aloud by the device's own voice. Sentence by sentence: many voices stop in the middle of a long text.
const LONGEST = 220
const SLOW = 0.9

export const canSpeak = () => Boolean(globalThis.speechSynthesis)

/** What is worth hearing of a part of the page: its words in order, without what is there to be pressed. */
export function wordsIn(part) {
  const copy = part.cloneNode(true)
  for (const mute of copy.querySelectorAll('read-aloud, template, script, style, nav, button, dialog, .foot, .visually-hidden, [hidden], svg')) mute.remove()
  for (const block of copy.querySelectorAll('h1, h2, h3, h4, p, li, legend, label, dt, dd, tr, figcaption')) block.append('. ')
  return copy.textContent.replace(/\s+/g, ' ').replace(/([.!?:;…])\s*(?:\. ?)+/g, '$1 ').trim()
}

/** Sentences, none longer than a voice says without stopping. */
export function sentences(text) {
  const found = []
  for (const [sentence] of text.matchAll(/[^.!?…]+(?:[.!?…]+|$)/g)) {
    let rest = sentence.trim()
    while (rest.length > LONGEST) {
      const cut = Math.max(rest.lastIndexOf(',', LONGEST), rest.lastIndexOf(' ', LONGEST)) + 1 || LONGEST
      found.push(rest.slice(0, cut).trim())
      rest = rest.slice(cut)
    }
    if (/[\p{L}\p{N}]/u.test(rest)) found.push(rest.trim())
  }
  return found
}

/** Says a text; `end` is called once, when it is over or stopped. Returns what stops it. */
export function say(text, lang, end) {
  speechSynthesis.cancel()
  const all = sentences(text)
  let isOver = false
  const over = () => { if (!isOver) end(isOver = true) }
  all.forEach((sentence, at) => {
    const said = new SpeechSynthesisUtterance(sentence)
    Object.assign(said, { lang, rate: SLOW, onerror: over, onend: () => at === all.length - 1 && over() })
    speechSynthesis.speak(said)
  })
  if (!all.length) over()
  return () => { over(); speechSynthesis.cancel() }
}
