// Times of a recording: as figures, in words, and in addresses.

const two = (number) => String(number).padStart(2, '0')

/** 72 → « 1:12 »; beyond an hour, « 1:02:03 ». */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** 228 → « 3 minutes 48 secondes », for those who hear the page. */
export function spoken(seconds, language) {
  const whole = Math.max(0, Math.floor(seconds || 0))
  const parts = [[Math.floor(whole / 3600), 'hour'], [Math.floor((whole % 3600) / 60), 'minute'], [whole % 60, 'second']]
  const said = parts.filter(([count, unit]) => count || (unit === 'second' && whole < 60))
  return said.map(([count, unit]) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count)).join(' ')
}

/** « #t=83-95 », « #t=83,95 », « #t=83 » → { start, end }, in seconds; null for anything else. */
export function momentOf(hash) {
  const found = /^#?t=(\d+(?:\.\d+)?)(?:[-,](\d+(?:\.\d+)?))?$/.exec(hash ?? '')
  if (!found) return null
  const [start, end] = [Number(found[1]), found[2] === undefined ? undefined : Number(found[2])]
  return { start, end: end > start ? end : undefined }
}

/** « 1:12 », « 72 », « 1:02:03 » → seconds; null for anything else. */
export function secondsOf(typed) {
  if (!/^\s*\d{1,6}(?::\d{1,2}){0,2}\s*$/.test(typed ?? '')) return null
  return typed.trim().split(':').reduce((all, part) => all * 60 + Number(part), 0)
}
