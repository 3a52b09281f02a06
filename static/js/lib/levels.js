// How loud a microphone hears, ten times a second: one sees at once that it works.

const OFTEN = 100 // ms
const LOUDEST = 0.25 // what a voice near the microphone reaches

/** Calls `told(level)`, from 0 to 1; returns what stops it. */
export function hear(media, told) {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaStreamSource(media).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length
    told(Math.min(1, Math.sqrt(power) / LOUDEST))
  }, OFTEN)
  return () => { clearInterval(timer); context.close() }
}

/** The columns of what was last heard, as the path of a drawn sound. */
export class Meter {
  constructor(path, count = 60) {
    Object.assign(this, { path, heard: Array(count).fill(0) })
    this.draw()
  }

  take(level) {
    this.heard.push(level)
    this.heard.shift()
    this.draw()
  }

  /** Whether nothing was heard for the last seconds. */
  get isSilent() {
    return this.heard.slice(-40).every((level) => level < 0.02)
  }

  draw() {
    const bar = (level, index) => `M${index * 6 + 3} ${24 - Math.max(1.5, level * 20)}v${Math.max(3, level * 40)}`
    this.path.setAttribute('d', this.heard.map(bar).join(''))
  }
}
