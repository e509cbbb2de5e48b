// Bounds of calendar text; each has its reason. What goes beyond one of them is a fault of the whole text.
import type { CalendarFault } from './fault.ts'

/** Characters of a text. A mail of 20 MB must be read or refused, but never fill the memory. */
export const longestText = 25 * 1024 * 1024

/** Characters of an unfolded line: an attachment of 12 MB inside an invitation is about the largest that mail systems carry. */
export const longestLine = 20 * 1024 * 1024

/** Components of a text: 10,000 events with an alarm each are somebody's whole calendar; more only fill the memory. */
export const mostComponents = 50_000

/** Calendars of a text, one behind the other: each is read for each recipient, and has a verdict where it cannot be used. */
export const mostCalendars = 100

/** Lines of a text, unfolded: each becomes a record of some 150 bytes. */
export const mostLines = 500_000

/** Properties of one component: thousands of attendees and dates left out occur, hundreds of thousands are an attack. */
export const mostPropertiesOfComponent = 200_000

/** Components inside one another: the standards need three levels, and what reads a component may recurse. */
export const deepestNesting = 100

/** Parameters of a property: the standards know two dozen. */
export const mostParameters = 1000

/** Values of a parameter: the groups or delegates of one attendee. */
export const mostParameterValues = 10_000

/** Notes of a calendar object: a verdict is read by people. */
export const mostNotes = 100

/** Is it a bound that was passed? Then the whole text is refused. */
export function isLimitFault(fault: CalendarFault): boolean {
  return fault.code.startsWith('too-')
}
