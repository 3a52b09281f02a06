// A recording that is being prepared takes its place in the page by itself when it is ready.
import { getJSON, getText } from './request.js'
import { percent } from './words.js'

const SOON = 1500 // ms between two looks, then longer and longer
const LATE = 15_000

/** Looks after a <media-player data-wait="…" data-again="…">; returns what stops looking. */
export function whenPrepared(player) {
  let timer
  const look = (delay) => {
    timer = setTimeout(async () => {
      const isOver = !document.hidden && await ready(player).catch(() => false)
      if (!isOver) look(Math.min(LATE, delay * 1.3))
    }, delay)
  }
  look(SOON)
  return () => clearTimeout(timer)
}

async function ready(player) {
  const { state, progress } = await getJSON(player.dataset.wait)
  if (state === 'waiting' || state === 'working') {
    player.querySelector('progress').value = progress
    player.querySelector('[data-part]').textContent = percent(progress / 100, document.documentElement.lang)
    return false
  }
  if (player.own && !player.own.paused) return false // nobody is cut off while listening
  const fresh = new DOMParser().parseFromString(await getText(player.dataset.again), 'text/html')
  player.replaceWith(...fresh.body.children)
  return true
}
