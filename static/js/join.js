// The script of the screens by which one comes in.
import './elements/device-question.js'
import './elements/digit-pad.js'
import './elements/join-steps.js'
