// A room that is asked by its scheduling functions alone: no mail, no store; what it wants to know of its schedule it is given, and that is noted.
import { makeBookings } from '../../src/agents/bookkeeping.ts'
import { readAttendees, readOrganizer } from '../../src/calendar/attendee.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { isOverlapping, type Period } from '../../src/calendar/period.ts'
import { findProperty } from '../../src/calendar/properties.ts'
import { parseInstant, serializeInstant } from '../../src/calendar/time.ts'
import { makeZones } from '../../src/calendar/time-zone.ts'
import { expandBookings } from '../../src/freebusy/expand-bookings.ts'
import type { OthersFreeBusy } from '../../src/freebusy/others.ts'
import type { Booking, BusyType } from '../../src/freebusy/record.ts'
import { emptyWindow, type FreeBusyWindow } from '../../src/freebusy/window.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import { makePreferences } from '../../src/preferences/make-preferences.ts'
import { parsePreferenceLines, preferenceSettings } from '../../src/preferences/settings.ts'
import type { SiteSettings } from '../../src/preferences/site-settings.ts'
import type { BookingRequest } from '../../src/scheduling/booking-request.ts'
import type { Outcome, WantedForScheduling } from '../../src/scheduling/outcome.ts'
import { type Scheduled, schedule } from '../../src/scheduling/schedule.ts'
import { makeEvent, zoneTables } from './calendar-text.ts'

export interface AskedRoom {
  /** Lines of preference files, by name; the others have their defaults. */
  readonly preferences?: Readonly<Record<string, string>>
  /** Lines of the asked event, in place of the usual ones. */
  readonly event?: readonly string[]
  readonly booked?: readonly Booking[]
  readonly others?: ReadonlyMap<CalendarAddress, OthersFreeBusy>
  readonly site?: Partial<SiteSettings>
  readonly isAuthenticated?: boolean
  readonly now?: string
}

export interface RoomAnswer extends Scheduled {
  readonly outcome: Outcome
  /** Each time more was wanted: which periods were new. */
  readonly wanted: readonly (readonly Period[])[]
}

export const room: CalendarAddress = 'mailto:room@example.com'

const rules = { recipientDelimiter: '+', localPartCase: 'fold' } as const

export function askRoom(asked: AskedRoom): RoomAnswer {
  const wanted: (readonly Period[])[] = []
  let request = makeRequest(asked)
  for (let round = 0; round < 8; round++) {
    const scheduled = schedule(request)
    if (isFault(scheduled)) throw new Error(scheduled.text)
    if (scheduled.kind === 'scheduled') {
      if (!scheduled.outcome) throw new Error('no opinion')
      return { ...scheduled, outcome: scheduled.outcome, wanted }
    }
    wanted.push(scheduled.periods.filter((period) => !request.freeBusy.covers.includes(period)))
    const others = new Map(request.others)
    for (const address of scheduled.others ?? []) others.set(address, asked.others?.get(address))
    const booked = asked.booked ?? []
    const freeBusy = readWindow(booked, scheduled.periods, request)
    request = { ...request, others, freeBusy: { ...freeBusy, far: searchFarOf(scheduled, booked, request) } }
  }
  throw new Error('wants more and more')
}

function searchFarOf(
  { far }: WantedForScheduling,
  booked: readonly Booking[],
  request: BookingRequest,
): NonNullable<FreeBusyWindow['far']> {
  const known = new Map(request.freeBusy.far)
  if (!far) return known
  const lastEnd = Math.max(0, ...booked.map(({ end, recurrence }) => (recurrence ? 0 : end.local + 86_400)))
  const steps = far.run(lastEnd)
  let step = steps.next()
  while (!step.done) step = steps.next(readWindow(booked, step.value, request))
  return known.set(far.key, step.value)
}

