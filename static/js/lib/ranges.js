// Between a text on screen and its words: which node holds a letter, what stands around a selection.

const AROUND = 60
const BLOCKS = 'p, li, h1, h2, h3, h4, h5, h6, td, th, blockquote, pre, dd, dt, figcaption'

/** The words of an element in one string, and the pieces they come from. */
export function flat(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const pieces = []
  let text = ''
  while (walker.nextNode()) {
    pieces.push({ node: walker.currentNode, start: text.length })
    text += walker.currentNode.data
  }
  return { text, pieces }
}

/** A range over part of what `flat` gave. */
export function rangeOf({ pieces }, start, end) {
  const range = document.createRange()
  const piece = (place) => pieces.findLast((one) => one.start <= place)
  const first = piece(start)
  const last = piece(end - 1)
  range.setStart(first.node, start - first.start)
  range.setEnd(last.node, end - last.start)
  return range
}

/** The paragraph, the item or the title in which a range begins. */
export function closest(range) {
  const { startContainer: node } = range
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement
  return element.closest(BLOCKS) ?? element
}

/** A little of what is before and after a range in its text. */
export function context(root, range) {
  const before = document.createRange()
  before.selectNodeContents(root)
  before.setEnd(range.startContainer, range.startOffset)
  const after = document.createRange()
  after.selectNodeContents(root)
  after.setStart(range.endContainer, range.endOffset)
  return { before: before.toString().slice(-AROUND), after: after.toString().slice(0, AROUND) }
}
