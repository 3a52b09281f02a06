// What this browser remembers about how its people write: a computer that others use keeps nothing; plain writing is a choice.

const SHARED = 'shared-computer'
const YEAR = 365 * 86_400 // seconds

/** Whether this computer is used by several people: no text may stay in it. */
export const isShared = () => document.cookie.split('; ').includes(`${SHARED}=yes`)

export const setShared = (yes) => put(SHARED, yes)

const put = (name, yes) => { document.cookie = `${name}=${yes ? 'yes' : ''}; path=/; max-age=${yes ? YEAR : 0}; samesite=lax` }

const plainName = () => `plain-writing:${document.body.dataset.user ?? ''}`

/** Whether this person prefers the plain field to write in. */
export function prefersPlain() {
  try {
    return localStorage.getItem(plainName()) === 'yes'
  } catch {
    return false
  }
}

export function setPlain(yes) {
  put('plain-writing', yes) // so that the page does not bring what will not be used
  try {
    if (yes) localStorage.setItem(plainName(), 'yes')
    else localStorage.removeItem(plainName())
  } catch { /* asked again next time */ }
}
