// Pages on which one writes.
import './elements/text-editor.js'
