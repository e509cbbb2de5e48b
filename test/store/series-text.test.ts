import { expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { parseSeries, serializeSeries } from '../../src/store/series-text.ts'
import { fc } from '../fast-check.ts'
import { makeSeries } from './samples.ts'

/** Lines as odd senders write them, in any order. */
const line = fc.oneof(
  fc.constantFrom(
    'BEGIN:VEVENT',
    'END:VEVENT',
    'BEGIN:VTIMEZONE',
    'TZID:Somewhere/Else',
    'END:VTIMEZONE',
    'BEGIN:VALARM',
    'END:VALARM',
    'BEGIN:VCALENDAR',
    'END:VCALENDAR',
    'begin:x-thing',
    'DTSTART;TZID="Somewhere, else":20260310T100000',
    'ATTENDEE;CN=Doe, Jane;X-A=;;ROLE="a;b:c",d:mailto:jane@example.com',
    'ATTENDEE;CN="^\'quoted^\' ^n line":MAILTO:Jane@Example.COM',
    'SUMMARY:  blanks at both ends  ',
    ' folded: text',
    'X-NAME_WITH.DOTS;Y=1:value',
    'DESCRIPTION:a\\nb\\,c\\;d\\\\e',
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .tuple(fc.constantFrom('SUMMARY', 'X-ODD', 'ORGANIZER'), fc.string({ unit: 'grapheme-composite' }))
    .map((parts) => parts.join(':')),
)

test('what the reader of calendars makes of any text is kept as it is', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const calendars = parseCalendars(['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...lines].join('\r\n'))
      if (isFault(calendars)) return
      const components = calendars.flatMap((calendar) => calendar.components)
      const [zones] = calendars.map((calendar) => [...calendar.timeZones.values()])
      const parts = components.map((component, index) => ({ key: String(index), component }))
      const series = makeSeries('any@example.com', {
        parts: parts.slice(1),
        cancelled: parts.slice(0, 1),
        timeZones: zones ?? [],
      })
      expect(parseSeries(serializeSeries({ uid: series.uid, series, bookings: [] }))).toEqual({
        uid: series.uid,
        series,
        bookings: [],
      })
    }),
    { numRuns: 1000 },
  )
})

test.each([
  '',
  'imip-agent series 2\n',
  'imip-agent series 1\n',
  'imip-agent series 1\nuid "a"\nbooking x\n',
  'imip-agent series 1\nuid "a"\nseries\npart ""\n',
])('%j is no series of ours', (text) => {
  expect(parseSeries(text)).toBeUndefined()
})
