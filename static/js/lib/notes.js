// One remark about a passage as it stands in the list beside a text being written; made from words alone.
import { icon, make } from './parts.js'
import { fill } from './words.js'

const button = (words, sign, press, kind = 'btn--tool') => {
  const made = make('button', { class: `btn ${kind}`, type: 'button' }, icon(sign), words)
  made.addEventListener('click', press)
  return made
}

/** The entry; `act(name)` is called for what one presses: see, accept, refuse, settle, reopen, answer. */
export function entry(one, words, act) {
  const item = make('li', { class: `note${one.settled ? ' note--settled' : ''}`, 'data-note': one.id })
  item.append(
    make('p', { class: 'note-head' }, make('b', {}, one.author), ' ', make('time', { datetime: one.at }, one.when)),
    quote(one),
  )
  if (one.text) item.append(make('p', { class: 'note-words' }, one.text))
  const state = said(one, words)
  if (state) item.append(make('p', { class: 'hush' }, state))
  for (const answer of one.answers) {
    item.append(make('p', { class: 'note-answer' }, make('b', {}, answer.author), ' ', answer.text))
  }
  item.append(acts(one, words, act))
  return item
}

function quote({ kind, pieces, quote, now, state }) {
  const block = make('blockquote', { class: 'about-words' })
  if (kind !== 'suggestion') block.append(state === 'changed' ? now : quote)
  for (const [sort, part] of kind === 'suggestion' ? pieces : []) {
    block.append(sort === 'same' ? part : make(sort === 'added' ? 'ins' : 'del', {}, part))
  }
  return block
}

function said({ kind, state, settled, accepted, held, quote, settled_by: by }, words) {
  if (held) return words.held
  if (settled) return fill(accepted ? words.accepted : accepted === false ? words.refused : words.settled, { by })
  if (state === 'gone') return words.gone
  if (state !== 'changed') return ''
  return kind === 'suggestion' ? words.changed : `${words.changed} ${fill(words.said, { quote })}`
}

function acts(one, words, act) {
  const row = make('div', { class: 'note-acts' })
  if (one.start !== null) row.append(button(words.see, 'cible', () => act('see')))
  if (one.may_decide && one.state === 'stands') row.append(button(words.accept, 'coche', () => act('accept'), ''))
  if (one.may_decide) row.append(button(words.refuse, 'croix', () => act('refuse')))
  else if (one.may_settle && one.kind === 'comment') row.append(one.settled ? button(words.reopen, 'annuler', () => act('reopen')) : button(words.settle, 'coche', () => act('settle')))
  if (!one.held) row.append(button(words.answer, 'bulle', () => act('answer')))
  return row
}
