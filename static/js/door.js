// The script of a door that is held open.
import './elements/open-door.js'
