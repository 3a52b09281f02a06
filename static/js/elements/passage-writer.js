// The form of <passage-list>: a comment on the words selected in the text being written, another wording, or an answer.
const AROUND = 60

export class PassageWriter {
  constructor(notes) {
    this.notes = notes
    this.form = notes.querySelector('form')
    for (const button of notes.querySelectorAll('[data-ask]')) {
      // The words stay selected while one presses.
      button.addEventListener('pointerdown', (event) => event.preventDefault())
      button.addEventListener('click', () => this.ask(button.dataset.ask))
    }
    this.form.addEventListener('submit', (event) => this.send(event))
    this.form.querySelector('[data-cancel]').addEventListener('click', () => this.close())
  }

  /** What is selected, as the server takes it. */
  chosen() {
    const { isLive, room, area } = this.notes
    if (isLive) {
      const found = room.passage?.()
      return found && { passage: found.quote, passage_start: found.start, passage_end: found.end }
    }
    const { value, selectionStart: start, selectionEnd: end } = area
    if (start === end) return null
    const before = value.slice(Math.max(start - AROUND, 0), start)
    return { passage: value.slice(start, end), passage_before: before, passage_after: value.slice(end, end + AROUND) }
  }

  ask(kind) {
    const passage = this.chosen()
    if (!passage?.passage.trim()) return this.notes.tell(this.notes.words.nothing)
    this.open(kind, { quote: passage.passage, passage })
  }

  open(kind, { quote, passage = {}, reply = '' }) {
    const suggests = kind === 'suggest'
    const field = kind === 'answer' ? '' : this.notes.dataset.field
    this.sending = { ...passage, passage_field: field, reply_to: reply, suggests: suggests ? 'yes' : '' }
    const { body, replacement } = this.form.elements
    this.form.hidden = false
    this.form.querySelector('blockquote').textContent = quote
    replacement.closest('.field').hidden = !suggests
    replacement.value = suggests ? quote : ''
    body.required = !suggests
    body.closest('.field').querySelector('label').textContent = this.notes.words[suggests ? 'why' : 'yours']
    this.notes.tell('')
    ;(suggests ? replacement : body).focus()
  }

  close() {
    this.form.reset()
    this.form.hidden = true
    this.notes.querySelector('[data-ask]').focus()
  }

  async send(event) {
    event.preventDefault()
    const { body, replacement } = this.form.elements
    const more = this.sending.suggests ? { replacement: replacement.value } : {}
    if (await this.notes.post(`${this.notes.base}/comments`, { ...this.sending, ...more, body: body.value })) {
      this.close()
      this.notes.tell(this.notes.words.sent)
      this.notes.look()
    }
  }
}
