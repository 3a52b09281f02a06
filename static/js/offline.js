// A folder that is being made.
import './elements/job-progress.js'
