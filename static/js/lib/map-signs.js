// Signs of a map, made from the shapes and patterns that the page holds: marks, gatherings, fills.

const SVG = 'http://www.w3.org/2000/svg'
const DRAWN = new Set(['arbre', 'oiseau', 'poisson', 'fleur', 'cle', 'theiere', 'soleil', 'pain', 'velo', 'bateau', 'lune', 'maison'])
const FACES = new Set(['p2', 'p1', 'n0', 'm1', 'm2'])
export const DASHES = { lines: '14 9', dots: '1 10', hatch: '18 7 3 7', cross: '7 7', waves: '24 5 10 5' }
const made = new Map()

/** A piece of SVG: svg('path', { d }, …children). */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

const sprite = () => document.querySelector('svg.icon use')?.getAttribute('href').split('#')[0] ?? ''

/** The sign of a look: its shape in its colour, with the face or the pictogram it carries. */
export function sign({ colour, shape, picto, pattern = '' }) {
  const key = `${colour}/${shape}/${picto}/${pattern}`
  if (!made.has(key)) made.set(key, build(colour, shape, picto))
  return made.get(key).cloneNode(true)
}

function build(colour, shape, picto) {
  const element = svg('svg', { class: `mk c-${colour}`, viewBox: '0 0 56 56', 'aria-hidden': 'true' })
  element.append(svg('use', { href: `#e-${shape}` }))
  if (FACES.has(shape)) return element
  const isDrawn = DRAWN.has(picto)
  const place = isDrawn ? { x: 14, y: 14, width: 28, height: 28, class: 'mk-drawn' } : { x: 15, y: 15, width: 26, height: 26, class: 'mk-picto' }
  element.append(picto ? svg('use', { href: `${sprite()}#${isDrawn ? 'p' : 'i'}-${picto}`, ...place }) : svg('circle', { class: 'mk-eye', cx: 28, cy: 28, r: 6.5 }))
  return element
}

/** A circle whose surface says a quantity. */
export function circle({ colour, radius }) {
  const size = Math.ceil(radius * 2 + 4)
  return svg('svg', { class: `mk mk--circle c-${colour}`, viewBox: `0 0 ${size} ${size}`, width: size, height: size, 'aria-hidden': 'true' },
    svg('circle', { class: 'e-shape', cx: size / 2, cy: size / 2, r: radius }))
}

/** From a mark that stands aside to its place. */
export const thread = (x, y) => svg('svg', { class: 'map-thread', 'aria-hidden': 'true', width: 1, height: 1 },
  svg('line', { x2: x.toFixed(1), y2: y.toFixed(1) }), svg('circle', { cx: x.toFixed(1), cy: y.toFixed(1), r: 3 }))

/** A gathering: a cell of the comb with how many, and in which looks (one tick of colour each, at most five). */
export function gathering(count, looks) {
  const size = 44 + Math.min(20, Math.round(Math.log10(count) * 8))
  const element = svg('svg', { class: 'mk mk--many', viewBox: '0 0 56 56', width: size, height: size, 'aria-hidden': 'true' },
    svg('path', { class: 'many-cell', d: 'M28 3l21.7 12.5v25L28 53 6.300 40.500v-25z' }))
  const number = svg('text', { x: 28, y: looks.length ? 31 : 34, 'text-anchor': 'middle', class: 'many-no' })
  number.textContent = count > 9999 ? `${Math.round(count / 1000)}k` : count
  element.append(number)
  looks.slice(0, 5).forEach(({ colour }, at, all) => element.append(svg('circle', { class: `e-shape c-${colour}`, cx: 28 + (at - (all.length - 1) / 2) * 7, cy: 40, r: 3 })))
  return element
}

/** The fill of an area: its pattern in its colour, kept once in the page. */
export function fill({ colour, pattern }) {
  if (!pattern) return null
  const id = `map-${pattern}-${colour}`
  if (!document.getElementById(id)) {
    const model = document.getElementById(`map-pattern-${pattern}`)
    if (!model) return null
    const copy = model.cloneNode(true)
    copy.id = id
    copy.setAttribute('class', `c-${colour}`)
    model.parentNode.append(copy)
  }
  return `url(#${id})`
}
