// The calendars a mail carries, read once for all its recipients.
import { createHash } from 'node:crypto'
import type { CalendarObject } from '../calendar/calendar-object.ts'
import { type CalendarFault, isFault, makeFault } from '../calendar/fault.ts'
import { mostCalendars } from '../calendar/limits.ts'
import { parseCalendars } from '../calendar/parse.ts'
import { findCalendarParts } from '../mail/calendar-parts.ts'
import type { IncomingMail } from '../mail/incoming-mail.ts'

export interface CalendarMail {
  readonly mail: IncomingMail
  readonly calendars: readonly ReadCalendar[]
}

export interface ReadCalendar {
  readonly object: CalendarObject | CalendarFault
  /** SHA-256 of the decoded text: part of what makes a message the same again. */
  readonly digest: string
  /** What the mail itself says against the standard. */
  readonly notes: readonly string[]
}

export function readCalendars(mail: IncomingMail): CalendarMail {
  const calendars = findCalendarParts(mail.parts).flatMap((part): ReadCalendar[] => {
    const digest = createHash('sha256').update(part.text).digest('hex')
    const objects = parseCalendars(part.text)
    if (isFault(objects)) return [{ object: objects, digest, notes: [] }]
    return objects.map((object) => ({ object, digest, notes: noteMethod(part.method, object) }))
  })
  return { mail, calendars: calendars.length > mostCalendars ? [refuseAll(calendars)] : calendars }
}

function refuseAll(calendars: readonly ReadCalendar[]): ReadCalendar {
  const text = `the mail carries ${calendars.length} calendars, more than ${mostCalendars}`
  return { object: makeFault('too-many-calendars', text), digest: '', notes: [] }
}

// RFC 6047, 2.4: both must be equal. Quirk: Yahoo and Zoom get it wrong, and the METHOD inside counts, see docs/quirks.md.
function noteMethod(parameter: string | undefined, object: CalendarObject): readonly string[] {
  if (parameter === undefined || object.method === undefined || parameter.toUpperCase() === object.method) return []
  return [`the mail says method=${parameter}, the calendar METHOD:${object.method}`]
}
