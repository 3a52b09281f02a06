// The form of a table: a field for each cell, rows and columns added or taken away.
import { make } from '../lib/parts.js'
import { fill } from '../lib/words.js'
import { ask } from './forms.js'

/** { rows } as they were left, { drop: true } to take the table away, or null. */
export async function tableForm(dialog, rows, words) {
  const grid = dialog.querySelector('[data-grid]')
  draw(grid, rows, words)
  const press = ({ target }) => {
    const act = target.closest('button[data-table]')?.dataset.table
    if (!act) return
    const now = read(grid)
    const empty = () => now[0].map(() => '')
    const changed = {
      row: () => [...now, empty()], column: () => now.map((row) => [...row, '']),
      lessRow: () => (now.length > 2 ? now.slice(0, -1) : now), lessColumn: () => (now[0].length > 1 ? now.map((row) => row.slice(0, -1)) : now),
    }[act]()
    draw(grid, changed, words)
    const place = { row: `${changed.length - 1}-0`, column: `0-${changed[0].length - 1}` }[act]
    if (place) grid.querySelector(`[data-cell="${place}"]`).focus()
  }
  dialog.addEventListener('click', press)
  const given = await ask(dialog)
  dialog.removeEventListener('click', press)
  if (!given) return null
  return given.act === 'drop' ? { drop: true } : { rows: read(grid) }
}

function draw(grid, rows, words) {
  grid.replaceChildren(...rows.map((row, line) => make('tr', {}, ...row.map((cell, column) => {
    const label = line ? fill(words.cell, { line, column: column + 1 }) : fill(words.columnTitle, { column: column + 1 })
    const field = make('input', { class: 'input', 'data-cell': `${line}-${column}`, 'aria-label': label, autocomplete: 'off', maxlength: 2000 })
    field.value = cell
    return make(line ? 'td' : 'th', {}, field)
  }))))
}

const read = (grid) => [...grid.rows].map((row) => [...row.cells].map((cell) => cell.firstChild.value.trim()))
