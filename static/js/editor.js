// Pages on which one writes.
import './elements/text-editor.js'
import './elements/passage-list.js'
