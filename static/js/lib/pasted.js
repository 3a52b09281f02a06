// HTML of the web and of word processors, as the Markdown that a person would have typed. Reads a parsed document that is
// shown nowhere: no script of it runs, no image of it is asked for.
import { inline, isSkipped } from './pasted-words.js'

const BLOCKS = new Set(['P', 'DIV', 'SECTION', 'ARTICLE', 'MAIN', 'HEADER', 'FOOTER', 'ASIDE', 'NAV', 'FIGURE', 'FIGCAPTION', 'ADDRESS', 'FORM', 'CENTER', 'BODY', 'DL', 'DD', 'DT', 'DETAILS', 'SUMMARY', 'FIELDSET'])
const DEEPEST = 60
const MARKLIKE = /^ *(?:\d{1,9}(?=[.)] )|(?=[#>+-] |#{2,} |!!!|\?\?\?))?([#>+\-.)!?])(?= |#|!!|\?\?)/gm
const MOST = 40_000 // nodes

/** The Markdown of that HTML; '' when there is nothing to read, or too much: the plain text is pasted then. */
export function toMarkdown(html, parse = (text) => new DOMParser().parseFromString(text, 'text/html')) {
  const context = { left: MOST }
  const made = tidy(blocks(parse(html).body, context, 0))
  return context.left < 0 ? '' : made
}

const tidy = (text) => text.replace(/[ \t]+\n/g, '\n').replace(/\n{3,}/g, '\n\n').replace(/^\n+|\s+$/g, '')

/** What a node holds, as blocks kept apart by empty lines. */
function blocks(node, context, depth) {
  let [made, sentence] = ['', []]
  const close = () => {
    const words = inline(sentence, context, depth).trim()
    if (words && /[^\n]\n$/.test(made)) made += '\n'
    if (words) made += `${words.replace(/ *\n */g, '\n').replace(MARKLIKE, (all, sign) => all.replace(sign, `\\${sign}`))}\n\n`
    sentence = []
  }
  for (const child of node.childNodes) {
    if (!isBlock(child, depth)) { sentence.push(child); continue }
    close()
    const piece = block(child, context, depth + 1)
    const isItem = /^ *(?:-|\d+\.) /.test(piece)
    made += piece && !isItem && /[^\n]\n$/.test(made) ? `\n${piece}` : piece
  }
  close()
  return made
}

function isBlock(node, depth) {
  if (node.nodeType !== 1 || depth > DEEPEST) return false
  if (BLOCKS.has(node.tagName) || /^(H[1-6]|[UO]L|LI|BLOCKQUOTE|PRE|HR|TABLE|T(BODY|HEAD|R|D|H))$/.test(node.tagName)) return true
  // Google wraps everything in one <b>: what holds paragraphs is one.
  return /^(B|SPAN|STRONG|FONT|A)$/.test(node.tagName) && Boolean(node.querySelector('p, div, ul, ol, h1, h2, h3, table, li'))
}

function block(node, context, depth) {
  const { tagName: name } = node
  if (isSkipped(node) || context.left-- < 0) return ''
  const level = name.match(/^H([1-6])$/)?.[1] ?? wordLevel(node)
  if (level) {
    const words = inline([...node.childNodes], context, depth).replace(/\s+/g, ' ').replace(/(^|[^\\])\*\*/g, '$1').trim()
    return words ? `${'#'.repeat(Math.min(Math.max(level, 2), 4))} ${words}\n\n` : ''
  }
  if (name === 'HR') return '---\n\n'
  if (name === 'PRE') return `\`\`\`\n${node.textContent.replace(/\n$/, '')}\n\`\`\`\n\n`
  if (name === 'UL' || name === 'OL') return `${list(node, context, depth)}\n\n`
  if (name === 'LI') return `${item(node, '- ', context, depth)}\n`
  if (name === 'TABLE') return table(node, context, depth)
  if (name === 'BLOCKQUOTE') return `${tidy(blocks(node, context, depth)).replace(/^/gm, '> ').replace(/^> $/gm, '>')}\n\n`
  const point = wordItem(node, context, depth)
  return point ?? blocks(node, context, depth)
}

/** Word's titles are paragraphs of a class. */
const wordLevel = (node) => (/^(?:MsoHeading|Titre|Heading)(\d)$/i.exec(node.className ?? '')?.[1]
  ?? (/^MsoTitle$/i.test(node.className ?? '') ? 2 : undefined))

/** Word's lists are paragraphs whose mark is text. */
function wordItem(node, context, depth) {
  const style = node.getAttribute?.('style') ?? ''
  const level = /mso-list:[^;]*level(\d)/i.exec(style)?.[1]
  if (!level && !/^MsoList/.test(node.className ?? '')) return null
  const mark = [...node.querySelectorAll('[style*="mso-list"]')].find((one) => /mso-list:\s*Ignore/i.test(one.getAttribute('style')))
  const isNumber = /^\s*\d/.test(mark?.textContent ?? '')
  mark?.remove()
  const words = inline([...node.childNodes], context, depth).trim().replace(/^[·•o§▪–-]\s+/, '')
  return words ? `${'  '.repeat((level ?? 1) - 1)}${isNumber ? '1.' : '-'} ${words}\n` : ''
}

function list(node, context, depth) {
  let number = Number(node.getAttribute('start')) || 1
  return [...node.children].map((child) => {
    if (/^[UO]L$/.test(child.tagName)) return list(child, context, depth + 1).replace(/^/gm, '  ')
    return child.tagName === 'LI' ? item(child, node.tagName === 'OL' ? `${number++}. ` : '- ', context, depth) : ''
  }).filter(Boolean).join('\n')
}

function item(node, mark, context, depth) {
  const box = node.querySelector(':scope > input[type="checkbox"], :scope > label > input[type="checkbox"], :scope > p > input[type="checkbox"]')
  const task = box ? `[${box.hasAttribute('checked') ? 'x' : ' '}] ` : ''
  const words = tidy(blocks(node, context, depth + 1)).replace(/\n\n(?=\s*(?:[-*]|\d+\.) )/g, '\n')
  return mark + task + words.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)
}

function table(node, context, depth) {
  const cell = (one) => inline([...one.childNodes], context, depth + 1).replace(/\s*\n+\s*/g, ' ').replace(/\|/g, '\\|').trim()
  const rows = [...node.rows].map((row) => [...row.cells].map(cell)).filter((row) => row.some(Boolean))
  if (!rows.length) return ''
  const width = Math.max(...rows.map((row) => row.length))
  if (width === 1) return `${rows.map(([one]) => one).join('\n\n')}\n\n`
  const lines = rows.map((row) => `| ${[...row, ...Array(width - row.length).fill('')].join(' | ')} |`)
  return `${[lines[0], `|${' --- |'.repeat(width)}`, ...lines.slice(1)].join('\n')}\n\n`
}

/** Blocks (more than one line, or a line that is a title, a list, a table) stand apart from the words around them. */
export function apart(pasted, before, after) {
  if (!pasted.includes('\n') && !/^(#{1,6} |[-*+] |\d+[.)] |> |\|)/.test(pasted)) return pasted
  const ends = before.match(/\n*$/)[0].length
  const begins = after.match(/^\n*/)[0].length
  const above = before === '' ? '' : '\n'.repeat(Math.max(0, 2 - ends))
  const below = after === '' ? '' : '\n'.repeat(Math.max(0, 2 - begins))
  return above + pasted.replace(/^\n+|\n+$/g, '') + below
}
