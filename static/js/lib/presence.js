// Who else is on this text, and what to say of them.

/** One entry for each other person, writers first: { id, name, colour, pictogram, isWriting, heading }. */
export function others(states, own, me) {
  const people = new Map()
  for (const [client, { user, writing, heading }] of states) {
    if (client === own || !user?.name || (me !== undefined && user.id === me)) continue
    const known = people.get(user.id ?? client)
    if (known?.isWriting && !writing) continue
    people.set(user.id ?? client, { ...user, isWriting: Boolean(writing), heading: (heading ?? '').trim() })
  }
  return [...people.values()].sort((one, other) => other.isWriting - one.isWriting || one.name.localeCompare(other.name))
}

/** Pieces of the sentence: { text, tone: 'name' | 'words' | 'hush' }. `words` are the sentences with {name}, {names}, {heading}. */
export function sentence(people, words, language = 'fr') {
  const [writers, readers] = [people.filter((one) => one.isWriting), people.filter((one) => !one.isWriting)]
  const pieces = writers.slice(0, 3).flatMap((one) => named(one.heading ? words.writesIn : words.writes, one))
  if (writers.length > 3) pieces.push({ tone: 'hush', text: `${words.more.replace('{count}', writers.length - 3)} ` })
  if (readers.length) {
    const shown = readers.slice(0, 4).map((one) => one.name)
    if (readers.length > 4) shown.push(`+ ${readers.length - 4}`)
    const names = new Intl.ListFormat(language, { type: 'conjunction' }).format(shown)
    pieces.push({ tone: 'hush', text: (readers.length > 1 ? words.readMany : words.reads).replace('{names}', names) })
  }
  return pieces
}

function named(template, { name, heading }) {
  const [before, after] = template.split('{name}')
  const letters = [...heading]
  const short = letters.length > 60 ? `${letters.slice(0, 58).join('')}…` : heading
  return [
    before && { tone: 'words', text: before }, { tone: 'name', text: name },
    { tone: 'words', text: `${after.replace('{heading}', short)} ` },
  ].filter(Boolean)
}
