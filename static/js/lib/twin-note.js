// What is said under a file that was sent and that the group had already, with the way to take it back.
import { icon, make } from './parts.js'
import { postForText } from './request.js'

export function twinNote({ id, twins: [{ title, url }] }, words) {
  const button = make('button', { type: 'button', class: 'btn btn--tool' }, icon('corbeille'), words.takeBack)
  const note = make('small', { class: 'file-twin', role: 'status' }, `${words.twin} `, make('a', { href: url }, title), ' ', button)
  button.addEventListener('click', async () => {
    button.disabled = true
    try {
      await postForText(`/items/${id}/trash`, {})
      note.replaceChildren(words.takenBack)
    } catch (error) {
      button.disabled = false
      note.append(` ${error.message || words.failed}`)
    }
  })
  return note
}
