// What one chooses to see of a map: the legend that is also the filter, the other fields, the sessions, the layers.
import { counts, filtersOf, isNarrow, noFilters, sessionsOf } from './map-filters.js'
import { circle, sign } from './map-signs.js'
import { looksOf } from './map-style.js'
import { make } from './parts.js'
import { fill } from './words.js'

const LISTED = ['emotion', 'choice', 'multi', 'bool']

export class MapPanel {
  /** `view`: the element; `changed()` when what is shown must be drawn again. */
  constructor(view, { fields, words, changed, asked }) {
    Object.assign(this, { view, words, changed, filters: filtersOf(asked) })
    this.fields = fields.map((field) => ({ ...field, yes: words.yes, no: words.no }))
    this.bar = view.querySelector('.feelings')
    this.form = view.querySelector('[data-filters]')
    this.layers = view.querySelector('[data-layers]')
    this.form.addEventListener('input', (event) => this.read(event.target))
    this.form.addEventListener('submit', (event) => event.preventDefault())
    this.form.addEventListener('reset', () => { this.filters = { ...noFilters(), hidden: this.filters.hidden }; this.made = ''; setTimeout(changed) })
    this.bar.addEventListener('input', (event) => this.read(event.target))
    this.layers?.addEventListener('input', (event) => this.readLayer(event.target))
  }

  read({ name, value, checked, dataset }) {
    const { filters } = this
    if (dataset.value !== undefined) {
      filters.off[name] ??= new Set()
      filters.off[name][checked ? 'delete' : 'add'](dataset.value)
    } else if (dataset.end) filters[dataset.end][name] = value
    else if (dataset.said !== undefined) filters.said[name] = dataset.said ? checked && dataset.said : value
    else filters[name] = value
    this.changed()
  }

  readLayer({ dataset, checked, value }) {
    const id = Number(dataset.layer)
    if (dataset.opacity !== undefined) this.opacity = { ...this.opacity, [id]: Number(value) }
    else this.filters.hidden[checked ? 'delete' : 'add'](id)
    this.changed()
  }

  get isNarrow() {
    return isNarrow(this.filters)
  }

  /** Draws what can be chosen; `lead`: { field, entries } of the first layer that has looks, the legend on the map. */
  show(features, layers, lead) {
    this.showLead(features, lead)
    this.showForm(features, lead)
    this.showLayers(features, layers)
    this.view.querySelector('[data-narrowed]').hidden = !this.isNarrow
  }

  showLead(features, { field, entries }) {
    this.bar.hidden = !entries.length
    if (!entries.length) return
    const isListed = LISTED.includes(field.type)
    const found = isListed ? counts(features, this.filters, this.fields, field.key) : new Map()
    const stamp = JSON.stringify([field.key, entries.map(({ label, colour, radius, pattern }) => [label, colour, radius, pattern])])
    if (this.lead !== stamp) {
      this.lead = stamp
      const legend = make('legend', { class: 'visually-hidden' }, field.type === 'emotion' ? this.words.showFeelings : field.label)
      this.bar.replaceChildren(legend, ...entries.map((look) => (isListed ? this.choice(field, look) : this.told(look))))
    }
    this.bar.classList.toggle('is-worded', field.type !== 'emotion')
    for (const label of this.bar.querySelectorAll('label')) {
      const { value } = label.firstElementChild.dataset
      label.querySelector('b').textContent = found.get(value) ?? 0
      label.firstElementChild.checked = !this.filters.off[field.key]?.has(value)
    }
  }

  choice(field, look) {
    const isFace = field.type === 'emotion'
    return make('label', { class: 'feel' }, make('input', { type: 'checkbox', checked: true, name: field.key, 'data-value': String(look.value) }), sign(look), make('b'),
      make('span', { class: isFace ? 'visually-hidden' : 'feel-words' }, isFace ? `\u00a0: ${look.label}` : look.label))
  }

  told(look) {
    return make('span', { class: 'feel feel--told' }, look.radius ? circle(look) : sign(look), make('span', { class: 'feel-words' }, look.label))
  }

