// Pages where files are sent.
import './elements/file-drop.js'
