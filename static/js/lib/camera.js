// The microphone and the camera of the device, as a voice, a film or a photo wants them.
import { make } from './parts.js'

const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
const SEEN = { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } }
const WANTED = { voice: { audio: SOUND }, film: { audio: SOUND, video: SEEN }, photo: { video: SEEN } }

/** Asks for what `kind` needs; rejects when there is none, or when the person says no. */
export const openDevices = (kind) => navigator.mediaDevices.getUserMedia(WANTED[kind])

/** What a <video> shows at this moment, as a JPEG. */
export function snapshot(view) {
  const { videoWidth: width, videoHeight: height } = view
  const canvas = make('canvas', { width, height })
  canvas.getContext('2d').drawImage(view, 0, 0)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}