  /** The form is made once for what the features hold: typing in it never loses the place. */
  showForm(features, lead) {
    const sessions = sessionsOf(features)
    const stamp = JSON.stringify([sessions, lead.field?.key])
    if (this.made === stamp) return
    this.made = stamp
    const groups = this.fields.map((field) => (field === lead.field || field.key === lead.field?.key ? null : this.group(field))).filter(Boolean)
    const words = make('div', { class: 'field' }, make('label', { for: 'map-words' }, this.words.search), make('input', { class: 'input', id: 'map-words', name: 'words', type: 'search', value: this.filters.words, autocomplete: 'off' }))
    const session = sessions.length > 1 ? make('div', { class: 'field' }, make('label', { for: 'map-session' }, this.words.session), select('map-session', 'session', ['', ...sessions].map((one) => [one, one || this.words.allSessions]), this.filters.session)) : null
    const days = Object.entries(this.view.told.days ?? {})
    const day = days.length ? make('div', { class: 'field' }, make('label', { for: 'map-day' }, this.words.openOn), select('map-day', 'day', [['', this.words.anyDay], ...days], this.filters.day)) : null
    this.form.replaceChildren(...[words, session, day, ...groups, make('button', { class: 'btn', type: 'reset' }, this.words.showAll)].filter(Boolean))
    this.view.querySelector('[data-compare]')?.toggleAttribute('hidden', sessions.length < 2)
  }

  group(field) {
    if (LISTED.includes(field.type)) {
      const looks = looksOf(field)
      return looks.length ? make('fieldset', { class: 'map-choices' }, make('legend', { class: 'label' }, field.label), ...looks.map((look) => make('label', { class: 'check' },
        make('input', { type: 'checkbox', checked: !this.filters.off[field.key]?.has(String(look.value)), name: field.key, 'data-value': String(look.value) }), make('span', {}, look.label)))) : null
    }
    if (!['number', 'scale', 'date'].includes(field.type)) return this.said(field)
    const type = field.type === 'date' ? 'date' : 'number'
    return make('fieldset', { class: 'map-range' }, make('legend', { class: 'label' }, field.label), ...['from', 'to'].map((end) => make('label', {}, make('span', {}, this.words[end]),
      make('input', { class: 'input', type, step: 'any', name: field.key, 'data-end': end, value: this.filters[end][field.key] ?? '' }))))
  }

  /** Words in the answers to one question; of a photo or a voice, whether there is one. */
  said({ key, label, type }) {
    const now = this.filters.said[key]
    if (['photo', 'voice', 'video', 'item'].includes(type)) {
      return make('fieldset', { class: 'map-choices' }, make('legend', { class: 'label' }, label), make('label', { class: 'check' },
        make('input', { type: 'checkbox', name: key, 'data-said': '1', checked: Boolean(now) }), make('span', {}, this.words.has)))
    }
    return make('div', { class: 'field' }, make('label', { for: `map-said-${encodeURIComponent(key)}` }, label), make('input', { class: 'input', id: `map-said-${encodeURIComponent(key)}`, name: key, 'data-said': '', value: now ?? '', autocomplete: 'off' }))
  }

  showLayers(features, layers) {
    if (!this.layers) return
    this.layers.closest('details').hidden = layers.length < 2
    const stamp = JSON.stringify(layers.map(({ id, title, viewpoint, locked }) => [id, title, viewpoint, locked]))
    if (this.layered !== stamp) {
      this.layered = stamp
      this.layers.replaceChildren(...layers.map((layer) => make('li', {}, make('label', { class: 'check' },
        make('input', { type: 'checkbox', checked: !this.filters.hidden.has(layer.id), 'data-layer': layer.id }), make('span', {}, layer.title || this.words.layer, make('small', {}, [layer.viewpoint, layer.locked ? this.words.locked : ''].filter(Boolean).join(', ')))),
      make('input', { type: 'range', min: 0.1, max: 1, step: 0.1, value: layer.opacity ?? 1, 'data-layer': layer.id, 'data-opacity': '', 'aria-label': fill(this.words.opacity, { layer: layer.title }) }))))
    }
  }
}

function select(id, name, options, chosen) {
  return make('select', { class: 'input input--choice', id, name }, ...options.map(([value, words]) => make('option', { value, selected: value === chosen }, words)))
}
