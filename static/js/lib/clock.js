// Time left on a timer, as people read it: 9:05.

/** Seconds as minutes and seconds. */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** A count-down drawn in an element: `set(seconds)` begins it anew, 0 hides it. */
export function countdown(element, words) {
  let ends = 0
  const draw = () => {
    const left = (ends - performance.now()) / 1000
    element.hidden = left <= 0
    if (left > 0) element.textContent = words.replace('{time}', clock(left))
  }
  const timer = setInterval(draw, 1000)
  return {
    set(seconds) {
      ends = seconds ? performance.now() + seconds * 1000 : 0
      draw()
    },
    stop: () => clearInterval(timer),
  }
}
