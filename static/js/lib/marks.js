// More of what the tools do to a text, as in lib/markdown.js: { text, start, end } in and out.
import { lines } from './markdown.js'

/** Where marks go when nothing is selected: around the word under the caret, or around a word that can be typed over. */
export function word(state, filler) {
  if (state.start !== state.end) return state
  const [before, after] = [state.text.slice(0, state.start), state.text.slice(state.start)]
  const [left, right] = [before.match(/[\p{L}\p{N}’'-]*$/u)[0].length, after.match(/^[\p{L}\p{N}’'-]*/u)[0].length]
  if (left + right) return { ...state, start: state.start - left, end: state.end + right }
  return { text: before + filler + after, start: state.start, end: state.start + filler.length }
}

/** Boxes to tick on every line, or none any more. */
export const tasks = (state) => {
  const { from, to } = lines(state)
  const all = state.text.slice(from, to).split('\n')
  const off = all.every((line) => /^\s*[-*+] \[[ xX]\] /.test(line))
  const made = all.map((line) => (off ? line.replace(/^(\s*)[-*+] \[[ xX]\] /, '$1') : line.replace(/^(\s*)(?:[-*+] |\d+[.)] )?(?:\[[ xX]\] )?/, '$1- [ ] '))).join('\n')
  return { text: state.text.slice(0, from) + made + state.text.slice(to), start: from + made.length, end: from + made.length }
}
