// CodeMirror's own styles, without a <style> element that our security policy would rightly refuse: constructed sheets,
// in the lowest layer, so that our styles win over them.
import { StyleModule } from 'style-mod'

const made = new Map()

function sheetOf(module) {
  if (!made.has(module)) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`@layer reset { ${module.getRules()} }`)
    made.set(module, sheet)
  }
  return made.get(module)
}

// Later modules come first in what CodeMirror gives; the last sheet of a document wins.
StyleModule.mount = (root, modules) => {
  const wanted = [modules].flat().map(sheetOf)
  const missing = wanted.filter((sheet) => !root.adoptedStyleSheets.includes(sheet))
  if (missing.length) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing]
}
