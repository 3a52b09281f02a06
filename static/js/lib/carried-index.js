// The search of a folder taken away: the index was reckoned on the server, words are only looked up here.
// It speaks to no server and touches no page, so that node can test it.

const VOWELS = new Set('l d j m t s n c qu jusqu lorsqu puisqu quoiqu'.split(' '))
const WORD = /[\p{L}\p{N}]+(?:['’ʼ`´-][\p{L}\p{N}]+)*/gu
const ENDINGS = 4 // letters that may differ at the end of a word never written that way in the folder

/** Lower case, without accents, ligatures in two letters. */
export const fold = (text) => text.toLowerCase().replace(/œ/g, 'oe').replace(/æ/g, 'ae')
  .normalize('NFD').replace(/\p{M}/gu, '')

/** The words of a question: elisions fall, compounds give their parts and the whole. */
export function wordsOf(text) {
  const found = []
  for (const [written] of fold(text.normalize('NFC')).matchAll(WORD)) {
    const parts = written.split('-').map(bare).filter(Boolean)
    found.push(parts.length > 1 ? { parts, whole: parts.join('') } : { parts, whole: parts[0] })
  }
  return found.filter(({ whole }) => whole)
}

function bare(part) {
  const pieces = part.split(/['’ʼ`´]/)
  while (pieces.length > 1 && VOWELS.has(pieces[0])) pieces.shift()
  return pieces.join('')
}

/** How many letters to change from one word to the other; stops caring beyond `most`. */
export function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before = null
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let value = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1))
      if (before && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2] + 1)
      next.push(value)
      least = Math.min(least, value)
    }
    if (least > most) return most + 1
    before = row
    row = next
  }
  return row[b.length]
}

export class CarriedIndex {
  constructor({ documents, found, forms, ignored }) {
    Object.assign(this, { documents, found, forms })
    this.ignored = new Set(ignored)
    this.terms = new Map(forms)
  }

  /** Documents for a question, best first: { at, score, near }. `near` when not every word was found as it was typed. */
  find(question) {
    const asked = wordsOf(question)
    const useful = asked.filter(({ whole }) => !this.ignored.has(whole))
    const words = useful.length ? useful : asked
    let near = false
    const scores = new Map()
    const seen = new Map()
    const forms = new Set()
    words.forEach((word, rank) => {
      const hit = this.meaning(word, rank === words.length - 1)
      near ||= hit.near
      for (const form of hit.forms) forms.add(form)
      const here = new Map()
      for (const [term, sure] of hit.terms) {
        const list = this.found[term]
        const rare = Math.log(1 + this.documents.length / (list.length / 2))
        for (let i = 0; i < list.length; i += 2) {
          here.set(list[i], Math.max(here.get(list[i]) ?? 0, sure * rare * Math.sqrt(list[i + 1])))
        }
      }
      for (const [at, score] of here) {
        scores.set(at, (scores.get(at) ?? 0) + score)
        seen.set(at, (seen.get(at) ?? 0) + 1)
      }
    })
    const best = Math.max(0, ...seen.values())
    const results = [...scores].filter(([at]) => seen.get(at) === best).map(([at, score]) => ({ at, score }))
    results.sort((a, b) => b.score - a.score || a.at - b.at)
    return { results, forms, near: near || (results.length > 0 && best < words.length) }
  }

  /** The terms that a word of the question may mean, each with how sure that is. */
  meaning({ parts, whole }, isLast) {
    const terms = new Map()
    const forms = []
    const add = (form, sure) => {
      const term = this.terms.get(form)
      if (term === undefined) return
      terms.set(term, Math.max(terms.get(term) ?? 0, sure))
      forms.push(form)
    }
    add(whole, 1)
    for (const part of parts) add(part, parts.length > 1 ? 0.6 : 1)
    if (isLast && whole.length > 1) for (const form of this.beginning(whole)) add(form, 0.5)
    if (terms.size || whole.length < 4) return { terms, forms: this.kin(terms, forms), near: false }
    const stem = whole.slice(0, Math.max(4, whole.length - ENDINGS))
    for (const form of this.beginning(stem)) if (form.length - stem.length <= ENDINGS) add(form, 0.7)
    if (terms.size) return { terms, forms: this.kin(terms, forms), near: false }
    const most = whole.length > 7 ? 2 : 1
    for (const [form] of this.forms) {
      const far = distance(whole, form, most)
      if (far <= most) add(form, 0.5 / far)
    }
    return { terms, forms: this.kin(terms, forms), near: true }
  }

  /** The other ways in which the folder writes the same terms, to mark them too. */
  kin(terms, forms) {
    return terms.size ? [...forms, ...this.forms.filter(([, term]) => terms.has(term)).map(([form]) => form)] : forms
  }

  /** The forms that begin so; `forms` are in order. */
  * beginning(start) {
    let low = 0
    let high = this.forms.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.forms[middle][0] < start) low = middle + 1
      else high = middle
    }
    for (; low < this.forms.length && this.forms[low][0].startsWith(start); low++) yield this.forms[low][0]
  }

  /** The stretch of a document where its words are, in pieces: [text, whether it is one of them]. */
  excerpt(at, forms, room = 220) {
    const text = this.documents[at][3]
    const marks = [...text.matchAll(/[\p{L}\p{N}]+/gu)].filter(([word]) => forms.has(fold(word)))
    const first = marks[0]?.index ?? 0
    let start = Math.max(0, first - room / 3)
    if (start) start = text.indexOf(' ', start) + 1
    const end = Math.min(text.length, start + room)
    const pieces = []
    let here = start
    for (const { 0: word, index } of marks) {
      if (index < start || index + word.length > end) continue
      pieces.push([text.slice(here, index), false], [word, true])
      here = index + word.length
    }
    pieces.push([text.slice(here, end), false])
    return [[start ? '… ' : '', false], ...pieces, [end < text.length ? ' …' : '', false]].filter(([words]) => words)
  }
}
