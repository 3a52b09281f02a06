// What every page may need; each part does nothing where its markup is absent.
import { myDrafts } from './lib/drafts.js'
import { dropKept } from './lib/kept.js'
import { forgetPages, keepPages } from './lib/kept-here.js'
import { mayHoldWished } from './lib/recordings.js'
import { mayErase } from './lib/unsent.js'
import './elements/confirm-dialog.js'
import './elements/copy-button.js'
import './elements/live-filter.js'
import './elements/live-try.js'
import './elements/selection-bar.js'
import './elements/print-button.js'
import './elements/toast-note.js'

// Where texts can be spoken of word by word; nowhere else is it loaded.
if (document.querySelector('passage-notes')) import('./elements/passage-notes.js')

// Where something is played; nowhere else is it loaded.
if (document.querySelector('media-player, [data-media]')) import('./elements/media-player.js')
if (document.querySelector('media-recorder')) import('./elements/media-recorder.js')
if (document.querySelector('left-words')) import('./elements/left-words.js')

/** What was recorded and kept before a page was closed leaves from any page; a recorder shows it itself. */
if (mayHoldWished() && !document.querySelector('media-recorder')) import('./lib/left-recordings.js').then(({ sendWished }) => sendWished())

/** Where one may speak instead of writing. */
document.addEventListener('speak', async ({ detail }) => (await import('./lib/recorder-sheet.js')).putRecording(detail.upload, detail.put))
for (const button of document.querySelectorAll('button[data-record]')) {
  button.hidden = !navigator.mediaDevices
  button.addEventListener('click', async () => (await import('./lib/recorder-sheet.js')).speakInto(button))
}

// Where what is said can be read; nowhere else is it loaded.
if (document.querySelector('file-transcript')) import('./elements/file-transcript.js')

// Where pages or pictures stand in a row; nowhere else is it loaded.
if (document.querySelector('slide-show')) import('./elements/slide-show.js')

/** A file that is chosen ticks the choice it belongs to. */
document.addEventListener('change', ({ target }) => {
  if (target.dataset?.ticks && target.files?.length) document.getElementById(target.dataset.ticks).checked = true
})

/** A link that opens a sheet of this very page instead of going to the page that says the same. */
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('[data-opens]')
  const sheet = link && document.getElementById(link.dataset.opens)
  if (!sheet?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  sheet.showModal()
})

/** A press beside a sheet closes it. */
document.addEventListener('click', ({ target, clientX: x, clientY: y }) => {
  if (!(target instanceof HTMLDialogElement) || !x) return
  const { left, right, top, bottom } = target.getBoundingClientRect()
  if (x < left || x > right || y < top || y > bottom) target.close()
})

/** A menu that opens low on the screen is brought above what stands there. */
document.addEventListener('toggle', ({ target }) => target.open && target.matches('details.menu') && target.querySelector('.menu-list')?.scrollIntoView({ block: 'nearest' }), true)

/** Menus close by Escape and by a press elsewhere. */
const openMenus = () => document.querySelectorAll('details.menu[open]')
document.addEventListener('click', ({ target }) => openMenus().forEach((menu) => menu.contains(target) || (menu.open = false)))
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return
  for (const menu of openMenus()) {
    menu.open = false
    menu.querySelector('summary').focus()
  }
})

/** A link to something folded unfolds it. */
document.addEventListener('click', ({ target }) => {
  const link = target.closest?.('a[href^="#"]')
  const folded = link && document.getElementById(link.hash.slice(1))
  if (folded instanceof HTMLDetailsElement) folded.open = true
})

/** After a refused form, the reading starts at what must be mended. */
document.querySelector('[data-focus]')?.focus()

/** The server has the text: the copy kept in this browser has done its work. */
for (const note of document.querySelectorAll('[data-draft-saved]')) myDrafts().dropSent(note.dataset.draftSaved)

/** Who signs out may leave a computer that others use. */
document.addEventListener('submit', async (event) => {
  const { target, submitter } = event
  if (new URL(target.action).pathname !== '/logout' || target.dataset.sure) return
  event.preventDefault()
  if (!await mayErase()) return
  myDrafts().dropAll()
  dropKept(document.body.dataset.user)
  await forgetPages()
  target.dataset.sure = 'yes'
  target.requestSubmit(submitter)
})

/** The same button pressed twice sends once. */
document.addEventListener('submit', (event) => {
  const { target, submitter } = event
  if (target.method !== 'post' || !submitter) return
  if (target.dataset.sent) return event.preventDefault()
  setTimeout(() => {
    if (event.defaultPrevented) return
    target.dataset.sent = 'yes'
    submitter.setAttribute('aria-disabled', 'true')
    setTimeout(() => release(target), 8000) // a download leaves the page where it is
  })
})
function release(form) {
  delete form.dataset.sent
  form.querySelectorAll('[aria-disabled]').forEach((button) => button.removeAttribute('aria-disabled'))
}
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(release))

// At a computer that others use; nowhere else is it loaded.
if (document.querySelector('shared-computer')) import('./elements/shared-computer.js')

// Where a text can be listened to, and where reading is made easy.
if (document.querySelector('read-aloud')) import('./elements/read-aloud.js')
if (document.body.classList.contains('easy')) import('./lib/easy-reading.js').then(({ makeEasy }) => makeEasy())

addEventListener('load', () => keepPages())
