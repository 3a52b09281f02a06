// <file-shelf> around a list of files and the tree of folders: files and folders are dragged into a folder, arrows walk the
// tree, and what is ticked is counted. Without it, the same form moves what is ticked.
import { listening, make } from '../lib/parts.js'
import { fill } from '../lib/words.js'

class FileShelf extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('#selection')
    this.tree = this.querySelector('.file-tree')
    const { on, stop } = listening()
    this.stop = stop
    if (this.tree) on(this.tree, 'keydown', (event) => this.walk(event))
    // The tree stands open where there is room for it.
    if (this.tree && matchMedia('(min-width: 64rem)').matches) this.tree.querySelector('details').open = true
    if (!this.form) return
    this.count = this.querySelector('[data-count]')
    this.words ??= this.count.textContent
    this.all = this.querySelector('[data-tick-all]')
    this.all.closest('label').hidden = false
    on(this, 'change', ({ target }) => {
      if (target === this.all) for (const box of this.boxes) box.checked = target.checked
      if (target === this.all || target.name === 'file') this.tell()
    })
    on(this.form, 'submit', () => this.release())
    for (const row of this.querySelectorAll('[data-file], [data-inner]')) row.draggable = true
    on(this, 'dragstart', (event) => this.lift(event))
    on(this, 'dragend', () => this.release())
    on(this, 'dragover', (event) => this.over(event))
    on(this, 'drop', (event) => this.drop(event))
    this.tell()
  }

  disconnectedCallback() {
    this.stop?.()
  }

  /** What can be ticked of the lines that the filter leaves. */
  get boxes() {
    return [...this.querySelectorAll('[data-file]:not([hidden]) [name="file"]')]
  }

  get ticked() {
    return [...this.querySelectorAll('[name="file"]:checked')]
  }

  tell() {
    const { length } = this.ticked
    this.count.textContent = length ? fill(this.dataset.ticked, { count: length }) : this.words
    this.all.checked = length > 0 && this.boxes.every((box) => box.checked)
    this.all.indeterminate = length > 0 && !this.all.checked
    const shelf = this.form.closest('details')
    // It stays folded at the bottom of the screen: open, it would hide what is being ticked.
    shelf.classList.toggle('is-ready', length > 0)
  }

  /** Takes a row up: with it, the other ticked ones if it is ticked itself. */
  lift(event) {
    const row = event.target.closest?.('[data-file], [data-inner]')
    if (!row) return
    const box = row.querySelector('[name="file"]')
    const rows = box?.checked ? this.ticked.map((one) => one.closest('[data-file]')) : [row]
    this.lifted = rows
    rows.forEach((one) => one.classList.add('is-lifted'))
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', row.dataset.words)
  }

  /** The folder under the pointer: a line of the tree, or a folder of the list that is not itself being moved. */
  place(event) {
    const found = event.target.closest?.('[data-folder], [data-inner]')
    return this.lifted && found && !this.lifted.includes(found) ? found : null
  }

  over(event) {
    const place = this.place(event)
    if (this.target !== place) this.target?.classList.remove('is-target')
    this.target = place
    if (!place) return
    event.preventDefault()
    place.classList.add('is-target')
  }

  drop(event) {
    const place = this.place(event)
    if (!place) return
    event.preventDefault()
    const send = make('form', { method: 'post', action: this.form.action, hidden: true })
    const put = (name, value) => send.append(make('input', { type: 'hidden', name, value }))
    put('do', 'move')
    put('folder', place.dataset.folder ?? place.dataset.inner)
    for (const name of ['group', 'here']) if (this.form.elements[name]) put(name, this.form.elements[name].value)
    for (const { dataset: { file, inner } } of this.lifted) put(file ? 'file' : 'inner', file ?? inner)
    this.append(send)
    send.submit()
  }

  release() {
    this.lifted?.forEach((row) => row.classList.remove('is-lifted'))
    this.target?.classList.remove('is-target')
    this.lifted = this.target = null
  }

  /** Up and down go from folder to folder, left to the one around, right to the first inside. */
  walk(event) {
    const links = [...this.tree.querySelectorAll('a')]
    const at = links.indexOf(event.target.closest('a'))
    if (at < 0) return
    const line = links[at].parentElement
    const next = {
      ArrowDown: links[at + 1], ArrowUp: links[at - 1], Home: links[0], End: links.at(-1),
      ArrowLeft: line.parentElement.closest('li')?.querySelector('a'), ArrowRight: line.querySelector(':scope > ul a'),
    }[event.key]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
}

customElements.define('file-shelf', FileShelf)
