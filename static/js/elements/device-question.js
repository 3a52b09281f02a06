// <device-question data-guessed>: what a hand holds and is small is a telephone, whatever its browser calls itself.
class DeviceQuestion extends HTMLElement {
  connectedCallback() {
    const isPhone = matchMedia('(pointer: coarse)').matches && Math.min(screen.width, screen.height) < 600
    if (!isPhone) return
    for (const words of this.querySelectorAll('[data-phone]')) words.textContent = words.dataset.phone
    if ('guessed' in this.dataset) this.querySelector('[value=""]').checked = true
  }

  disconnectedCallback() {} // it listens to nothing
}

customElements.define('device-question', DeviceQuestion)
