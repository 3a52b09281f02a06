// Leaving a shared text, sleeping and waking: nobody leaves before the server has everything, or knows why it has not.

const SURE = 4_000 // milliseconds in which a departure that was allowed may happen
const GOODBYE = 5_000 // milliseconds that leaving waits for the server's word

export class Leaving {
  constructor(host) {
    Object.assign(this, { host, room: host.editor.room })
    const { on, editor: { keeping }, area: { form } } = host
    const { room } = this
    on(window, 'online', () => room.hurry())
    on(window, 'offline', () => room.line.drop())
    on(document, 'visibilitychange', () => (document.hidden ? keeping.keep() : room.hurry()))
    on(window, 'pagehide', () => { room.flush(); keeping.keep() })
    on(window, 'pageshow', ({ persisted }) => persisted && location.reload())
    on(window, 'beforeunload', (event) => {
      if (!keeping.mustWarn || this.isSure) return
      event.preventDefault()
      event.returnValue = ''
    })
    if (form) on(form, 'submit', (event) => this.hold(event, () => form.requestSubmit(event.submitter)))
    for (const link of document.querySelectorAll('[data-leave]')) on(link, 'click', (event) => this.hold(event, () => { location.href = link.href }))
  }

  /** Holds a departure back until all is recorded. */
  hold(event, go) {
    const { room, host, isSure } = this
    if (host.isPlain || isSure || room.isSaved || room.state === 'ended' || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.go(go)
  }

  /** Goes once the server has confirmed everything; else says so, and the text stays. */
  async go(go) {
    const { room, host } = this
    room.flush()
    const limit = Date.now() + GOODBYE
    while (!host.isPlain && !room.isSaved && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 30))
    if (!host.isPlain && !room.isSaved && room.state !== 'ended') return host.alert(host.words.cannotLeave)
    this.isSure = true
    setTimeout(() => { this.isSure = false }, SURE)
    go()
  }
}
