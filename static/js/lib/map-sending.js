// What waits to be sent, said where it is seen, in one sentence; what was done last, once the server has it; a way back from it.
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

  /** « Le lavoir » is on the map. [Undo] `sentence` is of the feature `uuid`: true, and said, once nothing of it waits any more. */
  offer(uuid, sentence, back) {
    this.drop()
    Object.assign(this, { uuid, sentence, back })
    this.show()
  }

  drop() {
    clearTimeout(this.timer)
    Object.assign(this, { uuid: null, sentence: null, back: null, timer: null, said: null })
    this.show()
  }

  /** Whether what waits will wait for something other than a moment. */
  get isStuck() { return !navigator.onLine || ['offline', 'signed-out'].includes(this.saving.queue.state) }

  show() {
    const { queue, view } = this.saving
    clearTimeout(this.later)
    const isUnderWay = queue.waiting.length > 0 && !this.isStuck
    if (!isUnderWay) this.isLate = false
    else if (!this.isLate) this.later = setTimeout(() => { this.isLate = true; this.show() }, SOON)
    const line = this.trouble(queue) ?? this.last(queue)
    this.root.replaceChildren(...(line ? [line] : []))
    this.root.hidden = !line
    const said = line?.querySelector('span').textContent
    if (said && said !== this.said && !isUnderWay) view.say(said)
    this.said = said
  }

  trouble(queue) {
    const { words } = this
    const count = queue.waiting.length
    const [refused] = queue.refused
    if (refused) return this.line('no', 'attention', fill(words.refused, { title: refused.body.title ?? '', why: refused.refused }), this.button('again', words.again), this.button('forget', words.forget))
    if (!count) return null
    if (queue.state === 'signed-out') return this.line('care', 'cle', words.signedOut, make('a', { class: 'btn btn--tool', href: `/login?next=${encodeURIComponent(location.pathname)}` }, words.signIn))
    if (this.isStuck) return this.line('care', 'attention', fill(queue.isKept ? words[count === 1 ? 'offlineOne' : 'offlineMany'] : words.memoryOnly, { count }), this.back && this.button('undo', words.undo))
    return this.isLate ? this.line('care', 'envoyer', words.sending) : null
  }

  last(queue) {
    if (!this.sentence || queue.records.has(this.uuid)) return null
    this.timer ??= setTimeout(() => this.drop(), LIFE)
    return this.line('', null, this.sentence, this.button('undo', this.words.undo), make('button', { class: 'btn btn--tool', type: 'button', 'data-note': 'close', 'aria-label': this.words.close }, icon('croix')))
  }

  line(tone, sign, sentence, ...buttons) {
    return make('div', { class: tone ? `map-note map-note--${tone}` : 'map-note' }, sign && icon(sign), make('span', {}, sentence), ...buttons)
  }

  button(act, words) {
    return make('button', { class: 'btn btn--tool', type: 'button', 'data-note': act }, words)
  }
}
