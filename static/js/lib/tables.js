// A table of our Markdown as rows of cells, and back; a row that did not change keeps the very characters it had.

/** { rows: [[cell, …], …], rule (the line of dashes), lines }; the first row is the head. */
export function readTable(text) {
  const lines = text.split('\n')
  const rows = lines.filter((line, index) => index !== 1).map(cells)
  const width = Math.max(...rows.map((row) => row.length))
  return { rows: rows.map((row) => [...row, ...Array(width - row.length).fill('')]), rule: lines[1], lines }
}

/** The text of a table of that shape; `before` is what readTable gave, whose untouched rows stay as they are. */
export function writeTable(rows, before = null) {
  const width = rows[0].length
  const same = before && before.rows[0].length === width
  const old = same ? before.rows.map((row, index) => [JSON.stringify(row), before.lines[index ? index + 1 : 0]]) : []
  const line = (row) => {
    const known = old.find(([key]) => key === JSON.stringify(row))
    return known ? known[1] : `| ${row.map(escape).join(' | ')} |`
  }
  const [head, ...rest] = rows
  return [line(head), same ? before.rule : `|${' --- |'.repeat(width)}`, ...rest.map(line)].join('\n')
}

/** The cells of a line: pipes inside `code`, [[page|words]] or after a backslash separate nothing. */
function cells(line) {
  const made = ['']
  const inside = line.trim().replace(/^\|/, '').replace(/([^\\]|^)\|$/, '$1')
  for (const [piece] of inside.matchAll(/\\\||`[^`]*`|\[\[[^\]\n]*\]\]|[\s\S]/g)) {
    if (piece === '|') made.push('')
    else made[made.length - 1] += piece === '\\|' ? '|' : piece
  }
  return made.map((cell) => cell.trim())
}

const escape = (cell) => cell.replace(/\s*\n\s*/g, ' ').trim()
  .replace(/(`[^`]*`|\[\[[^\]]*\]\])|\|/g, (all, kept) => kept ?? '\\|')
