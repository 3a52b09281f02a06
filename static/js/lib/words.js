// Words made in the browser: places filled in a sentence, moments, parts, and letters compared without their accents.

/** fill('{count} sur {total}', { count: 2, total: 9 }). */
export const fill = (sentence, values) => (sentence ?? '').replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all)

/** A day as it is said, « 1er décembre » in French; `options` of Intl.DateTimeFormat. */
export const day = (at, language, options = { day: 'numeric', month: 'long' }) => {
  const said = new Intl.DateTimeFormat(language, options).format(new Date(at))
  return language.startsWith('fr') ? said.replace(/(^|\s)1(?=\s)/, '$11er') : said
}

/** A session by its number (« séance 5 »), or as its people called it (« Séance 5, au parc »). */
export const inSession = (sentence, session) => (fold(session).startsWith(fold(fill(sentence, { session: '' })).trim()) ? session : fill(sentence, { session }))

/** A moment as one says it: « 14 h 32 » today, else with its day: « mardi 1er décembre à 14 h 32 ». */
export function moment(at, language, now = Date.now()) {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString()
  const hour = { hour: '2-digit', minute: '2-digit' }
  const said = day(at, language, sameDay ? hour : { weekday: 'long', day: 'numeric', month: 'long', ...hour })
  if (!language.startsWith('fr')) return said
  return said.replace(/(\d{1,2}):(\d{2})/, (_all, hours, minutes) => `${Number(hours)}\u00a0h\u00a0${minutes}`)
}

/** 0.6 → « 60 % » in French. */
export const percent = (part, language) => new Intl.NumberFormat(language, { style: 'percent' }).format(part)

/** Small letters without accents, ligatures undone: « Œuvre à » → « oeuvre a ». */
export const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  .replace(/œ/g, 'oe').replace(/æ/g, 'ae').replace(/[’']/g, ' ')

/** Whether every word asked for begins a word of the text. */
export function matches(text, question) {
  const words = fold(text).split(/[^\p{L}\p{N}]+/u)
  return fold(question).split(/[^\p{L}\p{N}]+/u).filter(Boolean).every((asked) => words.some((word) => word.startsWith(asked)))
}

/** An hour as it is said: « 14 h 32 » in French. */
export function clock(at, language) {
  const date = new Date(at)
  if (!language.startsWith('fr')) return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(date)
  return `${date.getHours()}\u00a0h\u00a0${String(date.getMinutes()).padStart(2, '0')}`
}
