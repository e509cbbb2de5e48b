// imip-admin bookings: a schedule as a table, recurring bookings date by date.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { type Instant, secondsOfDay, serializeInstant } from '../calendar/time.ts'
import { makeZones, type TimeZone } from '../calendar/time-zone.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { type BookedTime, expandBookings } from '../freebusy/expand-bookings.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import type { AdminWorld } from './admin-world.ts'
import { describeFault } from './describe-fault.ts'
import { makeJsonList } from './json-list.ts'
import { showLine } from './show-text.ts'
import { serializeTime, showTime } from './show-time.ts'
import { type Given, hasOption } from './subcommand.ts'
import { makeTable } from './table.ts'
import { readUser } from './user-argument.ts'
import { readWindow } from './window-options.ts'

/** Four weeks and the rest of today. */
const defaultDays = 29

export async function runBookings(given: Given, world: AdminWorld): Promise<ExitCode> {
  const user = readUser(given.arguments[0], world)
  const { zone } = readPreferences(makePreferencePlace(world.configuration), user)
  const { local } = makeZones(world.loadZones(), new Map(), zone)
  const today = startOfDay(world.now(), local)
  const within = readWindow(given, { start: today, end: today + defaultDays * secondsOfDay })
  const window = await world.openStore().transact([user], [], async (reader) => ({
    changes: [],
    result: await reader.readWindow(user, [within]),
  }))
  const { times, faults } = expandBookings([...window.single, ...window.recurring], within, world.loadZones(), zone)
  for (const { booking, fault } of faults) world.say(showLine(`${booking.uid}: ${describeFault(fault)}`))
  if (hasOption(given, 'json')) world.write(makeJsonList(times.map(serializeBookedTime)))
  else if (times.length > 0) world.write(showBookings(times, local))
  else world.say(describeNothing(user, within.start, within.end))
  return faults.length > 0 ? exitCode.found : exitCode.done
}

function startOfDay(instant: Instant, zone: TimeZone): Instant {
  return zone.toInstant(Math.floor(zone.toLocal(instant) / secondsOfDay) * secondsOfDay)
}

/** As `show-store --json` writes bookings. */
function serializeBookedTime({ booking, recurrenceId, start, end, period }: BookedTime): unknown {
  return {
    start: serializeTime(start, period.start),
    end: serializeTime(end, period.end),
    uid: booking.uid,
    recurrenceId: recurrenceId ?? null,
    rrule: null,
    type: booking.busyType,
    summary: booking.summary,
    organizer: booking.organizer,
    expires: booking.expires === undefined ? null : serializeInstant(booking.expires),
  }
}

function showBookings(times: readonly BookedTime[], zone: TimeZone): string {
  const rows = times.map(({ booking, recurrenceId, start, end, period }) => [
    showTime(start, period.start, zone),
    showTime(end, period.end, zone),
    booking.busyType,
    booking.organizer.replace(/^mailto:/i, ''),
    booking.summary,
    booking.uid,
    recurrenceId ?? '',
  ])
  return makeTable([`START (${zone.name})`, 'END', 'TYPE', 'ORGANIZER', 'SUMMARY', 'UID', 'RECURRENCE-ID'], rows)
}

function describeNothing(user: CalendarAddress, start: Instant, end: Instant): string {
  return `${showAddress(user)} has no bookings from ${serializeInstant(start)} to ${serializeInstant(end)}`
}
