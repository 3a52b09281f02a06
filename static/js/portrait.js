// A portrait to see and hear, and the gallery on a big screen.
import './elements/asked-blocks.js'
import './elements/before-after.js'
import './elements/public-showing.js'
import './elements/slide-show.js'
import './elements/spoken-now.js'
