// schedule_across_network: a request is accepted if its times are free for the resource and for all attendees, as far as they have told it.
import { type CalendarAddress, showAddress } from '../../calendar/calendar-address.ts'
import { isFault } from '../../calendar/fault.ts'
import { isOverlapping, type Period } from '../../calendar/period.ts'
import type { Instant } from '../../calendar/time.ts'
import { toInstant } from '../../calendar/time-zone.ts'
import type { OthersFreeBusy } from '../../freebusy/others.ts'
import { makeBookingZones } from '../../freebusy/record-zones.ts'
import { makeReason } from '../../itip/reason.ts'
import { listAskedDates } from '../asked-dates.ts'
import type { BookingRequest } from '../booking-request.ts'
import { type Outcome, requestStatuses, type WantedForScheduling } from '../outcome.ts'
import { declineUnreadable, judgeFree } from './free-busy.ts'

const rule = 'scheduling_function schedule_across_network'

/** Of a longer list the first are looked at: each is a look into the store. */
const mostAttendees = 100

export function scheduleAcrossNetwork(request: BookingRequest): Outcome | WantedForScheduling {
  const own = judgeFree(request, 1, rule)
  if (own.kind === 'wanted') return own
  if (own.kind === 'decline' && own.whole) return own
  const attendees = listWhoMustCome(request)
  const unknown = attendees.filter((address) => !request.others.has(address))
  if (unknown.length > 0) return { kind: 'wanted', periods: request.freeBusy.covers, others: attendees }
  const dates = listAskedDates(request.asked, request)
  if (isFault(dates)) return declineUnreadable(dates, rule)
  const oldSlots = listOldSlots(request)
  const busy = attendees.flatMap((address) => {
    const taken = dates.filter((date) => isBusy(request.others.get(address), date, oldSlots, request.now))
    return taken.length > 0 ? [{ address, taken }] : []
  })
  if (busy.length === 0) {
    if (own.kind === 'decline' || attendees.length === 0) return own
    const known = attendees.filter((address) => request.others.get(address) !== undefined).length
    const text = `${own.because.text}, also for the ${known} of ${attendees.length} attendees whose free/busy is known`
    return { kind: 'accept', because: makeReason('free', rule, text) }
  }
  const ownClashes = own.kind === 'decline' ? own.clashes : []
  const known = new Set(ownClashes.map(({ period }) => period.start))
  const others = dates.filter((date) => !known.has(date.start) && busy.some(({ taken }) => taken.includes(date)))
  return {
    kind: 'decline',
    because: makeReason(
      'attendees-busy',
      rule,
      `${busy
        .slice(0, 5)
        .map(({ address }) => showAddress(address))
        .join(', ')}${busy.length > 5 ? ' and others' : ''} cannot come`,
    ),
    requestStatus: requestStatuses.conflict,
    clashes: [...ownClashes, ...others.map((period) => ({ period, with: [] }))].sort(
      (a, b) => a.period.start - b.period.start,
    ),
    whole: false,
  }
}

/** The organizer has chosen the time; who only gets a copy need not be free. RFC 5545, 3.2.16. */
function listWhoMustCome({ attendees, organizer }: BookingRequest): readonly CalendarAddress[] {
  return attendees
    .filter(({ address, role }) => address !== organizer && role !== 'NON-PARTICIPANT')
    .slice(0, mostAttendees)
    .map(({ address }) => address)
}

function isBusy(others: OthersFreeBusy | undefined, date: Period, oldSlots: readonly Period[], now: Instant): boolean {
  return (others?.pieces ?? []).some(
    ({ busy, expires }) =>
      expires > now &&
      busy.some(
        (period) =>
          isOverlapping(period, date) &&
          !oldSlots.some(({ start, end }) => start === period.start && end === period.end),
      ),
  )
}

/** Single times that the same event had here before: an attendee who is busy exactly then is so because of it. */
function listOldSlots({ uid, freeBusy, zoneTables, preferences }: BookingRequest): readonly Period[] {
  return freeBusy.single.flatMap((booking) => {
    if (booking.uid !== uid) return []
    const zones = makeBookingZones(booking, zoneTables, preferences.zone)
    const [start, end] = [toInstant(booking.start, zones), toInstant(booking.end, zones)]
    return isFault(start) || isFault(end) ? [] : [{ start, end }]
  })
}
