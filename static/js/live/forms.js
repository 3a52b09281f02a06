// Small forms for what is hard to type: a link, the words of an image, a page or a card, a table. Each is a <dialog> of the page.
import { plain } from '../lib/inline.js'
import { make } from '../lib/parts.js'
import { getJSON } from '../lib/request.js'
import { secondsOf } from '../lib/times.js'

/** Opens a dialog with these values; its promise gives { act, …values }, or null when it is closed without a button. */
export function ask(dialog, values = {}) {
  const form = dialog.querySelector('form')
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value
  for (const button of form.querySelectorAll('[data-only]')) button.hidden = !values[button.dataset.only]
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const act = dialog.returnValue
      resolve(act ? { ...Object.fromEntries(new FormData(form)), act } : null)
    }, { once: true })
  })
}

/** An address as it must be written: `exemple.fr` is on the web, an e-mail address is one. */
export function address(typed) {
  const text = typed.trim().replace(/ /g, '%20').replace(/\(/g, '%28').replace(/\)/g, '%29')
  if (/^[^\s@/]+@[^\s@/]+\.\w+$/.test(text)) return `mailto:${text}`
  return /^(?:[a-z][a-z\d+.-]*:|\/|#)/i.test(text) ? text : `https://${text}`
}

/** A link or the change of one; null: nothing to do. */
export async function linkForm(dialog, { words, to, isOld }) {
  const given = await ask(dialog, { words: plain(words), address: to, old: isOld ? 'yes' : '' })
  if (!given) return null
  if (given.act === 'drop') return { insert: words }
  if (given.act === 'page') return { page: true }
  if (!given.address.trim()) return null
  const text = given.words === plain(words) ? words : given.words.replace(/[[\]]/g, '\\$&')
  return { insert: `[${text.trim() || given.address.trim().replace(/^https?:\/\//, '')}](${address(given.address)})` }
}

const CARDS = { pages: 'page', files: 'fichier', reports: 'retour', collections: 'collection', maps: 'carte', portraits: 'portrait' }

/** Chooses a page or another content: { insert, alone } — a link in the sentence, or a card on its own line. */
export async function pageForm(dialog, { url, query, words }) {
  const list = dialog.querySelector('[data-found]')
  const field = dialog.querySelector('[name=query]')
  let found = []
  let asking
  const show = async () => {
    asking?.abort()
    asking = new AbortController()
    try {
      const where = new URL(url, location.href)
      where.searchParams.set('q', field.value)
      found = await getJSON(where, asking.signal)
    } catch (error) {
      if (error.name === 'AbortError') return
      found = []
    }
    const note = (one) => (one.ambiguous && one.group ? make('small', {}, one.group) : null)
    const at = [...list.children].indexOf(document.activeElement)
    list.replaceChildren(...found.slice(0, 8).map((one, index) => make('button', { class: 'btn btn--wide co-choice', value: `${index}` }, one.title, note(one))))
    if (!found.length) list.replaceChildren(make('p', { class: 'hush' }, words.noPage))
    if (at >= 0) (list.querySelectorAll('button')[at] ?? field).focus()
  }
  let timer
  const later = () => { clearTimeout(timer); timer = setTimeout(show, 150) }
  // Enter takes the first one found; arrows go from one to the next, and back to the words.
  const step = (event) => {
    const choices = [...list.querySelectorAll('button')]
    const at = choices.indexOf(document.activeElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key]
    if (event.key === 'Enter' && event.target === field) {
      event.preventDefault()
      clearTimeout(timer)
      show().then(() => list.querySelector('button')?.click())
    } else if (to !== undefined && (event.target === field || at >= 0)) {
      event.preventDefault()
      ;(choices[to] ?? (to < 0 ? field : choices.at(-1)))?.focus()
    }
  }
  field.addEventListener('input', later)
  dialog.addEventListener('keydown', step)
  field.value = query
  list.replaceChildren()
  show()
  const given = await ask(dialog)
  field.removeEventListener('input', later)
  dialog.removeEventListener('keydown', step)
  clearTimeout(timer)
  asking?.abort()
  const one = found[given?.act]
  if (!one) return given?.act === 'drop' ? { drop: true } : null
  const [from, to] = [secondsOf(given.from) ?? 0, secondsOf(given.to)]
  if (given.as === 'moment' && one.kind === 'files') return { insert: `{{moment ${one.id} ${to > from ? `${from}-${to}` : from}}}`, alone: true }
  if (given.as !== 'link') return { insert: `{{${CARDS[one.kind] ?? 'élément'} ${one.id}}}`, alone: true }
  return { insert: `[[${one.insert}]]` }
}

/** The words of an image. */
export async function imageForm(dialog, { alt }) {
  const given = await ask(dialog, { alt })
  if (!given) return null
  return given.act === 'drop' ? { drop: true } : { alt: given.alt.replace(/[[\]\n]/g, ' ').trim() }
}
