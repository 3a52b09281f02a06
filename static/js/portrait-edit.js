// The page on which a portrait is put together.
import './elements/co-editor.js'
import './elements/text-editor.js'
import './elements/draft-sender.js'
import './elements/sort-parts.js'
import './elements/file-choice.js'
import './elements/spot-placer.js'
import './elements/part-company.js'
import { foldEmpty } from './lib/folded-parts.js'

const form = document.getElementById('portrait-form')
if (form) foldEmpty(form)
