// Links that play a moment: <a href="#t=83-95" data-media="12"> plays the sound or film of file 12 from 83 to 95 seconds.

/** Seconds from an address's end: {start, end} or null. */
export function momentOf(hash) {
  const found = /^#t=(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$/.exec(hash)
  return found && { start: Number(found[1]), end: found[2] === undefined ? null : Number(found[2]) }
}

/** Plays the moment; the native player is shown and takes care of the rest. */
export function play(media, { start, end }) {
  media.currentTime = start
  media.play?.().catch(() => {}) // refused without a gesture: the place is kept, the reader presses play
  if (end === null) return
  const stop = () => {
    if (media.currentTime < end) return
    media.pause()
    media.removeEventListener('timeupdate', stop)
  }
  media.addEventListener('timeupdate', stop)
}

/** One listener for the whole page. */
export function listenForMoments() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-media][href^="#t="]')
    const moment = link && momentOf(link.hash)
    const media = moment && document.getElementById(`play-${link.dataset.media}`)
    if (!media) return
    event.preventDefault()
    play(media, moment)
  })
}
