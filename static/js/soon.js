// Read before the first drawing of a page whose text is written together: its plain field, which will not be used, is not laid out.
// Whatever goes wrong afterwards, the field comes back.
const root = document.documentElement
const PATIENCE = 10_000 // milliseconds

if ('WebSocket' in globalThis && 'adoptedStyleSheets' in document) {
  root.classList.add('co-soon')
  setTimeout(() => root.classList.remove('co-soon'), PATIENCE)
}
