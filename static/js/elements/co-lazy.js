// A shared text among others on one page: a plain field until someone goes into it; nothing is asked of the server before.
import { change } from '../lib/change.js'
import { prefersPlain } from '../lib/device.js'
import { myDrafts } from '../lib/drafts.js'
import { keptOfText } from '../lib/kept.js'

export function waitToBeUsed(host) {
  const { area, on } = host
  const choice = host.querySelector('[data-prefers]')
  choice.hidden = !prefersPlain() || document.querySelector('co-editor') !== host
  const enter = () => host.canShare() && area.value === area.defaultValue && host.goLive()
  on(area, 'focus', enter, { once: true })
  // A form that keeps drafts has nothing to keep of what is written here.
  on(host.querySelector('.co-live'), 'input', (event) => event.stopPropagation())
  if (document.activeElement === area) enter()
  // Words of another time that never left: they are joined and shown without waiting.
  Promise.resolve(keptOfText(host.words.room).found).then((records) => records.length && !host.editor && enter())
}

/** Puts the shared text in the place of the field, with what was typed there meanwhile; false when both cannot be joined. */
export function takeOver(host) {
  const { area, field, editor: { view }, words } = host
  const typed = change(area.defaultValue, area.value)
  if (typed && view.state.doc.toString() !== area.defaultValue) return false
  const [isInside, caret] = [document.activeElement === area, area.selectionStart]
  field.setAttribute('data-resting', '')
  field.disconnectedCallback()
  myDrafts().drop(words.draft)
  host.show('live')
  document.querySelectorAll('[data-live-field]').forEach((one) => { one.disabled = false })
  if (typed) view.dispatch({ changes: { from: typed.start, to: typed.end, insert: typed.insert }, userEvent: 'input.tool' })
  view.requestMeasure()
  for (const label of area.labels) host.on(label, 'click', () => view.focus())
  if (isInside) {
    view.focus()
    view.dispatch({ selection: { anchor: Math.min(caret, view.state.doc.length) } })
  }
  return true
}
