// Names made in the browser.

/** A version 4 UUID; crypto.randomUUID is missing where the address has no https. */
export function newId(bytes = crypto.getRandomValues(new Uint8Array(16))) {
  const all = [...bytes]
  all[6] = (all[6] & 15) | 64
  all[8] = (all[8] & 63) | 128
  const hex = all.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
