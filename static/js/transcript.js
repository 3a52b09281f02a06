// The screens on which recordings are written down and cut in chapters.
import './elements/chapter-form.js'
import './elements/transcript-editor.js'
