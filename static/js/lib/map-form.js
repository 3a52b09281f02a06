// The form of one feature: what its map asks, the feeling first; in the place of its card.
import { isOpen } from './map-acts.js'
import { fieldInput, valueOf } from './map-inputs.js'
import { icon, make } from './parts.js'
import { fill } from './words.js'

const TITLES = { Point: 'newPoint', LineString: 'newLine', Polygon: 'newArea' }

export class MapForm {
  /** `save(body)`, `cancel()`, `move()`, `trash()`; `isNew`. `kept`: what was typed before the shape was moved. */
  constructor(view, feature, { isNew, kept, ...acts }) {
    Object.assign(this, { view, feature, isNew, acts, words: view.words, root: view.peek.root })
    const { words } = this
    this.form = make('form', { class: 'map-form', novalidate: true },
      make('div', { class: 'peek-head peek-head--many' }, make('h2', { id: 'peek-title', tabindex: '-1' }, isNew ? words[TITLES[feature.geometry?.type]] ?? words.newPoint : words.changeIt), this.button('cancel', 'croix', words.cancel, 'peek-close')),
      ...this.asked('emotion'), this.line('title', words.title, { maxlength: 300 }),
      make('div', { class: 'field' }, make('label', { for: 'map-story' }, words.story, this.optional()), make('textarea', { class: 'input input--area', id: 'map-story', name: 'story', rows: 3 })),
      ...this.asked(), this.more(),
      make('p', { class: 'error', role: 'alert', hidden: true }),
      make('div', { class: 'row peek-acts' }, make('button', { class: 'btn btn--main' }, icon('coche'), words.save),
        isNew ? null : this.button('move', 'deplacer', words.move), isNew ? null : this.button('trash', 'corbeille', words.trash)))
    this.form.elements.story.value = kept?.story ?? feature.story ?? ''
    this.form.elements.title.value = kept?.title ?? feature.title ?? ''
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.submit() })
    this.form.addEventListener('click', ({ target }) => { const act = target.closest('[data-form]')?.dataset.form; if (act) this.press(act) })
    this.root.replaceChildren(this.form)
    this.root.classList.add('is-form')
    this.root.hidden = false
    this.form.querySelector('h2').focus({ preventScroll: true })
    this.root.scrollTop = 0
  }

  button(act, sign, words, look = '') {
    const isBare = look === 'peek-close'
    return make('button', { class: `btn${isBare ? ' btn--quiet' : ''} ${look}`, type: 'button', 'data-form': act, 'aria-label': isBare ? words : null }, icon(sign), isBare ? null : words)
  }

  press(act) {
    if (act === 'cancel') { this.end(); this.acts.cancel() }
    if (act === 'move') { const kept = this.read(); this.end(); this.acts.move(kept) }
    if (act === 'trash') { this.end(); this.acts.trash() }
  }

  optional() {
    return make('span', { class: 'optional' }, ` (${this.words.optional})`)
  }

  line(name, words, attributes = {}) {
    return make('div', { class: 'field' }, make('label', { for: `map-${name}` }, words, this.optional()), make('input', { class: 'input', id: `map-${name}`, name, autocomplete: 'off', ...attributes }))
  }

  asked(type = null) {
    const { fields } = this.view.panel
    const wanted = fields.filter((field) => (type ? field.type === type : field.type !== 'emotion'))
    return wanted.map((field) => fieldInput(field, this.feature.props?.[field.key], this.view))
  }

  /** What few people change is one press away. */
  more() {
    const { words, view, feature } = this
    const layers = view.store.layers.filter((layer) => isOpen(layer, view.told) || layer.id === feature.layer)
    const choose = (name, label, options, value) => make('div', { class: 'field' }, make('label', { for: `map-${name}` }, label),
      make('select', { class: 'input input--choice', id: `map-${name}`, name }, ...options.map(([key, said]) => make('option', { value: key, selected: String(key) === String(value) }, said))))
    return make('details', { class: 'map-fold' }, make('summary', {}, words.more),
      make('div', { class: 'map-filters' },
        view.simple ? null : choose('precision', words.precision, Object.entries(view.told.precisions), feature.precision),
        make('div', { class: 'field' }, make('label', { for: 'map-when' }, words.sessionWhich), make('input', { class: 'input', id: 'map-when', name: 'session', maxlength: 80, value: feature.session ?? '', autocomplete: 'off' })),
        layers.length > 1 ? choose('layer', words.onLayer, layers.map(({ id, title }) => [id, title || words.layer]), feature.layer) : null))
  }

  read() {
    const { form, feature, view } = this
    const props = { ...feature.props }
    for (const field of view.panel.fields) {
      const value = valueOf(form, field)
      if (value === undefined || value === '' || value?.length === 0) delete props[field.key]
      else props[field.key] = value
    }
    return { layer: Number(form.elements.layer?.value ?? feature.layer), geometry: feature.geometry, precision: form.elements.precision?.value ?? feature.precision ?? 'exact', props,
      title: form.elements.title.value.trim(), story: form.elements.story.value, session: form.elements.session.value.trim() }
  }

  submit() {
    const body = this.read()
    const missing = this.view.panel.fields.find(({ key, required }) => required && body.props[key] === undefined)
    if (missing) return this.refuse(fill(this.words.required, { label: missing.label }), missing.key)
    if (this.form.querySelector('[data-uploading]')) return this.refuse(this.words.stillSending)
    this.end()
    return this.acts.save(body)
  }

  refuse(sentence, key) {
    const error = this.form.querySelector('[role="alert"]')
    error.textContent = sentence
    error.hidden = false
    if (key) this.form.querySelector(`[name="f-${key}"], [data-field="${key}"] input`)?.focus()
  }

  end() {
    this.root.classList.remove('is-form')
    this.root.hidden = true
    this.form.remove()
  }
}
