// The light that never lies: « recorded » is said only when the server has confirmed everything that was made here.

/**
 * What to show for a room: { tone: ok | wait | kept, say: name of the sentence, values }.
 * `kept`: whether this device holds what waits: 'here', 'soon' (on its way there) or 'nowhere' (a shared computer): it must be said.
 */
export function lightOf({ state, isSynced, isSaved, savedAt, pending, canWrite, code, trouble }, kept) {
  if (state === 'ended') return { tone: 'kept', say: `end${code}`, values: {} }
  if (trouble) return { tone: 'kept', say: trouble, values: {} }
  if (!isSynced) return { tone: 'wait', say: 'connecting', values: {} }
  if (!canWrite) return { tone: 'ok', say: 'reading', values: {} }
  if (isSaved) return { tone: 'ok', say: savedAt ? 'saved' : 'opened', values: { at: savedAt } }
  if (state === 'online') return { tone: 'wait', say: 'sending', values: {} }
  if (!pending) return { tone: 'kept', say: 'offline', values: {} }
  const say = `${{ here: 'kept', soon: 'waiting', nowhere: 'unsent' }[kept]}${pending > 1 ? 'Many' : 'One'}`
  return { tone: 'kept', say, values: { count: pending } }
}

/** Whether leaving now would lose words: nothing holds what the server has not confirmed. */
export const wouldLose = ({ pending }, kept) => pending > 0 && !kept
