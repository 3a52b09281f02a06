// The page on which a session is written.
import './elements/more-lines.js'
