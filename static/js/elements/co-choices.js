// What a writer may choose: with the others or in the plain field, and whether this computer may keep something.
import { isShared, setPlain, setShared } from '../lib/device.js'
import { mayErase } from '../lib/unsent.js'

export function letChoose(host) {
  host.on(host, 'click', ({ target }) => choose(host, target.closest('[data-mode]')?.dataset.mode))
  host.on(host, 'change', ({ target }) => target.matches('[data-shared]') && share(host, target))
  host.querySelectorAll('[data-shared]').forEach((box) => { box.checked = isShared() })
}

function choose({ leaving }, mode) {
  if (!mode) return
  setPlain(mode === 'plain')
  const again = () => location.reload()
  leaving ? leaving.go(again) : again()
}

async function share({ editor }, box) {
  if (box.checked && !await mayErase()) box.checked = false
  else if (box.checked) await editor?.keeping.empty()
  setShared(box.checked)
  editor?.status.draw()
}
