// A text that several may write at once. The plain field is light and always there; the shared one is brought when it is used.
import './elements/co-editor.js'
import './elements/text-editor.js'
import './elements/passage-list.js'
