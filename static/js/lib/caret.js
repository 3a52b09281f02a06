// Where a character of a <textarea> stands: browsers do not say, so a copy of the text is laid out and measured.

const COPIED = ['font', 'letterSpacing', 'lineHeight', 'padding', 'border', 'textIndent', 'tabSize', 'wordSpacing']

/** { left, bottom, width } in pixels inside the area; `bottom` is under the line, for what must not cover it. */
export function caretPlace(area, index) {
  const style = getComputedStyle(area)
  const copy = document.createElement('div')
  for (const name of COPIED) copy.style[name] = style[name]
  Object.assign(copy.style, {
    position: 'absolute', visibility: 'hidden', whiteSpace: 'pre-wrap', overflowWrap: 'break-word',
    boxSizing: 'border-box', inlineSize: `${area.offsetWidth}px`,
  })
  const mark = document.createElement('span')
  mark.textContent = '\u200b'
  copy.append(area.value.slice(0, index), mark)
  document.body.append(copy)
  const place = { left: mark.offsetLeft, bottom: mark.offsetTop + mark.offsetHeight - area.scrollTop, width: area.offsetWidth }
  copy.remove()
  return place
}
