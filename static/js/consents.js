// The agreement on a phone: signing with a finger, having a text read aloud, blurring faces.
import './elements/face-boxes.js'
import './elements/read-aloud.js'
import './elements/signature-pad.js'

// Where something may be recorded; the private page of a person loads none of it.
if (document.querySelector('oral-proof')) {
  import('./elements/oral-proof.js')
  import('./elements/media-recorder.js')
}
