// What a device of one's own keeps of the pages its person opened: decisions only, so that node can test them.

export const PREFIX = 'essaim-2-' // raised when what is kept changes form
export const MOST_PAGES = 200
export const MOST_PICTURES = 300
export const LONGEST = 14 * 86_400_000 // milliseconds for which a page is kept without being opened again
export const AT = 'x-kept-at'

const NEVER = /^\/(account|admin|login|logout|setup|join|entrer|j|c|accord|reset|invitations|claim|uploads|api|ws|sw\.js|offline|healthz)(\/|$)/
const NOT_READ = /\/(edit|new|cards|door|offline|settings)(\/|$)/
const TAKEN = /\/(download|raw|original|export)(\/|$)|\.(zip|pdf|csv|json|atom|ics|png|svg|geojson|kml|gpx|umap|vtt)$/

/** What is on a map, as the first answer tells it: without it, a map that is opened again shows nothing. */
const MARKS = /^\/(maps\/\d+|map|groups\/\d+\/map)\/features\.json$/

/** Whether a page at that path may be kept: never what is of an account, of a door, or being written. */
export const mayKeep = (path) => ![NEVER, NOT_READ, TAKEN].some((those) => those.test(path))

/** The address under which a page is kept: one for a thing, whatever words of its title an address bears. */
export function keyOf(address) {
  const url = new URL(address)
  url.hash = ''
  url.pathname = url.pathname.replace(/^(\/[a-z]+\/\d+)-[^/]*/, '$1')
  return url.href
}

/** Whether a text is written there, perhaps with others. */
export const isWriting = (path) => /^\/[a-z]+\/\d+[^/]*\/edit$/.test(path)

/** Whether that writing may be kept: only a shared text can be gone on with without network and joined to the others' later. */
export const canGoOn = (html) => html.includes('<co-editor')

/** Whether the worker has anything to do with a request: reading, here, by one of our pages. */
export function concerns({ method, mode, destination }, url, origin) {
  if (method !== 'GET' || url.origin !== origin) return ''
  if (url.pathname.startsWith('/static/')) return 'part'
  if (mode === 'navigate') return TAKEN.test(url.pathname) ? '' : 'page'
  if (MARKS.test(url.pathname)) return url.searchParams.get('since') === '0' ? 'picture' : ''
  return destination === 'image' && /^\/files\/\d+\/(preview|media)\//.test(url.pathname) ? 'picture' : ''
}

/** What an answer asks to do: 'forget' all that is kept, 'gone' (all too, if this was kept), 'keep' it, or nothing. */
export function decision({ status, reader, control, type }) {
  if (status === 401 || reader === '-') return 'forget' // nobody is signed in any more, or on a computer that others use
  if (!/^text\/html/.test(type ?? '')) return ''
  if ([403, 404, 410].includes(status)) return 'gone'
  return status === 200 && reader && !/no-store/.test(control ?? '') ? 'keep' : ''
}

/** The page as it is kept: what was said once is not said again. */
export const settled = (html) => (html.includes('my-digits') ? '' : html.replace(/<toast-note[\s\S]*?<\/toast-note>/g, ''))

/** The hour of a version, and its day when it is not of today. */
export function moment(at, lang, now = Date.now()) {
  const date = new Date(at)
  const isToday = date.toDateString() === new Date(now).toDateString()
  const hour = new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' }).formatToParts(date)
  const part = (name) => hour.find(({ type }) => type === name)?.value ?? ''
  const said = lang.startsWith('fr') ? `${Number(part('hour'))} h ${part('minute')}` : hour.map(({ value }) => value).join('')
  return isToday ? said : `${new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long' }).format(date)}, ${said}`
}

const plain = (text) => text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign])

/** The page with, first of all, that it is not the latest. */
export function marked(html, words) {
  const note = `<p class="kept-page" role="status">${plain(words)}</p>`
  return /<body[^>]*>/.test(html) ? html.replace(/<body[^>]*>/, (tag) => tag + note) : note + html
}

export const titleOf = (html) => (/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '').split(' — ')[0].trim()

/** The numbers of items and groups in addresses: what to ask the server about. */
export function numbersIn(addresses) {
  const found = { items: new Set(), groups: new Set() }
  for (const address of addresses) {
    const [, kind, number] = /^\/([a-z]+)\/(\d{1,9})(?:[-/]|$)/.exec(new URL(address).pathname) ?? []
    if (number) (kind === 'groups' ? found.groups : found.items).add(Number(number))
    const group = new URL(address).searchParams.get('group')
    if (/^\d{1,9}$/.test(group ?? '')) found.groups.add(Number(group))
  }
  return { items: [...found.items], groups: [...found.groups] }
}
