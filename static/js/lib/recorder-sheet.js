// The recorder in a sheet over the page, wherever text is asked for; it is brought when first opened.
import '../elements/media-recorder.js'
import { icon, make } from './parts.js'
import { getText } from './request.js'

let sheet

/** Opens it for the group and the page that an upload address names; resolves to the file recorded, or null. */
export async function openRecorder(upload) {
  sheet ??= getText('/files/recorder').then((html) => new DOMParser().parseFromString(html, 'text/html').querySelector('dialog'))
  const dialog = await sheet.catch((error) => { sheet = undefined; throw error })
  document.body.append(dialog)
  const { searchParams } = new URL(upload, location.href)
  const recorder = dialog.querySelector('media-recorder')
  Object.assign(recorder.dataset, { group: searchParams.get('group') ?? '', parent: searchParams.get('parent') ?? '' })
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    let file = null
    const take = ({ detail }) => { file = detail; dialog.close() }
    recorder.addEventListener('recorded', take)
    dialog.addEventListener('close', () => {
      recorder.removeEventListener('recorded', take)
      dialog.remove() // a recording under way stays on this device, and is offered next time
      sheet = undefined
      resolve(file)
    }, { once: true })
  })
}

/** Puts what was recorded on a line of its own. */
export async function putRecording(upload, put) {
  const file = await openRecorder(upload)
  if (file) put(`${file.markdown}\n`)
}

/** A button that lets one speak instead of writing: what was said goes into the field beside it. */
export async function speakInto(button) {
  const field = document.getElementById(button.dataset.into)
  const file = await openRecorder(button.dataset.record)
  button.focus()
  if (!file) return
  if (button.dataset.apart) { attach(button, field, file); return }
  field.value = `${field.value.trimEnd()}\n\n${file.markdown}\n`.trimStart()
  field.dispatchEvent(new Event('input', { bubbles: true }))
  button.nextElementSibling.textContent = file.title
}

/** What was said goes along with what is typed, under its name: nobody has to read its mark among their words. */
function attach(button, field, file) {
  const { form, required } = field
  const away = new AbortController()
  const detach = make('button', { class: 'link', type: 'button' }, button.dataset.apart, make('span', { class: 'visually-hidden' }, ` ${file.title}`))
  const line = make('p', { class: 'hush' }, icon('voix'), `${file.title} `, detach)
  button.parentElement.after(line)
  field.required = false
  form.addEventListener('formdata', ({ formData }) => {
    formData.set(field.name, `${formData.get(field.name).trimEnd()}\n\n${file.markdown}\n`.trimStart())
  }, { signal: away.signal })
  detach.addEventListener('click', () => { away.abort(); line.remove(); field.required = required; button.focus() })
}
