// A person as a small sign: their drawing, else their first letter, in their colour.
import { icon, make } from './parts.js'

export function avatar({ name, colour, pictogram, isWriting }) {
  const inside = pictogram ? drawing(pictogram) : name.trim().slice(0, 1).toUpperCase()
  return make('span', { class: `avatar avatar--s${isWriting ? ' avatar--writing' : ''}`, 'data-colour': colour ?? 'ardoise', title: name, 'aria-hidden': 'true' }, inside)
}

function drawing(name) {
  const svg = icon('moi')
  svg.setAttribute('class', 'picto')
  svg.setAttribute('viewBox', '0 0 48 48')
  const use = svg.querySelector('use')
  use.setAttribute('href', use.getAttribute('href').replace('#i-moi', `#p-${name}`))
  return svg
}
