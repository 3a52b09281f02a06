// The only place that talks to the server: plain answers, and three ways to fail that a page can explain.

/** The session ended: the text is still here, the person must sign in. */
export class SignedOut extends Error {}
/** Nothing came back: no network, or the server is away. */
export class Unreachable extends Error {}
/** The server refused, and may have said why. */
export class Refused extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

const isSignIn = (url) => new URL(url, location.href).pathname === '/login'

/** GET of JSON. `signal` stops it. */
export async function getJSON(url, signal) {
  return read(await go(url, { headers: { Accept: 'application/json' }, signal })).then(JSON.parse)
}

/** GET of a piece of HTML, as the server made it safe. */
export async function getText(url, signal) {
  return read(await go(url, { headers: { Accept: 'text/html' }, signal }))
}

/** Some bytes of a file that answers to Range. */
export async function getBytes(url, offset, length, signal) {
  const response = await go(url, { headers: { Range: `bytes=${offset}-${offset + length - 1}` }, signal })
  if (response.redirected && isSignIn(response.url)) throw new SignedOut()
  if (response.status !== 206) throw new Refused(response.status, '')
  return response.arrayBuffer()
}

/** POST of fields; the answer as text (a piece of HTML, as the server made it safe). */
export async function postForText(url, fields, signal) {
  return read(await go(url, { method: 'POST', body: new URLSearchParams(fields), signal }))
}

/** The status of an answer alone; 401 for the sign-in page, 0 when nothing came. */
export async function statusOf(url) {
  try {
    const response = await go(url, {})
    return response.redirected && isSignIn(response.url) ? 401 : response.status
  } catch {
    return 0
  }
}

/** POST of fields; the answer as JSON. */
export async function postForJSON(url, fields, signal) {
  const headers = { Accept: 'application/json' }
  return read(await go(url, { method: 'POST', body: new URLSearchParams(fields), headers, signal })).then(JSON.parse)
}

/** POST of a value as JSON; the answer as JSON. */
export const postJSON = (url, value) => sendJSON('POST', url, value)

/** PUT, POST or DELETE of JSON; the answer as JSON. */
export async function sendJSON(method, url, body, signal) {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
  return read(await go(url, { method, headers, signal, body: JSON.stringify(body ?? {}) })).then(JSON.parse)
}

async function go(url, options) {
  try {
    return await fetch(url, { credentials: 'same-origin', ...options })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new Unreachable(error.message)
  }
}

async function read(response) {
  if (response.status === 401 || (response.redirected && isSignIn(response.url))) throw new SignedOut()
  const text = await response.text()
  if (!response.ok) throw new Refused(response.status, reasonOf(text))
  return text
}

/** What the server says in its JSON error, or nothing. */
export function reasonOf(text) {
  try {
    const { error } = JSON.parse(text)
    return (typeof error === 'string' ? error : error?.message) ?? ''
  } catch {
    return ''
  }
}
