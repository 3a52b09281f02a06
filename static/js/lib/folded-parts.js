// Blocks that hold nothing yet are folded behind one button, so that a whole portrait can be run through on a phone.

/** Folds the empty blocks of a form, but the first, the one that was asked for, and those with something to mend. */
export function foldEmpty(form) {
  const asked = document.getElementById(location.hash.slice(1))?.closest('.portrait-part')
  const empty = [...form.querySelectorAll('.portrait-part.is-empty')]
  for (const part of empty.filter((one) => one.previousElementSibling && one !== asked && !one.querySelector('.error'))) {
    const fold = part.querySelector('.part-fold')
    part.classList.add('is-folded')
    fold.hidden = false
    fold.querySelector('button').addEventListener('click', () => {
      fold.remove()
      part.classList.remove('is-folded')
      part.querySelector('.part-fields :is(select, input, textarea):not([type=hidden])')?.focus()
    })
  }
}
