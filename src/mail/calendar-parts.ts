// The calendar texts a mail carries: decoded, and of copies only one. Behaviour.md, 35 and 36.
import { decodeCalendarText } from '../calendar/decode.ts'
import type { MailPart } from './incoming-mail.ts'
import { findPartKind } from './part-kind.ts'

export interface CalendarPart {
  readonly text: string
  /** The method parameter of the Content-Type; the METHOD inside decides, this is for the note. */
  readonly method: string | undefined
}

/** In the order of the mail; several different text/calendar parts are several calendars. */
export function findCalendarParts(parts: readonly MailPart[]): readonly CalendarPart[] {
  const calendars = parts.filter((part) => findPartKind(part.contentType, part.fileName) === 'calendar')
  // Quirk: Google and others add the invitation as a file; where the two differ, the real part counts, see docs/quirks.md.
  const proper = calendars.filter((part) => part.contentType === 'text/calendar')
  const texts = new Map<string, CalendarPart>()
  for (const part of proper.length > 0 ? proper : calendars) {
    const text = decodeCalendarText(part.content, part.parameters.get('charset'))
    // Copies differ in nothing but line ends and what stands around the calendar.
    const key = text.replace(/\r\n?/g, '\n').trim()
    if (key !== '' && !texts.has(key))
      texts.set(key, { text, method: part.parameters.get('method')?.trim() || undefined })
  }
  return [...texts.values()]
}

/** Does it carry a calendar in a wrapping that we leave alone? Exchange and Outlook call it winmail.dat. */
export function hasWrappedCalendar(parts: readonly MailPart[]): boolean {
  return parts.some((part) => findPartKind(part.contentType, part.fileName) === 'tnef')
}
