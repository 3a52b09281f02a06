// Pages where files are sent, and listed.
import './elements/file-drop.js'
import './elements/file-shelf.js'
