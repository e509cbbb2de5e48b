// FILE or standard input as the calendars in it: a mail, or a calendar by itself.
import { decodeCalendarText } from '../calendar/decode.ts'
import { findCalendarParts } from '../mail/calendar-parts.ts'
import type { IncomingMail } from '../mail/incoming-mail.ts'
import { dropMboxLine } from '../mail/mbox-line.ts'
import { readMail } from '../mail/read-mail.ts'
import type { AdminWorld } from './admin-world.ts'

export interface CalendarInput {
  /** Nothing where the input is a calendar by itself. */
  readonly mail: IncomingMail | undefined
  readonly calendars: readonly CalendarText[]
}

export interface CalendarText {
  readonly text: string
  /** The method that the mail names around it. */
  readonly method: string | undefined
}

export async function readCalendarInput(file: string | undefined, world: AdminWorld): Promise<CalendarInput> {
  const bytes = world.readInput(file)
  if (isCalendar(bytes, file))
    return { mail: undefined, calendars: [{ text: decodeCalendarText(bytes, undefined), method: undefined }] }
  const mail = await readMail(dropMboxLine(bytes), {
    envelope: {
      sender: '',
      recipient: '',
      originalRecipient: undefined,
      login: undefined,
      client: undefined,
      queueId: undefined,
    },
    spamHeaders: world.configuration.spamHeaders,
  })
  return { mail, calendars: findCalendarParts(mail.parts) }
}

/** No header of a mail begins with BEGIN. */
function isCalendar(bytes: Uint8Array, file: string | undefined): boolean {
  if (file !== undefined && /\.(?:ics|ical|ifb|icalendar)$/i.test(file)) return true
  return /^\uFEFF?\s*BEGIN:/i.test(decodeCalendarText(bytes.subarray(0, 512), undefined))
}
