// French signs while typing: a no-break space before : ; ! ? and « » for straight quotes. Helped, never forced: only what has
// just been typed is touched, and one Backspace gives back what the fingers did.

const SPACE = '\u00a0' // before a colon and inside « »
const THIN = '\u202f' // before ; ! ?
const AFTER_SPACE = /[\p{L}\p{N}»)"’”*_%…] $/u
const AFTER_WORD = /(?:^|[\s(«>])([\p{L}][\p{L}’'-]+)([:;!?]+)$/u

/** What to write instead of `typed` after `before` (the line up to the caret): { remove, insert }, or null. */
export function french(before, typed) {
  if (isTechnical(before)) return null
  if (/^[:;!?]$/.test(typed) && AFTER_SPACE.test(before)) return { remove: 1, insert: space(typed) + typed }
  if (typed === ' ') {
    const signs = before.match(AFTER_WORD)?.[2]
    return signs ? { remove: signs.length, insert: `${space(signs)}${signs} ` } : null
  }
  return typed === '"' ? quotes(before) : null
}

const space = (signs) => (signs[0] === ':' ? SPACE : THIN)

function quotes(before) {
  if (!before || /[\s([>\u00a0]$/.test(before)) return { remove: 0, insert: `«${SPACE}` }
  const open = before.lastIndexOf('«') > before.lastIndexOf('»')
  return open ? { remove: 0, insert: `${SPACE}»` } : null
}

/** Code, addresses, boxes, tags: signs mean something else there. */
const isTechnical = (before) => /^\s*(?:!!!|\?\?\?|<|\{\{|\[\^)/.test(before)
  || (before.match(/`/g)?.length ?? 0) % 2 === 1 || /\]\([^)]*$/.test(before) || /<[A-Za-z/][^>]*$/.test(before)
  || /(?:https?:\/\/|www\.)\S*$/.test(before)
