// DECLINECOUNTER: which proposals the organizer has refused; the event stays as it is. RFC 5546, 3.2.8.
import { readAttendees } from '../calendar/attendee.ts'
import type { AddressRules } from '../calendar/calendar-address.ts'
import { type CalendarFault, isFault } from '../calendar/fault.ts'
import type { Zones } from '../calendar/time-zone.ts'
import { withoutCounters } from './counter.ts'
import { readKey } from './instances.ts'
import type { SchedulingMessage } from './scheduling-message.ts'
import type { StoredSeries } from './stored-series.ts'

export interface DeclinedCounter {
  readonly series: StoredSeries
  /** Keys that the message is about. */
  readonly keys: readonly string[]
}

/** The organizer's own series without the proposals of the attendees it names. */
export function receiveDeclineCounter(
  stored: StoredSeries,
  message: SchedulingMessage,
  zones: Zones,
  rules: AddressRules,
): DeclinedCounter | CalendarFault {
  let series = stored
  const keys: string[] = []
  for (const component of message.components) {
    const key = readKey(component, stored, zones)
    if (isFault(key)) return key
    const refused = new Set<string | undefined>(readAttendees(component, rules).map((attendee) => attendee.address))
    series = withoutCounters(series, (counter) => counter.key === key && refused.has(counter.attendee))
    keys.push(key)
  }
  return { series, keys }
}
