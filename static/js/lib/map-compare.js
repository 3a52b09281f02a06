// Before and after: two sessions on one map, one on each side of a line that a slider moves.
import { sessionsOf } from './map-filters.js'
import { icon, make } from './parts.js'
import { inSession } from './words.js'

/** Opens the comparison, or closes it. */
export function compare(view) {
  if (view.comparing) return view.comparing.end()
  view.comparing = new Comparison(view)
  return null
}

class Comparison {
  constructor(view) {
    const { words, ground } = view
    const sessions = sessionsOf(view.store.features)
    Object.assign(this, { view, ground, left: sessions[0], right: sessions.at(-1) })
    const choose = (side, label) => make('label', { class: 'field' }, make('span', { class: 'label' }, label),
      make('select', { class: 'input input--choice', 'data-side': side }, ...sessions.map((one) => make('option', { value: one, selected: one === this[side] }, inSession(words.inSession, one)))))
    this.slider = make('input', { type: 'range', min: 0, max: 100, value: 50, 'aria-label': words.slide })
    this.bar = make('div', { class: 'map-compare' }, choose('left', words.before), choose('right', words.after), this.slider,
      make('button', { class: 'btn btn--tool', type: 'button' }, icon('croix'), words.stop))
    this.line = make('div', { class: 'map-divide', 'aria-hidden': 'true' })
    this.bar.addEventListener('input', ({ target }) => { if (target.dataset.side) this[target.dataset.side] = target.value; this.draw() })
    this.bar.querySelector('button').addEventListener('click', () => this.end())
    view.querySelector('.map-window').append(this.line, this.bar)
    view.removeAttribute('data-listing')
    view.toggleAttribute('data-comparing', true)
    ground.on('move moveend zoomend', this.draw, this)
    view.marks.isAlone = true
    view.marks.placed = () => this.draw()
    view.draw()
    this.draw()
    this.slider.focus()
  }

  /** A feature of the session on the left shows left of the line, one of the right on its right; the others rest. */
  draw() {
    const edge = (Number(this.slider.value) / 100) * this.ground.getSize().x
    this.line.style.left = `${edge}px`
    const { marks, store } = this.view
    const isApart = (uuid, latlng) => {
      const session = store.get(uuid)?.session
      const side = this.ground.latLngToContainerPoint(latlng).x < edge ? this.left : this.right
      return session !== side
    }
    for (const [uuid, mark] of marks.marks) mark.getElement().classList.toggle('is-apart', isApart(uuid, mark.getLatLng()))
    for (const [uuid, { shape }] of marks.shapes) shape.getElement?.()?.classList.toggle('is-apart', isApart(uuid, shape.getBounds().getCenter()))
  }

  end() {
    const { view } = this
    this.ground.off('move moveend zoomend', this.draw, this)
    view.marks.isAlone = false
    view.marks.placed = null
    view.comparing = null
    view.removeAttribute('data-comparing')
    for (const one of view.querySelectorAll('.is-apart')) one.classList.remove('is-apart')
    this.bar.remove()
    this.line.remove()
    view.draw()
    view.ground.getContainer().focus()
  }
}
