// The agreement on a phone: signing with a finger, having a text read aloud.
import './elements/read-aloud.js'
import './elements/signature-pad.js'
