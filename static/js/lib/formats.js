// In which form a browser records. Apple's says that it knows WebM, and then plays it badly: there, MP4 comes first.

const FORMS = {
  voice: ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm'],
  film: ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'],
}
const ENDINGS = { webm: 'webm', ogg: 'ogg', mp4: 'mp4' }

/** The type to record in, or '' to let the browser choose. `knows`: what MediaRecorder says; `vendor`: who made the browser. */
export function formatFor(kind, knows, vendor = '') {
  const forms = FORMS[kind]
  const ordered = vendor.startsWith('Apple') ? [...forms].sort((one, other) => other.includes('mp4') - one.includes('mp4')) : forms
  return ordered.find((form) => knows(form)) ?? ''
}

/** The end of the name of a file of that type: « audio/mp4 » → « m4a ». */
export function endingOf(type) {
  const [family, form = ''] = type.split(';')[0].split('/')
  if (form === 'mp4') return family === 'audio' ? 'm4a' : 'mp4'
  return ENDINGS[form] ?? 'webm'
}
