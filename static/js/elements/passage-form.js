// The form of a comment, lifted into a sheet for the words that were selected, and put back where it was.
import { icon, make } from '../lib/parts.js'

const ABOUT = ['suggests', 'passage_field', 'passage_before', 'passage_after']

export class PassageForm {
  constructor(notes) {
    this.notes = notes
    this.form = notes.querySelector('#comment-form')
    this.more = this.form.querySelector('[data-passage-fields]')
    this.words = make('blockquote', { class: 'about-words' })
    this.title = make('h2', { id: 'passage-title' })
    const close = make('button', { class: 'btn btn--tool', type: 'button' }, icon('croix'), notes.dataset.close)
    close.addEventListener('click', () => this.sheet.close())
    this.sheet = make('dialog', { class: 'sheet-dialog passage-sheet', 'aria-labelledby': 'passage-title' },
      make('div', { class: 'dialog-head' }, this.title, close), this.words)
    this.sheet.addEventListener('close', () => this.putBack())
  }

  open({ suggests, words, field, before, after }) {
    const { body, passage, replacement } = this.form.elements
    this.title.textContent = suggests ? this.notes.dataset.suggest : this.notes.dataset.comment
    this.words.textContent = words
    passage.value = words
    replacement.value = suggests ? words : ''
    this.set({ suggests: suggests ? 'yes' : '', passage_field: field, passage_before: before, passage_after: after })
    this.place = document.createComment('form')
    this.form.replaceWith(this.place)
    this.needed = body.required
    body.required = !suggests && this.needed
    this.label = body.closest('.field').querySelector('label')
    this.labelled = this.label.textContent
    if (suggests) this.label.textContent = this.notes.dataset.why
    this.form.classList.add(suggests ? 'is-suggestion' : 'is-remark')
    this.more.open = true
    // What is asked first comes first, for the eye and for the Tab key alike.
    this.second = this.more.nextSibling
    if (suggests) body.closest('.field').before(this.more)
    this.sheet.append(this.form)
    document.body.append(this.sheet)
    this.sheet.showModal()
    const first = suggests ? replacement : body
    first.focus()
    if (suggests) first.setSelectionRange(words.length, words.length)
  }

  set(values) {
    for (const name of ABOUT) this.form.elements[name].value = values[name] ?? ''
  }

  /** The form goes back under the text; what was typed in it stays, the passage leaves it. */
  putBack() {
    const { body, passage, replacement } = this.form.elements
    body.required = this.needed
    this.label.textContent = this.labelled
    passage.value = replacement.value = ''
    this.set({})
    this.form.classList.remove('is-suggestion', 'is-remark')
    this.more.open = false
    if (this.second) this.second.before(this.more)
    this.place.replaceWith(this.form)
    this.sheet.remove()
    const text = [...document.querySelectorAll('[data-text]')][0]
    text?.focus?.({ preventScroll: true })
  }
}
