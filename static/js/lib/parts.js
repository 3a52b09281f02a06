// Small pieces of page made in the browser, from text alone: nothing here reads HTML.

const SVG = 'http://www.w3.org/2000/svg'

/** make('button', { class: 'btn', type: 'button' }, icon, 'Copier'). Attributes null or false are left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false && value !== undefined) element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

/** An icon of the sprite that the page already uses. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', `${sprite()}#i-${name}`)
  svg.append(use)
  return svg
}

const sprite = () => document.querySelector('svg.icon use')?.getAttribute('href').split('#')[0] ?? ''

/** Listeners that all stop together: call the result in disconnectedCallback. */
export function listening() {
  const controller = new AbortController()
  const on = (target, type, action, options = {}) => target.addEventListener(type, action, { ...options, signal: controller.signal })
  return { on, stop: () => controller.abort() }
}
