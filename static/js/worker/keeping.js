// Whose pages these are, and when they go: all at once, when somebody leaves, another comes, or one of them may not be read.
import { copiedTexts, dropCopies } from '../lib/kept.js'
import { LONGEST, PREFIX, numbersIn } from '../lib/kept-pages.js'
import { getJSON } from '../lib/request.js'

export const PARTS = `${PREFIX}parts`
export const PAGES = `${PREFIX}pages`
export const PICTURES = `${PREFIX}pictures`
export const EMPTY = '/offline'
const WHO = `${PREFIX}who`
const ASK_EVERY = 600_000 // milliseconds

const note = async (name, words) => (await caches.open(WHO)).put(name, new Response(words))
const noted = async (name) => (await (await caches.open(WHO)).match(name))?.text()

/** Whether something is kept for somebody. */
export const isSomebodys = async () => Boolean(await noted('/who'))

/** What is kept is of one person: another who signs in finds nothing. */
export async function belongTo(reader) {
  const before = await noted('/who')
  if (before === reader) return
  await forget() // also what an answer that came late kept after its person left
  await note('/who', reader)
}

export async function forget() {
  const reader = await noted('/who')
  for (const name of [PAGES, PICTURES, WHO]) await caches.delete(name)
  if (reader) await dropCopies(reader)
}

/** The next page that the server gives asks, however recently that was done. */
export const askSoon = () => note('/asked', '0')

/** Asks now and then whether all that is kept may still be read; else none of it stays. */
export async function askWhatIsGone() {
  const reader = await noted('/who')
  if (!reader || Date.now() - Number(await noted('/asked') ?? 0) < ASK_EVERY) return
  await dropCopies(reader, Date.now() - LONGEST)
  const pages = (await (await caches.open(PAGES)).keys()).map(({ url }) => url)
  const texts = (await copiedTexts(reader)).map((path) => new URL(path, self.location.origin).href)
  const { items, groups } = numbersIn([...pages, ...texts])
  const isAny = items.length || groups.length
  const answer = isAny ? await getJSON(`/offline/readable.json?items=${items}&groups=${groups}`).catch(() => null) : {}
  if (answer) await note('/asked', String(Date.now()))
  if (answer?.gone) await forget()
}

/** The oldest go first. */
export async function trim(cache, most) {
  const requests = (await cache.keys()).filter(({ url }) => new URL(url).pathname !== EMPTY)
  for (const request of requests.slice(0, Math.max(0, requests.length - most))) await cache.delete(request)
}
