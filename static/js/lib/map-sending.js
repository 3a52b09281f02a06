// What waits to be sent, said where it is seen; what was done last, with a way back.
import { icon, make } from './parts.js'
import { fill } from './words.js'

const LIFE = 15_000 // milliseconds during which the last gesture can be undone from here
const SOON = 800 // a sending that takes less is not spoken of

export class SendingNote {
  constructor(root, saving) {
    Object.assign(this, { root, saving, words: saving.words })
    root.addEventListener('click', ({ target }) => this.press(target.closest('[data-note]')))
  }

  press(button) {
    const { saving } = this
    const act = button?.dataset.note
    if (act === 'undo') { const { back } = this; this.drop(); back?.() }
    if (act === 'again') { for (const record of saving.queue.refused) delete record.refused; saving.flush() }
    if (act === 'forget') for (const { uuid } of saving.queue.refused) saving.forget(uuid)
    if (act === 'close') this.drop()
  }

  /** « Le lavoir » is on the map. [Undo] `sentence()`: what is so when it is read. */
  offer(sentence, back) {
    Object.assign(this, { sentence, back })
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.drop(), LIFE)
    this.saving.view.say(sentence())
    this.show()
  }

  drop() {
    clearTimeout(this.timer)
    Object.assign(this, { sentence: null, back: null })
    this.show()
  }

  show() {
    const { queue } = this.saving
    clearTimeout(this.later)
    if (queue.state === 'sending' && !this.isLate) {
      this.later = setTimeout(() => { this.isLate = true; this.show() }, SOON)
      if (!this.sentence) return
    } else if (queue.state !== 'sending') this.isLate = false
    const parts = [...this.trouble(queue), ...this.last()]
    this.root.replaceChildren(...parts)
    this.root.hidden = !parts.length
  }

  trouble(queue) {
    const { words } = this
    const count = queue.waiting.length
    const [refused] = queue.refused
    const line = (tone, sign, sentence, ...buttons) => make('div', { class: `map-note map-note--${tone}` }, icon(sign), make('span', {}, sentence), ...buttons)
    if (refused) return [line('no', 'attention', fill(words.refused, { title: refused.body.title ?? '', why: refused.refused }), this.button('again', words.again), this.button('forget', words.forget))]
    if (!count) return []
    if (queue.state === 'signed-out') return [line('care', 'cle', words.signedOut, make('a', { class: 'btn btn--tool', href: `/login?next=${encodeURIComponent(location.pathname)}` }, words.signIn))]
    if (queue.state === 'offline') return [line('care', 'attention', fill(queue.isKept ? words[count === 1 ? 'offlineOne' : 'offlineMany'] : words.memoryOnly, { count }))]
    return this.isLate ? [line('care', 'envoyer', words.sending)] : []
  }

  last() {
    if (!this.sentence) return []
    return [make('div', { class: 'map-note' }, make('span', {}, this.sentence()), this.button('undo', this.words.undo), make('button', { class: 'btn btn--tool', type: 'button', 'data-note': 'close', 'aria-label': this.words.close }, icon('croix')))]
  }

  button(act, words) {
    return make('button', { class: 'btn btn--tool', type: 'button', 'data-note': act }, words)
  }
}