export function makeRequest({ preferences = {}, event = [], site, isAuthenticated, now }: AskedRoom): BookingRequest {
  const component = makeEvent('ATTENDEE:mailto:room@example.com', ...event)
  const instant = parseInstant(now ?? '20260302T090000Z')
  if (isFault(instant)) throw new Error(instant.text)
  const made = makePreferences((name) => {
    const lines = parsePreferenceLines(preferenceSettings[name], preferences[name] ?? preferenceSettings[name].default)
    if ('kind' in lines) throw new Error(`${name} ${lines.reason}`)
    return lines
  }, rules)
  return {
    now: instant,
    uid: findProperty(component, 'UID')?.value ?? '',
    asked: makeBookings(
      { ...makeSeries(findProperty(component, 'UID')?.value ?? ''), parts: [{ key: '', component }] },
      makeZones(zoneTables, new Map(), made.zone),
      () => 'BUSY',
    ),
    resource: room,
    organizer: readOrganizer(component)?.address,
    isAuthenticated: isAuthenticated ?? false,
    attendees: readAttendees(component).flatMap(({ address, role, userType }) =>
      address === undefined || address === room ? [] : [{ address, role, userType }],
    ),
    freeBusy: emptyWindow,
    others: new Map(),
    preferences: made,
    site: { ...plainSite, ...site },
    zoneTables,
  }
}

const plainSite: SiteSettings = {
  addresses: rules,
  localDomains: [],
  outgoingAuthority: 'login',
  resourceOrganizers: 'local',
  schedulingAccounts: [],
  authservId: '',
  unverifiedRequest: 'refuse',
  trustedNetworks: [],
  schedulerServices: new Map(),
  counterAsRequest: false,
  heldAge: 86_400,
  heldLimit: 200,
  othersAge: 2_592_000,
  freeBusyHorizon: 31_622_400,
  freeBusyOutsideHorizon: 5_184_000,
  freeBusyRequests: 10,
  groups: new Map(),
}

function readWindow(
  booked: readonly Booking[],
  covers: readonly Period[],
  { preferences }: BookingRequest,
): FreeBusyWindow {
  const isNear = (booking: Booking): boolean =>
    covers.some((period) =>
      expandBookings([booking], period, zoneTables, preferences.zone).times.some((time) =>
        isOverlapping(time.period, period),
      ),
    )
  return {
    covers,
    single: booked.filter((booking) => !booking.recurrence && isNear(booking)),
    recurring: booked.filter((booking) => booking.recurrence),
  }
}

/** What is booked: an event of these lines, in place of the usual ones. */
export function makeBooked(uid: string, lines: readonly string[], busyType: BusyType = 'BUSY'): Booking {
  const [booking] = makeBookings(
    { ...makeSeries(uid), parts: [{ key: '', component: makeEvent(`UID:${uid}`, ...lines) }] },
    makeZones(zoneTables, new Map(), 'UTC'),
    () => busyType,
  )
  if (!booking) throw new Error('no booking')
  return booking
}

/** `10:00-11:30`, of 10 March 2026 in UTC, or with a day in front: `11 10:00-11:30`. */
export function at(text: string): readonly string[] {
  const match = /^(?:(\d\d) )?(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text)
  if (!match) throw new Error(text)
  const [, day = '10', fromHour, fromMinute, toHour, toMinute] = match
  return [`DTSTART:202603${day}T${fromHour}${fromMinute}00Z`, `DTEND:202603${day}T${toHour}${toMinute}00Z`]
}

/** `10 10:00-11:00`, of March 2026 in UTC. */
export function showTime({ start, end }: Period): string {
  const [from, to] = [serializeInstant(start), serializeInstant(end)]
  return `${from.slice(6, 8)} ${from.slice(9, 11)}:${from.slice(11, 13)}-${to.slice(9, 11)}:${to.slice(11, 13)}`
}

/** An outcome in a line: its kind, its reason, and the dates or times it is about. */
export function showOutcome(outcome: Outcome): string {
  const { code } = outcome.because
  if (outcome.kind === 'accept') return `accept ${code}`
  if (outcome.kind === 'propose')
    return `propose ${code} ${outcome.proposals.map(({ times }) => times.map(showTime).join(' + ')).join(', ')}`
  const dates = outcome.clashes.map(({ period }) => showTime(period)).join(', ')
  return outcome.whole ? `reject ${code}` : `decline ${code} ${dates}`
}
