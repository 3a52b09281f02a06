// One input for each type of field that a map may ask.
import { isHeld } from './map-held.js'
import { sign } from './map-signs.js'
import { choosable } from './map-style.js'
import { icon, make } from './parts.js'
import { recordHere } from './map-voice.js'
import { Unreachable } from './request.js'
import { fill } from './words.js'

const FILES = { photo: 'image/*', voice: 'audio/*', video: 'video/*' }
const LINES = { text: { type: 'text' }, number: { type: 'number', step: 'any', inputmode: 'decimal' }, date: { type: 'date' }, link: { type: 'url', placeholder: 'https://' } }

/** The label, the input and what it holds. */
export function fieldInput(field, value, view) {
  const { words } = view
  const name = `f-${field.key}`
  if (field.type === 'emotion') return faces(field, name, value)
  if (field.type === 'multi') return several(field, name, value, words)
  if (field.type === 'scale') return group(field, [1, 2, 3, 4, 5].map((n) => make('label', { class: 'step' }, make('input', { type: 'radio', name, value: n, checked: Number(value) === n }), make('span', {}, String(n)))), 'steps')
  if (field.type === 'choice' || field.type === 'bool') return chosen(field, name, value, words)
  if (FILES[field.type]) return files(field, [value ?? []].flat(), view)
  if (field.type === 'item') return labelled(field, make('input', { class: 'input', id: name, name, type: 'text', inputmode: 'numeric', value: [value ?? []].flat().join(', '), autocomplete: 'off' }))
  return labelled(field, make('input', { class: 'input', id: name, name, value: value ?? '', required: field.required, autocomplete: 'off', ...LINES[field.type] }))
}

const labelled = (field, input) => make('div', { class: 'field' }, make('label', { for: `f-${field.key}` }, field.label), input)
const group = (field, children, look = 'choices') => make('fieldset', { class: 'map-asked', 'data-field': field.key }, make('legend', { class: 'label' }, field.label), make('div', { class: look }, ...children))
const box = (type, name, look, checked) => make('label', { class: 'choice' }, make('input', { type, name, value: String(look.value), checked }), sign(look), make('span', {}, look.label))

/** Several of a list; where the map has none, one a line. */
function several(field, name, value, words) {
  if (field.choices?.length) return group(field, choosable(field, value).map((look) => box('checkbox', name, look, [value].flat().includes(look.value))))
  const lines = make('textarea', { class: 'input input--area', id: name, name, rows: 2, 'aria-describedby': `${name}-hint` })
  lines.value = [value ?? []].flat().join('\n')
  return make('div', { class: 'field' }, make('label', { for: name }, field.label), make('p', { class: 'hint', id: `${name}-hint` }, words.onePerLine), lines)
}

/** The feelings: five faces in a row, and in words the one that is chosen. */
function faces(field, name, value) {
  const said = make('p', { class: 'face-said', 'aria-hidden': 'true' })
  const looks = choosable(field, value)
  const row = make('div', { class: 'faces' }, ...looks.map((look) => make('label', { class: 'face-choice' },
    make('input', { type: 'radio', name, value: look.value, checked: value === look.value }), sign(look), make('span', { class: 'visually-hidden' }, look.label))))
  const tell = () => { said.textContent = looks.find((look) => look.value === row.querySelector(':checked')?.value)?.label ?? '\u00a0' }
  row.addEventListener('input', tell)
  tell()
  return make('fieldset', { class: 'map-asked', 'data-field': field.key }, make('legend', { class: 'label' }, field.label), row, said)
}

function chosen(field, name, value, words) {
  const looks = choosable({ ...field, yes: words.yes, no: words.no }, value)
  if (looks.length <= 5 && field.type === 'choice') return group(field, looks.map((look) => box('radio', name, look, String(value) === String(look.value))))
  return labelled(field, make('select', { class: 'input input--choice', id: name, name }, make('option', { value: '' }, words.choose),
    ...looks.map((look) => make('option', { value: String(look.value), selected: value !== undefined && String(value) === String(look.value) }, look.label))))
}

