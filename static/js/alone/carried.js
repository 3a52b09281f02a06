// The one plain script of a folder that opens without network: players, blocks of portraits, and the search.
import './folder.js'
import '../elements/carried-search.js'
