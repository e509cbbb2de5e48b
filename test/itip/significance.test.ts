import { describe, expect, test } from 'vitest'
import { isTimeChanged } from '../../src/itip/significance.ts'
import { makeEvent, zones } from '../support/calendar-text.ts'

type Row = readonly [what: string, before: readonly string[], after: readonly string[], changed: boolean]

// RFC 5546, 2.1.4: what needs a new SEQUENCE.
const rows: readonly Row[] = [
  ['nothing', [], [], false],
  ['the title', ['SUMMARY:Planning'], ['SUMMARY:Review'], false],
  ['the place', ['LOCATION:Here'], ['LOCATION:Far away'], false],
  ['the start', [], ['DTSTART:20260310T103000Z'], true],
  ['the end', [], ['DTEND:20260310T113000Z'], true],
  ['the same end as a DURATION', [], ['-DTEND', 'DURATION:PT1H'], false],
  ['another DURATION', ['-DTEND', 'DURATION:PT1H'], ['-DTEND', 'DURATION:PT2H'], true],
  [
    'the same instant in another zone',
    [],
    ['DTSTART;TZID=Europe/Oslo:20260310T110000', 'DTEND;TZID=Europe/Oslo:20260310T120000'],
    false,
  ],
  // A floating time is read in the user's zone: Oslo here.
  ['the same instant floating', [], ['DTSTART:20260310T110000', 'DTEND:20260310T120000'], false],
  ['a whole day instead', [], ['DTSTART;VALUE=DATE:20260310', '-DTEND'], true],
  ['a rule', [], ['RRULE:FREQ=WEEKLY;COUNT=4'], true],
  ['another rule', ['RRULE:FREQ=WEEKLY;COUNT=4'], ['RRULE:FREQ=WEEKLY;COUNT=5'], true],
  ['no rule any more', ['RRULE:FREQ=WEEKLY;COUNT=4'], [], true],
  ['the same rule in another order', ['RRULE:FREQ=WEEKLY;COUNT=4'], ['RRULE:COUNT=4;freq=weekly'], false],
  ['the interval of one', ['RRULE:FREQ=WEEKLY;COUNT=4'], ['RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=4'], false],
  [
    'the zone of a series: the same now, another in summer',
    ['RRULE:FREQ=WEEKLY'],
    ['RRULE:FREQ=WEEKLY', 'DTSTART;TZID=Europe/Oslo:20260310T110000', 'DTEND;TZID=Europe/Oslo:20260310T120000'],
    true,
  ],
  ['a date more', ['RDATE:20260311T100000Z'], ['RDATE:20260311T100000Z,20260312T100000Z'], true],
  [
    'the same dates in another order',
    ['RDATE:20260311T100000Z,20260312T100000Z'],
    ['RDATE:20260312T100000Z,20260311T100000Z'],
    false,
  ],
  ['a date left out', ['RRULE:FREQ=DAILY'], ['RRULE:FREQ=DAILY', 'EXDATE:20260311T100000Z'], true],
  ['an unreadable start', [], ['DTSTART:tomorrow'], true],
]

test.each(rows)('%s', (_, before, after, changed) => {
  expect(isTimeChanged(makeEvent(...before), makeEvent(...after), zones, false)).toBe(changed)
})

describe('TRANSP and STATUS say for a resource whether the time is taken at all', () => {
  const resourceRows: readonly Row[] = [
    ['transparent now', [], ['TRANSP:TRANSPARENT'], true],
    ['OPAQUE is what an absent TRANSP says', [], ['TRANSP:OPAQUE'], false],
    ['opaque again', ['TRANSP:TRANSPARENT'], [], true],
    ['tentative now', ['STATUS:CONFIRMED'], ['STATUS:TENTATIVE'], true],
    ['confirmed, as it was taken before', [], ['STATUS:CONFIRMED'], false],
  ]

  test.each(resourceRows)('%s', (_, before, after, changed) => {
    expect(isTimeChanged(makeEvent(...before), makeEvent(...after), zones, true)).toBe(changed)
    expect(isTimeChanged(makeEvent(...before), makeEvent(...after), zones, false)).toBe(false)
  })
})
