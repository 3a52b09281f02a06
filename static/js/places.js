// A form in which a place is typed.
import './elements/field-completion.js'
