// Photos and voices put on a map while there is no network: kept in this browser with the point that names them, sent before it.
import { newId } from './ids.js'
import { Unreachable } from './request.js'

const BEGINNING = 'held:'
const TOKEN = /^held:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const isHeld = (value) => typeof value === 'string' && TOKEN.test(value)

export class HeldFiles {
  /** `name`: of the map in what is kept; `keeper`: KeptTexts, or null on a computer that others use; `bring()` gives { send }. */
  constructor(name, keeper, { group, parent }, bring = () => import('./sending.js')) {
    Object.assign(this, { name: `${name}!file#`, keeper, group, parent, bring, files: new Map(), sent: new Map() })
  }

  /** Keeps a file; gives the word by which a point names it until it has a number. */
  async hold(file, name = file.name) {
    const token = BEGINNING + newId()
    const record = { blob: file, name }
    this.files.set(token, record)
    this.isKept = this.keeper ? await this.keeper.keep(this.name + token, record) : false
    return token
  }

  async get(token) {
    if (this.files.has(token)) return this.files.get(token)
    const [[, record] = []] = this.keeper ? await this.keeper.of(this.name + token) : []
    if (record) this.files.set(token, record)
    return record ?? null
  }

  /** What the card of a point shows of a file that has not left: { [token]: … }, as the server describes files. */
  async told(props) {
    const found = {}
    for (const token of Object.values(props ?? {}).flat().filter(isHeld)) {
      const record = await this.get(token)
      if (!record) continue
      record.url ??= URL.createObjectURL(record.blob)
      const isPicture = record.blob.type.startsWith('image/')
      found[token] = { id: token, kind: 'files', title: record.name, url: record.url, alt: '', ...(isPicture && { picture: record.url, thumb: record.url }) }
    }
    return found
  }

  /** Sends the files that a point names, and puts their numbers in its place; `note()` after each. Fails as a request does. */
  async leave(body, note = async () => {}) {
    for (const [key, value] of Object.entries(body.props ?? {})) {
      for (const token of [value].flat().filter(isHeld)) {
        const record = this.sent.has(token) ? null : await this.get(token)
        if (record) this.sent.set(token, (await this.send(token, record)).id)
        const id = this.sent.get(token) // none: lost with the browser's memory, and the point leaves without it
        body.props[key] = [body.props[key]].flat().flatMap((one) => (one === token ? id ?? [] : one))
        await note()
        await this.drop(token)
      }
    }
  }

  async send(token, { blob, name }) {
    const { send } = await this.bring().catch(() => { throw new Unreachable() })
    return new Promise((resolve, reject) => {
      const { group, parent } = this
      // What arrived stays on the server: the next time goes on from there.
      const sending = send(blob, { name, group, parent, key: token, onWait: (isWaiting) => { if (isWaiting) { sending.pause(); reject(new Unreachable()) } } })
      sending.then(resolve, reject)
    })
  }

  async drop(token) {
    const record = this.files.get(token)
    if (record?.url) URL.revokeObjectURL(record.url)
    this.files.delete(token)
    await this.keeper?.drop([this.name + token])
  }
}
