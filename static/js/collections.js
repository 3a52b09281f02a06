// The screen where a collection is put in order.
import './elements/drag-order.js'
