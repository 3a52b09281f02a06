// The card of one feature over the map: its name, what was said, seen and heard there, and what can be done.
import { nameOf, under } from './map-list.js'
import { looksOf } from './map-style.js'
import { sign } from './map-signs.js'
import { icon, make } from './parts.js'
import { getText } from './request.js'
import { day, fill, inSession } from './words.js'

export class MapPeek {
  constructor(root, { fields, words, language, close, acts }) {
    Object.assign(this, { root, fields, words, language, acts })
    // From the map too: what a touch opened there, Escape closes. While something is drawn, Escape is the drawing's.
    root.parentElement.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || root.hidden || event.defaultPrevented) return
      event.stopPropagation()
      close(true)
    })
  }

  /** `context`: { look, media, simple }. */
  show(feature, { look, media, simple }, hasFocus = false) {
    const title = make('h2', { id: 'peek-title', tabindex: '-1' }, nameOf(feature, look, this.words))
    const line = [under(feature, look, this.words), this.when(feature)].filter(Boolean).join(', ')
    const body = make('div', { class: 'peek-body' })
    if (feature.html) body.append(made(feature.html))
    else if (feature.story) body.append(make('p', {}, feature.story))
    body.append(...this.values(feature, media))
    this.root.replaceChildren(make('div', { class: 'peek-head' }, sign(look), make('div', {}, title, make('p', { class: 'hush' }, line)), this.closer()), body, this.foot(feature, simple))
    this.root.hidden = false
    this.root.scrollTop = 0
    if (hasFocus) title.focus({ preventScroll: true })
  }

  /** Several features at one place: which one? */
  many(entries) {
    const title = make('h2', { id: 'peek-title', tabindex: '-1' }, fill(this.words.gathered, { count: entries.length }))
    const rows = entries.slice(0, 50).map(({ feature, look }) => make('li', {}, make('button', { class: 'btn btn--quiet', type: 'button', 'data-act': 'pick', 'data-feature': feature.id }, sign(look), nameOf(feature, look, this.words))))
    this.root.replaceChildren(make('div', { class: 'peek-head peek-head--many' }, title, this.closer()), make('ul', { class: 'plain-list peek-many' }, ...rows))
    this.root.hidden = false
    title.focus()
  }

  closer() {
    return make('button', { class: 'btn btn--quiet peek-close', type: 'button', 'aria-label': this.words.close, 'data-act': 'close' }, icon('croix'))
  }

  when({ updated, session }) {
    const when = updated ? day(updated, this.language) : ''
    return [session ? inSession(this.words.inSession, session) : '', when].filter(Boolean).join(', ')
  }

  /** The fields in their order; the feeling is already said by the sign and the line under the title. */
  values(feature, media) {
    const rows = make('dl', { class: 'peek-facts' })
    const shown = []
    for (const field of this.fields) {
      const value = feature.props?.[field.key]
      if (value === undefined || value === null || value === '' || field.type === 'emotion') continue
      if (['photo', 'voice', 'video', 'item'].includes(field.type)) shown.push(...[value].flat().map((id) => this.pointed(media[id])).filter(Boolean))
      else rows.append(make('div', {}, make('dt', {}, field.label), make('dd', {}, this.worded(field, value))))
    }
    return rows.children.length ? [...shown, rows] : shown
  }

  worded(field, value) {
    if (field.type === 'link') return make('a', { href: /^https?:/.test(value) ? value : null, rel: 'noopener nofollow' }, value.replace(/^https?:\/\//, ''))
    if (field.type === 'bool') return value ? this.words.yes : this.words.no
    if (field.type === 'scale') return fill(this.words.outOfFive, { n: value })
    if (field.type === 'number') return new Intl.NumberFormat(this.language).format(value)
    if (field.type === 'date') return day(`${value}T12:00`, this.language, { dateStyle: 'long' })
    const labels = new Map(looksOf(field).map(({ value: one, label }) => [String(one), label]))
    return [value].flat().map((one) => labels.get(String(one)) ?? one).join(', ')
  }

  /** A picture is shown, a sound or a film played where it is, anything else is a link. */
  pointed(one) {
    if (!one) return null
    if (one.picture) return make('a', { href: one.url, class: 'peek-picture' }, make('img', { src: one.thumb, srcset: `${one.thumb} 320w, ${one.picture} 1280w`, sizes: '23rem', alt: one.alt || one.title, width: one.width, height: one.height, loading: 'lazy' }))
    if (!one.media) return make('p', {}, make('a', { href: one.url }, one.title))
    const isFilm = one.family === 'video'
    const button = make('button', { class: 'btn btn--main', type: 'button' }, icon(isFilm ? 'video' : 'ecouter'), isFilm ? this.words.watch : this.words.voice)
    const place = make('div', { class: 'peek-player' }, button)
    button.addEventListener('click', () => this.play(one, place))
    return place
  }

  /** The player comes when it is wanted: prepaid data is not spent on looking. */
  async play(one, place) {
    const link = make('a', { href: one.url, class: 'btn' }, icon('ecouter'), one.title)
    try {
      const [html] = await Promise.all([getText(`/files/${one.id}/player?size=small`), import('../elements/media-player.js')])
      place.replaceChildren(made(html))
      const own = place.querySelector('audio, video')
      if (own) own.play().catch(() => {})
      else place.append(link)
    } catch {
      place.replaceChildren(link)
    }
    place.querySelector('.play, a')?.focus()
  }

  foot(feature, simple) {
    const at = feature.geometry?.type === 'Point' && !simple ? feature.geometry.coordinates : null
    const acts = this.acts(feature).map(({ act, words, sign: name, main }) => make('button', { class: `btn${main ? ' btn--main' : ''}`, type: 'button', 'data-act': act }, icon(name), words))
    const go = at ? make('a', { class: 'btn only-wide', href: `geo:${at[1]},${at[0]}` }, icon('boussole'), this.words.go) : null
    const list = make('a', { class: 'btn only-phone', href: '#list', 'data-act': 'list' }, icon('liste'), this.words.list)
    return make('div', { class: 'row peek-acts' }, ...acts, list, go)
  }
}

/** A piece of HTML that the server made safe. */
function made(html) {
  const template = document.createElement('template')
  template.innerHTML = html
  return template.content
}
