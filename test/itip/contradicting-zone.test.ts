// A VTIMEZONE that contradicts the known zone of its name is noted; the known zone counts. behaviour.md, 57.
import { expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { makeZones } from '../../src/calendar/time-zone.ts'
import { readMessages } from '../../src/itip/read-messages.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'

test.each([
  ['+0900', ['zone-contradiction']],
  ['+0100', []],
])('Europe/Oslo in winter as %s: notes %j', (offset, codes) => {
  expect(readNotes(offset)).toEqual(codes)
})

/** Of a meeting in January; the year's summer time is as it is. */
function readNotes(offset: string): readonly string[] {
  const calendars = parseCalendars(
    [
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'BEGIN:VTIMEZONE',
      'TZID:Europe/Oslo',
      'BEGIN:STANDARD',
      'DTSTART:19961027T030000',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
      'TZOFFSETFROM:+0200',
      `TZOFFSETTO:${offset}`,
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:19810329T020000',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      `TZOFFSETFROM:${offset}`,
      'TZOFFSETTO:+0200',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:winter@example.com',
      'DTSTAMP:20260102T090000Z',
      'DTSTART;TZID=Europe/Oslo:20260112T100000',
      'SUMMARY:Winter',
      'SEQUENCE:0',
      'ORGANIZER:mailto:pat@example.com',
      'ATTENDEE:mailto:room@example.com',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n'),
  )
  if (isFault(calendars)) throw new Error(calendars.text)
  return calendars.flatMap((object) =>
    readMessages(object, makeZones(loadSystemZones(), object.timeZones, 'UTC')).flatMap((read) =>
      read.kind === 'message' ? read.message.notes.map((note) => note.code) : [read.fault.code],
    ),
  )
}
