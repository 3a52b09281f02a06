// What the buttons of a map do.
import { icon, make } from './parts.js'

const TOOLS = { edit: 'edit', trash: 'trash', 'add-Point': 'add', 'add-LineString': 'add', 'add-Polygon': 'add' }

/** Whether one may put things on a layer: a locked one is its owner's, and those's who look after the group. */
export const isOpen = ({ locked, owner }, { me, mayUnlock }) => !locked || mayUnlock || Boolean(me) && owner === me

/** What may be done to a feature, for its card. */
export function actsOf({ told, words, store }, feature) {
  const layer = store.layers.find(({ id }) => id === feature.layer)
  if (!told.mayEdit || layer && !isOpen(layer, told)) return []
  return [{ act: 'edit', words: words.edit, sign: 'crayon' }]
}

/** Does what a button names; links that are also plain addresses go nowhere then. */
export function act(view, button, event) {
  const name = button?.dataset.act
  if (!name) return
  const { ground } = view
  const acts = {
    'zoom-in': () => ground.zoomIn(1),
    'zoom-out': () => ground.zoomOut(1),
    whole: () => view.window.frame(true),
    close: () => view.close(true),
    list: () => listing(view, true),
    map: () => listing(view, false),
    print: () => view.window.onPaper(),
    story: () => import('./map-story.js').then(({ tell }) => tell(view)),
    compare: () => import('./map-compare.js').then(({ compare }) => compare(view)),
    pick: () => view.select(button.dataset.feature, true),
  }
  if (acts[name]) {
    if (event.target.closest('a')) event.preventDefault()
    acts[name]()
  } else if (TOOLS[name] && view.told.mayEdit) {
    event.preventDefault()
    view.tools().then((tool) => tool[TOOLS[name]](name.slice(4), button), () => lacking(view, button))
  }
}

/** The drawing tools. */
export const bringTools = () => import('./map-tools.js')

/** Has them at hand before they are wanted, once the page is at rest. */
export function fetchSoon() {
  const bring = () => bringTools().catch(() => {}) // said when they are wanted
  if (globalThis.requestIdleCallback) requestIdleCallback(bring, { timeout: 4000 })
  else setTimeout(bring, 1500)
}

/** The tools did not come: the form does the same where there is a network, else why nothing happens is said. */
function lacking(view, button) {
  const form = button.closest('a')?.href
  if (form && navigator.onLine) return location.assign(form)
  const note = view.querySelector('[data-sending]')
  note.replaceChildren(make('div', { class: 'map-note map-note--care' }, icon('attention'), make('span', {}, view.words.noTools)))
  note.hidden = false
  return view.say(view.words.noTools)
}

function listing(view, isOpen) {
  view.toggleAttribute('data-listing', isOpen)
  if (isOpen) view.querySelector('.map-list h2').focus()
  else view.ground.getContainer().focus()
}

/** Layers that are drawn as warmth. */
export async function warm(view, entries) {
  const hot = entries.filter(({ layer, feature }) => layer?.render === 'heat' && feature.geometry)
  if (!hot.length && !view.warmth) return
  const { Heat } = await import('./map-heat.js')
  view.warmth ??= new Heat().addTo(view.ground)
  view.warmth.show(hot)
}

/** Whether something done here on this map was not confirmed when its page was left. */
export function somethingWaits(id) {
  try {
    return localStorage.getItem(`map-waiting:${document.body.dataset.user}:${id}`)
  } catch {
    return false
  }
}
