// The page on which a report is written.
import './elements/co-editor.js'
import './elements/text-editor.js'
import './elements/draft-sender.js'
import './elements/sort-parts.js'
import './elements/more-lines.js'
import './elements/field-completion.js'
import './elements/part-company.js'
