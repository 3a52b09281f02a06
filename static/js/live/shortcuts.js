// The keys of the writing: tools, and those that keep marks and blocks whole.
import { backspace, deleteForward, enter, indent, outdent } from './keys.js'
import { unhelp } from './typing.js'

export function shortcuts(desk) {
  const tool = (name) => () => { desk.tools.use(name); return true }
  return [
    { key: 'Mod-z', run: tool('undo'), preventDefault: true }, { key: 'Mod-y', run: tool('redo'), preventDefault: true },
    { key: 'Mod-Shift-z', run: tool('redo'), preventDefault: true }, { key: 'Mod-b', run: tool('bold') }, { key: 'Mod-i', run: tool('italic') },
    { key: 'Mod-k', run: tool('link') }, { key: 'Mod-f', run: tool('find') }, { key: 'Alt-Enter', run: tool('edit') },
    { key: 'Mod-]', run: indent }, { key: 'Mod-[', run: outdent },
    { key: 'Backspace', run: (view) => unhelp(view) || (!desk.isCode && backspace(view)) },
    { key: 'Delete', run: (view) => !desk.isCode && deleteForward(view) }, { key: 'Enter', run: enter },
  ]
}
