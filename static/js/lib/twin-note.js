// What is said under a file that was sent: that it is not what it seems; that the group had it already, with the way to take it back.
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

/** What is no picture is asked no more what it shows. */
export function sayDoubt({ item, name, alt }, { doubt, is_picture: isPicture }) {
  name.append(make('small', { class: 'file-doubt', role: 'status' }, doubt))
  if (isPicture) return
  alt?.closest('label').remove()
  item.querySelector('.file-sign').replaceChildren(icon('page'))
}
