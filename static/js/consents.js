// The agreement on a phone: signing with a finger, having a text read aloud, blurring faces.
import './elements/face-boxes.js'
import './elements/read-aloud.js'
import './elements/signature-pad.js'
