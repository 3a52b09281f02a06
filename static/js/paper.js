// The photo of a sheet whose corners are told.
import './elements/corner-frame.js'
