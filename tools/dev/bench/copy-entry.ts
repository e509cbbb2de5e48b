// What the trial of copy-store needs of the store: filling one, and the text of all its users.
import { createHash } from 'node:crypto'
import type { CalendarAddress } from '../../../src/calendar/calendar-address.ts'
import { isFault } from '../../../src/calendar/fault.ts'
import { parseCalendars } from '../../../src/calendar/parse.ts'
import type { Booking } from '../../../src/freebusy/record.ts'
import { makeSeries } from '../../../src/itip/instances.ts'
import { dumpUser, serializeDump } from '../../../src/store/dump.ts'
import { openFileStore } from '../../../src/store/file/store.ts'
import type { StoreChange } from '../../../src/store/store.ts'
import { loadSystemZones } from '../../../src/zones/system-zones.ts'

const begin = Date.UTC(2026, 2, 2, 8) / 1000

export async function fill(directory: string, users: number, bookings: number): Promise<void> {
  const store = openFileStore({ directory, now: () => begin })
  for (let number = 0; number < users; number++) {
    const user: CalendarAddress = `mailto:room-${number}@example.com`
    const changes = Array.from({ length: bookings / users }, (_, index) => makeChanges(user, number, index)).flat()
    await store.transact([user], [], async () => ({ changes, result: undefined }))
  }
  await store.close()
}

/** Digest of what show-store prints for all users, and how many bookings there are. */
export async function show(directory: string): Promise<{ readonly digest: string; readonly bookings: number }> {
  const store = openFileStore({ directory, now: () => begin })
  const hash = createHash('sha256')
  const zoneTables = loadSystemZones()
  let bookings = 0
  for await (const user of store.listUsers()) {
    const stored = await store.readUser(user)
    bookings += stored.bookings.length
    hash.update(`${user}\n${serializeDump(dumpUser(stored, { zoneTables }))}`)
  }
  await store.close()
  return { digest: hash.digest('hex'), bookings }
}

function makeChanges(user: CalendarAddress, number: number, index: number): readonly StoreChange[] {
  const uid = `event-${number}-${index}@example.com`
  const start = begin + ((number * 7 + index * 13) % 2000) * 3600
  const write = (instant: number): string => `${new Date(instant * 1000).toISOString().replace(/[-:]|\.\d+/g, '')}`
  const calendars = parseCalendars(
    [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTAMP:20260302T085900Z',
      `DTSTART:${write(start)}`,
      `DTEND:${write(start + 3600)}`,
      'ORGANIZER;CN=Pat:mailto:pat@example.com',
      `ATTENDEE;PARTSTAT=ACCEPTED:${user}`,
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:kim@example.com',
      'SUMMARY:Planning',
      'DESCRIPTION:What is next\\, and who does it?',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n'),
  )
  const component = isFault(calendars) ? undefined : calendars[0]?.components[0]
  if (!component) throw new Error('the event cannot be read')
  const booking: Booking = {
    start: { kind: 'utc', local: start },
    end: { kind: 'utc', local: start + 3600 },
    uid,
    busyType: 'BUSY',
    summary: 'Planning',
    organizer: 'mailto:pat@example.com',
  }
  return [
    { user, effect: { kind: 'save-series', series: { ...makeSeries(uid), parts: [{ key: '', component }] } } },
    { user, effect: { kind: 'book', bookings: [booking] } },
  ]
}
