// A map to see, to live with, to change.
import './elements/map-view.js'