/** Files are sent as soon as they are chosen; the feature then names them. */
function files(field, ids, view) {
  const { words } = view
  const list = make('ul', { class: 'plain-list map-files' })
  const input = make('input', { class: 'input input--file', id: `f-${field.key}`, type: 'file', accept: FILES[field.type] })
  const row = (id, title) => {
    const remove = make('button', { class: 'btn btn--tool', type: 'button', 'aria-label': `${words.remove} ${title}` }, icon('croix'))
    const line = make('li', { 'data-file': id }, make('span', {}, title), remove)
    remove.addEventListener('click', () => { line.remove(); input.focus() })
    return line
  }
  for (const id of ids) list.append(row(id, view.store.media[id]?.title ?? `#${id}`))
  bringSender().catch(() => {}) // while there is a network
  input.addEventListener('change', () => sendNow(input, list, row, view))
  const record = field.type === 'photo' ? null : make('button', { class: 'btn btn--wide', type: 'button' }, icon(field.type === 'voice' ? 'voix' : 'video'), words[field.type === 'voice' ? 'recordVoice' : 'recordFilm'])
  record?.addEventListener('click', async () => {
    if (navigator.onLine || field.type !== 'voice') {
      const { openRecorder } = await import('./recorder-sheet.js')
      const file = await openRecorder(`/files/new?group=${view.told.group}&parent=${view.told.id}`)
      if (file) list.append(row(file.id, file.title))
    } else {
      const file = await recordHere(record, words)
      if (file) await keepHere(file, list, row, view)
    }
    record.focus()
  })
  return make('div', { class: 'field', 'data-field': field.key }, make('label', { for: `f-${field.key}` }, field.label), list, record, input)
}

/** Without network a file stays here, with the point that names it. */
async function keepHere(file, list, row, view) {
  const token = await view.tool.saving.held.hold(file)
  const line = row(token, file.name)
  line.append(make('small', { class: 'hush' }, view.words.keptHere))
  list.append(line)
}

const bringSender = () => import('./sending.js')

async function sendNow(input, list, row, view) {
  const { told, words } = view
  const [file] = input.files
  if (!file) return
  if (!navigator.onLine) { input.value = ''; await keepHere(file, list, row, view); return }
  const line = make('li', { 'data-uploading': '', role: 'status' }, fill(words.sendingFile, { part: '' }))
  list.append(line)
  input.disabled = true
  try {
    const { send } = await bringSender()
    const going = send(file, { name: file.name, group: told.group, parent: told.id, onWait: (isWaiting) => { if (isWaiting) going.cancel() }, onProgress: (part) => { line.textContent = fill(words.sendingFile, { part: Number.isNaN(part) ? '' : `${Math.round(part * 100)}\u00a0%` }) } })
    const sent = await going
    line.replaceWith(row(sent.id, sent.title ?? file.name))
    input.value = ''
  } catch (error) {
    if (error.name === 'AbortError' || error instanceof Unreachable || error instanceof TypeError) {
      line.remove()
      await keepHere(file, list, row, view) // the network went away on the way
    } else {
      line.removeAttribute('data-uploading')
      line.textContent = fill(words.fileFailed, { why: error.message ?? '' })
    }
  }
  input.disabled = false
}

/** What a form says of a field, as the map keeps it. */
export function valueOf(form, { key, type }) {
  const name = `f-${key}`
  if (FILES[type]) return [...form.querySelectorAll(`[data-field="${key}"] [data-file]`)].map(({ dataset: { file } }) => (isHeld(file) ? file : Number(file)))
  const found = [...form.querySelectorAll(`[name="${name}"]`)]
  if (found[0]?.tagName === 'TEXTAREA') return found[0].value.split('\n').map((line) => line.trim()).filter(Boolean)
  if (type === 'multi') return found.filter(({ checked }) => checked).map(({ value }) => value)
  const value = ['emotion', 'scale'].includes(type) || found[0]?.type === 'radio' ? found.find(({ checked }) => checked)?.value : found[0]?.value.trim()
  if (value === undefined || value === '') return undefined
  if (type === 'bool') return value === 'true'
  if (type === 'scale') return Number(value)
  if (type === 'number') return Number(value)
  if (type === 'item') return value.split(/[^\d]+/).filter(Boolean).map(Number)
  return value
}
