// May another organizer take over? RFC 5546, 3.2.2.4 allows it and 6.1.3 warns of it.
import { type CalendarUser, readAttendees } from '../calendar/attendee.ts'
import { type AddressRules, type CalendarAddress, readDomain } from '../calendar/calendar-address.ts'
import { compareRevision, readRevision } from './revision.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import type { StoredSeries } from './stored-series.ts'

export interface OrganizerChange {
  readonly stored: StoredSeries
  readonly before: CalendarUser
  readonly after: CalendarUser
  readonly message: SchedulingMessage
  readonly rules: AddressRules
  /** Who may have written the mail, and for whom it may act (speaker.ts). */
  readonly speakers: readonly CalendarAddress[]
  readonly maySpeak: (user: CalendarUser) => boolean
  /** Preference `organiser_replacement`: who besides. */
  readonly wish: 'attendee' | 'any' | 'never'
}

/**
 * The organizer's own mail may name a successor, and organizers of one domain may hand over to each other (calendar services do
 * so when an event moves between calendars): with a newer revision. Others need the user's wish and a higher SEQUENCE.
 */
export function mayReplaceOrganizer(change: OrganizerChange): boolean {
  const { stored, before, after, message, rules, speakers, maySpeak, wish } = change
  if (message.method !== 'REQUEST' && message.method !== 'PUBLISH') return false
  if (before.address === undefined || after.address === undefined) return false
  const known = [...stored.parts, ...stored.cancelled].map(({ component }) => readRevision(component))
  const revisions = message.components.map(readRevision)
  const isNewer = revisions.every((mine) => known.every((theirs) => compareRevision(mine, theirs) === 'newer'))
  if (!isNewer) return false
  const own = [before.address, before.sentBy, before.email]
  if (speakers.some((speaker) => own.includes(speaker))) return true
  if (!maySpeak(after)) return false
  if (readDomain(before.address) === readDomain(after.address)) return true
  // RFC 5546, 3.2.2.4: the new organizer raises SEQUENCE.
  if (!revisions.every((mine) => known.every((theirs) => mine.sequence > theirs.sequence))) return false
  if (wish === 'any') return true
  return (
    wish === 'attendee' &&
    stored.parts.some(({ component }) =>
      readAttendees(component, rules).some(({ address }) => address === after.address),
    )
  )
}
