// From when to when a component lasts, whatever it says or leaves out.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { readSpan } from '../../src/calendar/span.ts'
import { serializeCalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import { makeComponent, zonesFor } from './recurrence-source.ts'

function read(lines: string, name = 'VEVENT', zone = 'Europe/Berlin'): string {
  const span = readSpan(makeComponent(lines, name), zonesFor(zone))
  if (isFault(span)) return span.code
  const { start, end, period } = span
  const written = `${start.kind} ${serializeCalendarTime(start)} ${end.kind} ${serializeCalendarTime(end)}`
  return `${written} ${serializeInstant(period.start)} ${serializeInstant(period.end)}`
}

describe('an event', () => {
  for (const [lines, expected] of [
    [
      'DTSTART;TZID=Europe/Berlin:20260328T120000\nDTEND;TZID=Europe/Berlin:20260329T120000',
      'zoned 20260328T120000 zoned 20260329T120000 20260328T110000Z 20260329T100000Z',
    ],
    [
      'DTSTART;TZID=Europe/Berlin:20260328T120000\nDTEND;TZID=America/New_York:20260328T120000',
      'zoned 20260328T120000 zoned 20260328T120000 20260328T110000Z 20260328T160000Z',
    ],
    [
      'DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D',
      'zoned 20260328T120000 zoned 20260329T120000 20260328T110000Z 20260329T100000Z',
    ],
    [
      'DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:PT24H',
      'zoned 20260328T120000 zoned 20260329T130000 20260328T110000Z 20260329T110000Z',
    ],
    // The second of two equal hours.
    [
      'DTSTART;TZID=Europe/Berlin:20261025T013000\nDURATION:PT2H',
      'zoned 20261025T013000 utc 20261025T013000Z 20261024T233000Z 20261025T013000Z',
    ],
    ['DTSTART:20260328T120000Z', 'utc 20260328T120000Z utc 20260328T120000Z 20260328T120000Z 20260328T120000Z'],
    ['DTSTART:20260328T120000', 'floating 20260328T120000 floating 20260328T120000 20260328T110000Z 20260328T110000Z'],
    ['DTSTART;VALUE=DATE:20260328', 'date 20260328 date 20260329 20260327T230000Z 20260328T230000Z'],
    // 23 hours.
    ['DTSTART;VALUE=DATE:20260329', 'date 20260329 date 20260330 20260328T230000Z 20260329T220000Z'],
    [
      'DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260331',
      'date 20260328 date 20260331 20260327T230000Z 20260330T220000Z',
    ],
    ['DTSTART;VALUE=DATE:20260328\nDURATION:P2D', 'date 20260328 date 20260330 20260327T230000Z 20260329T220000Z'],
    ['DTSTART;VALUE=DATE:20260328\nDURATION:PT12H', 'date 20260328 date 20260329 20260327T230000Z 20260328T230000Z'],
    // A last day that is the first one was meant as a whole day.
    [
      'DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260328',
      'date 20260328 date 20260329 20260327T230000Z 20260328T230000Z',
    ],
    ['DTSTART;VALUE=DATE:20260328\nDURATION:P0D', 'date 20260328 date 20260329 20260327T230000Z 20260328T230000Z'],
    // Both: the end counts.
    [
      'DTSTART:20260328T120000Z\nDTEND:20260328T130000Z\nDURATION:PT5H',
      'utc 20260328T120000Z utc 20260328T130000Z 20260328T120000Z 20260328T130000Z',
    ],
    [
      'DTSTART:20260328T120000Z\nDTEND:20260328T120000Z',
      'utc 20260328T120000Z utc 20260328T120000Z 20260328T120000Z 20260328T120000Z',
    ],
    // A date and a time: each for itself.
    [
      'DTSTART;VALUE=DATE:20260328\nDTEND:20260328T130000Z',
      'date 20260328 utc 20260328T130000Z 20260327T230000Z 20260328T130000Z',
    ],
    ['', 'no-start'],
    ['DTSTART:20260328T120000Z\nDTEND:20260328T115959Z', 'end-before-start'],
    ['DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260327', 'end-before-start'],
    ['DTSTART:20260328T120000Z\nDURATION:-PT1S', 'end-before-start'],
    ['DTSTART:20260328T120000Z\nDURATION:soon', 'bad-duration'],
    ['DTSTART:soon', 'bad-date'],
    ['DTSTART:20260230T120000Z', 'bad-date'],
    ['DTSTART:20260328T120000Z\nDTEND:later', 'bad-date'],
    ['DTSTART;TZID=Nowhere/Land:20260328T120000', 'unknown-zone'],
    ['DTSTART:20260328T120000Z\nDTEND;TZID=Nowhere/Land:20260328T120000', 'unknown-zone'],
  ] as const) {
    test(lines.replaceAll('\n', ' '), () => expect(read(lines)).toBe(expected))
  }

  test('of a day whose midnight is left out begins an hour later', () => {
    expect(read('DTSTART;VALUE=DATE:20260308', 'VEVENT', 'America/Havana')).toBe(
      'date 20260308 date 20260309 20260308T050000Z 20260309T040000Z',
    )
    expect(read('DTSTART;VALUE=DATE:20260307', 'VEVENT', 'America/Havana')).toBe(
      'date 20260307 date 20260308 20260307T050000Z 20260308T050000Z',
    )
  })
})

describe('a to-do', () => {
  for (const [lines, expected] of [
    [
      'DTSTART:20260328T120000Z\nDUE:20260328T130000Z',
      'utc 20260328T120000Z utc 20260328T130000Z 20260328T120000Z 20260328T130000Z',
    ],
    [
      'DTSTART:20260328T120000Z\nDURATION:PT1H',
      'utc 20260328T120000Z utc 20260328T130000Z 20260328T120000Z 20260328T130000Z',
    ],
    ['DUE:20260328T130000Z', 'utc 20260328T130000Z utc 20260328T130000Z 20260328T130000Z 20260328T130000Z'],
    ['DTSTART:20260328T120000Z\nDUE:20260328T110000Z', 'end-before-start'],
    ['SUMMARY:no time at all', 'no-start'],
  ] as const) {
    test(lines.replaceAll('\n', ' '), () => expect(read(lines, 'VTODO')).toBe(expected))
  }
})
