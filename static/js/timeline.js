// The page on which one slides through the versions of a text.
import './elements/version-slider.js'
