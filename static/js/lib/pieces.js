// How pieces of files travel: their size, their checksum, and what an answer to them means.
import { DefaultHttpStack } from 'tus-js-client'
import { Refused, SignedOut, Unreachable, reasonOf } from './request.js'

const PIECE = 1 << 20 // bytes of one request: what a cut can cost
const SMALL_PIECE = 256 * 1024

/** The same file for the same place by the same person goes on; a stream is known only by its key. */
export function fingerprint(source, key, { group, folder, parent, version }) {
  const own = key ?? (source instanceof File ? [source.name, source.type, source.size, source.lastModified].join('/') : null)
  return own && ['essaim', document.body.dataset.user, group, folder, parent, version, own].join('/')
}

export function pieceSize() {
  const { saveData, effectiveType } = navigator.connection ?? {}
  return saveData || /2g|3g/.test(effectiveType ?? '') ? SMALL_PIECE : PIECE
}

/** Only « never heard of it » may begin again from nothing: else an answer that went astray would send a file twice. */
export function refuseToStartAgain(request, response) {
  const status = response.getStatus()
  if (status === 401) throw new SignedOut()
  if (request.getMethod() === 'HEAD' && status >= 300 && status !== 404 && status !== 410) throw new Unreachable(String(status))
}

export function failure(error) {
  if (error.causingError instanceof SignedOut) return error.causingError
  const response = error.originalResponse
  return response ? new Refused(response.getStatus(), reasonOf(response.getBody())) : new Unreachable(error.message)
}

/** The usual requests; a piece carries its SHA-256, so that the road cannot change it. */
export class Checking extends DefaultHttpStack {
  createRequest(method, url) {
    const request = super.createRequest(method, url)
    const [send, abort] = [request.send.bind(request), request.abort.bind(request)]
    let isStopped = false
    request.abort = () => { isStopped = true; return abort() }
    request.send = async (body) => {
      if (body && globalThis.crypto?.subtle) {
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await body.arrayBuffer()))
        if (isStopped) return new Promise(() => {}) // paused while it was reckoned: as one that was cut, it never ends
        request.setHeader('Upload-Checksum', `sha256 ${btoa(String.fromCharCode(...digest))}`)
      }
      return send(body)
    }
    return request
  }
}
