// What is shown of a map: the filters on fields, sessions, layers and words, and how many features each would keep.
import { matches } from './words.js'

const RANGED = ['number', 'scale', 'date']

const POINTING = ['photo', 'voice', 'video', 'item']

/** No filter: { off: {field: Set of values left out}, from: {}, to: {}, said: {field: words}, words: '', session: '', day: '', hidden: Set of layers }. */
export const noFilters = () => ({ off: {}, from: {}, to: {}, said: {}, words: '', session: '', day: '', hidden: new Set() })

/** The filters that the address of the page asked for. */
export const filtersOf = (asked) => (asked ? { ...noFilters(), ...asked, hidden: new Set(asked.hidden),
  off: Object.fromEntries(Object.entries(asked.off).map(([key, values]) => [key, new Set(values)])) } : noFilters())

/** Whether something is left out. */
export const isNarrow = ({ off, from, to, said, words, session, day, hidden }) => Boolean(words.trim() || session || day || hidden.size
  || Object.values(off).some((values) => values.size) || [from, to, said].some((ends) => Object.values(ends).some((end) => end !== '')))

/** A function telling whether a feature is shown; `but`: a field whose own filter is not looked at. */
export function sieve(filters, fields, but = null) {
  const { off, from, to, said, words, session, day, hidden } = filters
  const narrowed = fields.filter(({ key }) => key !== but && (off[key]?.size || from[key] || to[key] || said[key]))
  return (feature) => !hidden.has(feature.layer)
    && (!session || feature.session === session)
    && (!day || feature.days?.includes(day))
    && narrowed.every((field) => isKept(field, feature.props?.[field.key], filters))
    && (!words.trim() || matches(wordsOf(feature), words))
}

function isKept({ key, type }, value, { off, from, to, said }) {
  if (said[key]) return POINTING.includes(type) ? [value ?? []].flat().length > 0 : matches(String(value ?? ''), said[key])
  if (RANGED.includes(type)) {
    if (!from[key] && !to[key]) return true
    if (value === undefined || value === null || value === '') return false
    const asked = type === 'date' ? String : Number
    return (!from[key] || asked(value) >= asked(from[key])) && (!to[key] || asked(value) <= asked(to[key]))
  }
  const left = off[key]
  if (!left?.size) return true
  const values = Array.isArray(value) ? value : [value ?? '']
  return values.some((one) => !left.has(String(one)))
}

const wordsOf = ({ title, story, props }) => [title, story, ...Object.values(props ?? {})].flat().join(' ')

/** How many features each value of a field would keep, the other filters being what they are. */
export function counts(features, filters, fields, key) {
  const kept = sieve(filters, fields, key)
  const found = new Map()
  for (const feature of features) {
    if (!kept(feature)) continue
    const value = feature.props?.[key] ?? ''
    for (const one of Array.isArray(value) ? value : [value]) found.set(String(one), (found.get(String(one)) ?? 0) + 1)
  }
  return found
}

/** The sessions that features name, in order: « 2 » comes before « 10 ». */
export const sessionsOf = (features) => [...new Set(features.map(({ session }) => session).filter(Boolean))]
  .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
