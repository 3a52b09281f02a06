// The script of the bar that somebody in a training room has on each page.
import './elements/class-room.js'
