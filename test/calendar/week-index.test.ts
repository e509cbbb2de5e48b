// Who is not named for a period takes no time in it: many series, clocks set or not.
import { expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { type OpenedSeries, openSeries } from '../../src/calendar/opened-series.ts'
import { readSet } from '../../src/calendar/recurrence.ts'
import { makeWeekIndex } from '../../src/calendar/week-index.ts'
import { makeEvent, zones } from '../support/calendar-text.ts'

const starts = [
  'DTSTART;TZID=Europe/Oslo:20260104T023000',
  'DTSTART;TZID=America/New_York:20260104T233000',
  'DTSTART:20260104T235500Z',
  'DTSTART:20260107T100000',
  'DTSTART;VALUE=DATE:20260104',
]
const lengths = ['DURATION:PT10M', 'DURATION:PT3H', 'DURATION:P1D', 'DURATION:P8D']
const rules = ['FREQ=WEEKLY', 'FREQ=DAILY;INTERVAL=3', 'FREQ=MONTHLY;BYDAY=-1SU', 'FREQ=WEEKLY;BYDAY=MO,SU;COUNT=30']

/** Without the longest, which are named always where nothing says at which times they are. */
function openAll(ofLengths: readonly string[], dates: readonly string[]): readonly OpenedSeries[] {
  return starts.flatMap((start) =>
    ofLengths.flatMap((length) =>
      rules.map((rule) => {
        const isDay = start.includes('VALUE=DATE') && length.startsWith('DURATION:PT')
        const event = makeEvent(start, isDay ? 'DURATION:P1D' : length, '-DTEND', `RRULE:${rule}`, ...dates)
        const recurrence = readSet(event)
        if (isFault(recurrence)) throw new Error(recurrence.text)
        const opened = openSeries(recurrence, zones)
        if (isFault(opened)) throw new Error(opened.text)
        return opened
      }),
    ),
  )
}

test.each([
  ['a year without single dates', lengths, []],
  ['short ones', lengths.slice(0, 2), []],
  ['with single dates', lengths.slice(0, 2), ['RDATE:20260328T231500Z']],
])('%s', (_, ofLengths, dates) => {
  const series = openAll(ofLengths, dates)
  const index = makeWeekIndex([undefined, ...series])
  for (let step = 0; step < 400; step++) {
    const start = Date.UTC(2026, 2, 6) / 1000 + step * 74 * 60
    const period = { start, end: start + (step % 3 === 0 ? 300 : step % 50 === 0 ? 700_000 : 5400) }
    const named = index.find(period)
    expect(named).toEqual([...named].sort((a, b) => a - b))
    expect(named[0]).toBe(0)
    for (const [place, opened] of series.entries()) {
      const found = opened.list(period)
      if (isFault(found)) throw new Error(found.text)
      if (found.length > 0) expect(named, `${place} at ${start}`).toContain(place + 1)
    }
  }
})

test('leaves out those at other hours of the week', () => {
  const index = makeWeekIndex(openAll(['DURATION:PT10M'], []))
  // Wednesday, 15:00 UTC: only what lasts all day every third day may be there.
  const start = Date.UTC(2026, 4, 6, 15) / 1000
  expect(index.find({ start, end: start + 3600 })).toEqual([17])
})
