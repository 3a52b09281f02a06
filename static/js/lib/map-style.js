// How a feature looks: a shape, a colour and a pattern always go together, so that no meaning hangs on colour alone.

export const COLOURS = ['lagune', 'brique', 'sapin', 'bleuet', 'ocre', 'mure', 'mousse', 'ardoise']
export const SHAPES = ['round', 'square', 'triangle', 'diamond', 'cell', 'drop', 'flower', 'shield']
export const PATTERNS = ['', 'lines', 'dots', 'hatch', 'cross', 'waves']
const FEELINGS = { p2: 'sapin', p1: 'lagune', n0: 'ardoise', m1: 'ocre', m2: 'brique' }
const DENSER = ['', 'dots', 'lines', 'hatch', 'cross'] // classes of a quantity, from few to many
const NUMERIC = ['number', 'scale']
const LISTED = ['emotion', 'choice', 'multi', 'bool']

/** The field that gives its looks to a layer: the one it names, else the feeling that a sensitive map asks for. */
export function fieldOf(layer, fields) {
  const named = fields.find(({ key }) => key === layer.render_field)
  if (named) return named
  const styled = layer.style?.colour || layer.style?.picto
  return styled || layer.render !== 'simple' && layer.render !== 'categories' ? null : fields.find(({ type }) => type === 'emotion') ?? null
}

/** The looks of the values of a field, in its order. */
export function looksOf(field) {
  const choices = field.type === 'bool' ? [{ value: true, label: field.yes }, { value: false, label: field.no }] : field.choices ?? []
  return choices.map((choice, at) => ({
    value: choice.value,
    label: choice.label ?? String(choice.value),
    colour: COLOURS.includes(choice.colour) ? choice.colour : FEELINGS[choice.picto ?? choice.value] ?? COLOURS[at % COLOURS.length],
    pattern: PATTERNS.includes(choice.pattern) ? choice.pattern : PATTERNS[at % PATTERNS.length],
    shape: shapeOf(choice, at),
    picto: FEELINGS[choice.picto] ? '' : choice.picto ?? '',
  }))
}

/** What may be chosen of a field, with what was answered and is in no list: a form must not lose it. */
export function choosable(field, value) {
  const looks = looksOf(field)
  const known = new Set(looks.map((look) => String(look.value)))
  const others = [value ?? []].flat().filter((one) => one !== '' && !known.has(String(one)))
  return [...looks, ...others.map((one) => ({ value: one, label: String(one), colour: 'ardoise', pattern: '', shape: 'round', picto: '' }))]
}

function shapeOf({ picto, value, shape }, at) {
  if (FEELINGS[picto]) return picto
  if (FEELINGS[value] && !picto) return value
  return SHAPES.includes(shape) ? shape : SHAPES[at % SHAPES.length]
}

/** The bounds between five classes of about as many values each. */
export function bounds(values, classes = 5) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  const found = []
  for (let at = 1; at < classes; at++) {
    const bound = sorted[Math.floor((sorted.length * at) / classes)]
    if (bound !== undefined && bound > (found.at(-1) ?? sorted[0])) found.push(bound)
  }
  return found
}

/**
 * A function giving the look of each feature of a layer (the one `at` that rank), and the entries of its legend.
 * A look is { colour, pattern, shape, picto, label, radius }; `radius` only for circles (pixels), `strength` 0–1 for quantities.
 */
export function styler(layer, fields, features, at = 0) {
  const plain = { colour: 'lagune', pattern: '', shape: SHAPES[at % SHAPES.length], picto: '', ...known(layer.style), label: '' }
  const field = fieldOf(layer, fields)
  if (field && NUMERIC.includes(field.type) && layer.render === 'circles') return circles(plain, field, features)
  if (field && NUMERIC.includes(field.type) && layer.render !== 'simple') return classes(plain, field, features)
  if (field && LISTED.includes(field.type)) return categories(plain, field)
  return { field: null, entries: [], look: () => plain }
}

const known = ({ colour, pattern, picto } = {}) => ({
  ...(COLOURS.includes(colour) && { colour }), ...(PATTERNS.includes(pattern) && { pattern }), ...(picto && { picto }) })

function categories(plain, field) {
  const entries = looksOf(field)
  const byValue = new Map(entries.map((look) => [String(look.value), look]))
  const none = { ...plain, colour: 'ardoise', shape: 'round' }
  const first = (value) => (Array.isArray(value) ? value[0] : value)
  return { field, entries, look: ({ props }) => byValue.get(String(first(props?.[field.key]))) ?? none }
}

function classes(plain, field, features) {
  const cuts = bounds(features.map(({ props }) => Number(props?.[field.key] ?? NaN)))
  const entries = [...cuts, Infinity].map((to, at) => ({
    ...plain, pattern: DENSER[at], strength: (at + 1) / (cuts.length + 1), from: cuts[at - 1] ?? -Infinity, to,
    label: rangeWords(cuts[at - 1], cuts[at]) }))
  const none = { ...plain, colour: 'ardoise', strength: 0 }
  return { field, entries, look({ props }) {
    const value = props?.[field.key]
    if (value === undefined || value === null) return none
    return entries.find(({ to }) => value < to) ?? entries.at(-1)
  } }
}

const rangeWords = (from, to) => (from === undefined ? `< ${to ?? '…'}` : to === undefined ? `≥ ${from}` : `${from} – ${to}`)

function circles(plain, field, features) {
  const most = Math.max(1, ...features.map(({ props }) => Math.abs(Number(props?.[field.key]) || 0)))
  const radius = (value) => 10 + 30 * Math.sqrt(Math.abs(Number(value) || 0) / most) // the surface says the quantity
  return { field, entries: [most, most / 4].map((value) => ({ ...plain, radius: radius(value), label: String(Math.round(value * 100) / 100) })),
    look: ({ props }) => ({ ...plain, radius: radius(props?.[field.key]), label: String(props?.[field.key] ?? '') }) }
}
