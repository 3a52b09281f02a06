// The words of pasted HTML with their bold, links and codes, as Markdown.

const SKIPPED = new Set(['SCRIPT', 'STYLE', 'HEAD', 'TITLE', 'META', 'LINK', 'NOSCRIPT', 'TEMPLATE', 'SVG', 'IFRAME', 'OBJECT', 'EMBED', 'BUTTON', 'INPUT', 'SELECT', 'TEXTAREA', 'AUDIO', 'VIDEO', 'CANVAS', 'XML'])
const DEEPEST = 80
const SPACE = '\u00a0'

/** Whether a node shows nothing that can be pasted. */
export function isSkipped(node) {
  if (node.nodeType === 8 || SKIPPED.has(node.tagName?.toUpperCase())) return true
  const style = node.getAttribute?.('style') ?? ''
  return node.hidden === true || /display:\s*none|mso-hide:\s*all|mso-list:\s*ignore/i.test(style)
}

/** The Markdown of nodes that stand in one line. */
export function inline(nodes, context, depth) {
  return nodes.map((node) => one(node, context, depth)).join('').replace(/[ \t]{2,}/g, ' ')
}

function one(node, context, depth) {
  if (node.nodeType === 3) return text(node.data)
  if (node.nodeType !== 1 || isSkipped(node) || context.left-- < 0) return ''
  if (depth > DEEPEST) return text(node.textContent)
  const name = node.tagName
  if (name === 'BR') return '\n'
  if (name === 'IMG') return image(node)
  if (/^(CODE|KBD|TT|SAMP)$/.test(name)) return node.textContent.trim() ? `\`${node.textContent.trim().replace(/`/g, 'ˋ')}\`` : ''
  const inside = inline([...node.childNodes], context, depth + 1)
  if (name === 'A') return link(node, inside)
  return marksOf(node).reduce((words, mark) => wrap(words, mark), inside)
}

const text = (data) => data
  .replace(/[ \t\r\n]+/g, ' ')
  .replace(/\u00a0+(?![:;!?»%€])/g, (all, at, whole) => (whole[at - 1] === '«' ? SPACE : ' '))
  .replace(/[\u200b\ufeff\u00ad]/g, '')
  .replace(/[\\`*]|\[\[|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|==|~~/gu, '\\$&')
  .replace(/<(?=[A-Za-z/!])/g, '&lt;')

function marksOf(node) {
  const style = node.getAttribute('style') ?? ''
  const weight = /(?:^|;)\s*font-weight:\s*(\w+)/i.exec(style)?.[1]
  const isBold = weight ? /^(bold|bolder|[6-9]00)$/.test(weight) : /^(B|STRONG)$/.test(node.tagName)
  const slant = /(?:^|;)\s*font-style:\s*(\w+)/i.exec(style)?.[1]
  const isItalic = slant ? /italic|oblique/.test(slant) : /^(I|EM|CITE|DFN)$/.test(node.tagName)
  const isStruck = /^(S|DEL|STRIKE)$/.test(node.tagName) || /(?:^|;)\s*text-decoration[^;]*line-through/.test(style)
  return [isStruck && '~~', node.tagName === 'MARK' && '==', isItalic && '*', isBold && '**'].filter(Boolean)
}

/** Marks touch words, line by line, and are not doubled. */
function wrap(words, mark) {
  return words.split('\n').map((line) => {
    const inner = line.trim()
    if (!inner || inner.startsWith(mark) && inner.endsWith(mark) && inner.length > 2 * mark.length) return line
    const [, before, after] = line.match(/^(\s*)[\s\S]*?(\s*)$/)
    return before + mark + inner + mark + after
  }).join('\n')
}

function link(node, inside) {
  const words = inside.replace(/\s+/g, ' ').trim()
  const address = node.getAttribute('href')?.trim() ?? ''
  if (!words || !/^(https?:|mailto:|tel:|\/(?!\/))/i.test(address) || /^!\[/.test(words)) return inside
  const safe = address.replace(/ /g, '%20').replace(/\(/g, '%28').replace(/\)/g, '%29')
  const edges = inside.match(/^(\s?)[\s\S]*?(\s?)$/)
  const made = words === address || `mailto:${words}` === address ? `<${words}>` : `[${words}](${safe})`
  return edges[1].replace('\n', ' ') + made + edges[2].replace('\n', ' ')
}

/** Only our own images can be shown; another site's is a link, one made of data is left out. */
function image(node) {
  const source = node.getAttribute('src') ?? ''
  const alt = (node.getAttribute('alt') ?? '').replace(/[[\]\n]/g, ' ').trim()
  if (/^\/(?!\/)/.test(source)) return `![${alt}](${source})`
  return /^https?:/.test(source) && alt ? `[${alt}](${source.replace(/[ ()]/g, encodeURIComponent)})` : ''
}
