// In which form the mail of a message reaches the user: as `incoming` wants it; of free/busy a summary has to be wanted by name.

import type { ReadMessage } from '../itip/read-messages.ts'
import type { IncomingForm } from '../preferences/preferences.ts'
import type { Situation } from './situation.ts'

/** `freebusy_messages` and `freebusy_asked` tell in any case, `message-only` notwithstanding: they are asked for by name. */
export function chooseToldForm(read: ReadMessage, { preferences }: Pick<Situation, 'preferences'>): IncomingForm {
  const { incoming, freeBusyAsked, freeBusyMessages } = preferences
  if (read.kind !== 'message' || read.message.component !== 'VFREEBUSY') return incoming
  const isWanted = read.message.method === 'REQUEST' ? freeBusyAsked : freeBusyMessages
  if (!isWanted) return 'message-only'
  // Busy times are a matter of programs: a summary cannot stand in their place.
  return incoming === 'message-only' || incoming === 'summary-only' ? 'message-then-summary' : incoming
}
