// Colours are written in OKLCH, as a painter would think of them, and leave as sRGB, which every browser reads.

const clamp = (x) => Math.min(1, Math.max(0, x))
const gamma = (x) => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055)

/** Linear sRGB of an OKLCH colour (lightness 0 to 1, hue in degrees); may lie outside 0 to 1. Björn Ottosson's matrices. */
export function linear(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** A hexadecimal colour, with alpha when there is one. */
export function hex(lightness, chroma, hue, alpha = 1) {
  const channels = linear(lightness, chroma, hue).map((x) => gamma(clamp(x)))
  if (alpha < 1) channels.push(alpha)
  return '#' + channels.map((x) => Math.round(x * 255).toString(16).padStart(2, '0')).join('')
}

/** The same style sheet with every `oklch(L% C H)` or `oklch(L% C H / A)` replaced. */
export function lowerColours(css) {
  return css.replace(/oklch\(\s*([\d.]+)%\s+([\d.]+)\s+([\d.]+)(?:\s*\/\s*([\d.]+))?\s*\)/g,
    (_, l, c, h, a) => hex(l / 100, +c, +h, a === undefined ? 1 : +a))
}
