// What is left out because it cannot be there is not there: the same occurrences as without that look, clocks set or not.
import { expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { openSeries } from '../../src/calendar/opened-series.ts'
import { isOverlapping } from '../../src/calendar/period.ts'
import { listOccurrences, readSet } from '../../src/calendar/recurrence.ts'
import { makeEvent, zones } from '../support/calendar-text.ts'

const rules = [
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;BYDAY=MO,WE,SU',
  'FREQ=DAILY;INTERVAL=3',
  'FREQ=DAILY;BYHOUR=1,2,23',
  'FREQ=MONTHLY;BYDAY=-1SU',
  'FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU',
  'FREQ=HOURLY;INTERVAL=5',
  'FREQ=WEEKLY;COUNT=30',
]
const starts = [
  'DTSTART;TZID=Europe/Oslo:20260104T023000',
  'DTSTART;TZID=America/New_York:20260104T013000',
  'DTSTART:20260104T233000Z',
  'DTSTART:20260104T023000',
  'DTSTART;VALUE=DATE:20260104',
]
const lengths = ['DURATION:PT30M', 'DURATION:PT3H', 'DURATION:P1D', 'DURATION:P8D']

test.each(starts.flatMap((start) => lengths.map((length) => [start, length] as const)))('%s, %s', (start, length) => {
  for (const rule of rules) {
    if (start.includes('VALUE=DATE') && /HOUR/.test(rule)) continue
    const event = makeEvent(
      start,
      length,
      '-DTEND',
      `RRULE:${rule}`,
      'RDATE:20260328T231500Z',
      'EXDATE:20260405T003000Z',
    )
    const recurrence = readSet(event)
    if (isFault(recurrence)) throw new Error(`${rule}: ${recurrence.text}`)
    const opened = openSeries(recurrence, zones)
    if (isFault(opened)) throw new Error(opened.text)
    // Every 74 minutes around the days on which the clocks of Europe and America are set, and in between.
    for (let index = 0; index < 600; index++) {
      const begin = Date.UTC(2026, 2, 6) / 1000 + index * 74 * 60
      const period = { start: begin, end: begin + (index % 3 === 0 ? 300 : index % 50 === 0 ? 700_000 : 5400) }
      const all = listOccurrences(recurrence, zones, period)
      if (isFault(all)) throw new Error(all.text)
      const there = all.filter((occurrence) => isOverlapping(occurrence, period))
      expect(opened.list(period), `${rule} at ${begin}`).toEqual(there)
    }
  }
})
