// Keeps the pages that a person opened readable without network, on a device of their own. It answers nothing but reading,
// never in the place of a server that answers, and says of each page it gives that it is not the latest.
import { AT, LONGEST, MOST_PAGES, MOST_PICTURES, PREFIX, canGoOn, concerns, decision, marked, isWriting, keyOf, mayKeep, moment, settled, titleOf } from '../lib/kept-pages.js'
import { EMPTY, PAGES, PARTS, PICTURES, askSoon, askWhatIsGone, belongTo, forget, isSomebodys, trim } from './keeping.js'

const PATIENCE = 10_000 // milliseconds for a network that is there and gives nothing
const MOST_PARTS = 400
const words = self.essaimWords ?? {}

self.addEventListener('install', (event) => {
  self.skipWaiting()
  event.waitUntil(caches.open(PARTS).then((cache) => cache.add(EMPTY)).catch(() => {}))
})

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('essaim-') && !name.startsWith(PREFIX)) await caches.delete(name)
  await self.clients.claim()
})()))

self.addEventListener('message', (event) => {
  if (event.data === 'forget') event.waitUntil(forget())
  if (event.data === 'ask') event.waitUntil(askSoon().then(askWhatIsGone)) // the network is back
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  // Leaving is never answered here: what was kept goes at once, whether or not the server is reached.
  if (request.method === 'POST' && url.pathname === '/logout') return event.waitUntil(forget())
  const kind = concerns(request, url, self.location.origin)
  if (kind === 'part') event.respondWith(part(request))
  if (kind === 'page') event.respondWith(page(event, url))
  if (kind === 'picture') event.respondWith(picture(event))
})

async function part(request) {
  const cache = await caches.open(PARTS)
  const found = await cache.match(request)
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok && answer.type === 'basic') {
    await cache.put(request, answer.clone()).catch(() => {})
    trim(cache, MOST_PARTS)
  }
  return answer
}

async function page(event, url) {
  const cache = await caches.open(PAGES)
  const came = fetch(event.request).then((answer) => {
    event.waitUntil(note(answer.clone(), url))
    return answer
  })
  came.catch(() => {}) // said below, or no longer waited for
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE))
  try {
    const answer = await Promise.race([came, late])
    if (answer) return answer
    return (await kept(cache, url)) ?? (await came)
  } catch {
    return (await kept(cache, url)) ?? (await nothing(cache))
  }
}

/** Does with what is kept what an answer of the server asks. */
async function note(answer, url) {
  const head = (name) => answer.headers.get(name)
  const asked = decision({ status: answer.status, reader: head('x-reader'), control: head('cache-control'), type: head('content-type') })
  if (asked === 'forget') return forget()
  // What was here may not be read any more: its words may stand in other pages that are kept.
  if (asked === 'gone') return (await (await caches.open(PAGES)).match(keyOf(url), { ignoreVary: true })) && forget()
  if (asked !== 'keep') return
  await belongTo(head('x-reader'))
  const cache = await caches.open(PAGES) // opened now: the one before may just have been forgotten
  const there = new URL(answer.url || url.href)
  if (mayKeep(there.pathname) || isWriting(there.pathname)) {
    const html = settled(await answer.text())
    const headers = new Headers(answer.headers)
    headers.set(AT, String(Date.now()))
    headers.delete('content-encoding')
    if (html && (mayKeep(there.pathname) || canGoOn(html))) await cache.put(keyOf(there), new Response(html, { headers }))
    await trim(cache, MOST_PAGES)
  }
  await askWhatIsGone()
}

/** The page as it was, which says when; undefined when it was never opened here, or too long ago. */
async function kept(cache, url) {
  const found = await cache.match(keyOf(url), { ignoreVary: true })
  const at = Number(found?.headers.get(AT))
  if (!found || Date.now() - at > LONGEST) return undefined
  if (await isSomebodys()) await askSoon() // much may have changed meanwhile
  const html = await found.text()
  const lang = /<html lang="(\w+)"/.exec(html)?.[1] ?? 'fr'
  return new Response(marked(html, (words[lang] ?? words.fr).version.replace('{when}', moment(at, lang))), { headers: found.headers })
}

/** Never opened here: what was, with the way to it. */
async function nothing(cache) {
  const found = await (await caches.open(PARTS)).match(EMPTY)
  if (!found) return Response.error()
  const lines = []
  for (const request of (await cache.keys()).reverse()) {
    const answer = await cache.match(request)
    const { pathname, search } = new URL(request.url)
    lines.push(`<li><a href="${(pathname + search).replace(/&/g, '&amp;').replace(/"/g, '%22')}">${titleOf(await answer.text()) || pathname}</a></li>`)
  }
  const html = (await found.text()).replace('<!--kept-->', lines.join(''))
  return new Response(html, { status: 503, headers: found.headers })
}

async function picture(event) {
  const cache = await caches.open(PICTURES)
  try {
    const answer = await fetch(event.request)
    const isKept = answer.ok && answer.type === 'basic' && !/no-store/.test(answer.headers.get('cache-control')) && await isSomebodys()
    if (isKept) event.waitUntil(cache.put(event.request, answer.clone()).then(() => trim(cache, MOST_PICTURES)).catch(() => {}))
    else if (answer.status === 404 || answer.status === 410) event.waitUntil(cache.delete(event.request, { ignoreVary: true }))
    return answer
  } catch (error) {
    const found = await cache.match(event.request, { ignoreVary: true })
    if (found) return found
    throw error
  }
}
