// What is shown of a map: the filters on fields, sessions, layers and words, and how many features each would keep.
import { matches } from './words.js'

const RANGED = ['number', 'scale', 'date']

/** No filter: { off: {field: Set of values left out}, from: {}, to: {}, words: '', session: '', hidden: Set of layers }. */
export const noFilters = () => ({ off: {}, from: {}, to: {}, words: '', session: '', hidden: new Set() })

/** Whether something is left out. */
export const isNarrow = ({ off, from, to, words, session, hidden }) => Boolean(words.trim() || session || hidden.size
  || Object.values(off).some((values) => values.size) || [from, to].some((ends) => Object.values(ends).some((end) => end !== '')))

/** A function telling whether a feature is shown; `but`: a field whose own filter is not looked at. */
export function sieve(filters, fields, but = null) {
  const { off, from, to, words, session, hidden } = filters
  const narrowed = fields.filter(({ key }) => key !== but && (off[key]?.size || from[key] || to[key]))
  return (feature) => !hidden.has(feature.layer)
    && (!session || feature.session === session)
    && narrowed.every((field) => isKept(field, feature.props?.[field.key], filters))
    && (!words.trim() || matches(wordsOf(feature), words))
}

function isKept({ key, type }, value, { off, from, to }) {
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
