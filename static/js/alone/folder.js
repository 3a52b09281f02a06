// What a portrait taken away needs: one plain script, since pages opened from a folder may load no modules.
import '../elements/asked-blocks.js'
import '../elements/before-after.js'
import '../elements/media-player.js'
import '../elements/slide-show.js'
import '../elements/spoken-now.js'
