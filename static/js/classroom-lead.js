// The script of the room as its trainer sees it.
import './elements/room-lead.js'
