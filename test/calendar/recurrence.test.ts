// Series as they come: zones, exceptions, added dates, odd ends, dates that do not exist, and hostile rules.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import {
  findUntil,
  firstOccurrenceAfter,
  listOccurrences,
  readRecurrence,
  walkOccurrences,
} from '../../src/calendar/recurrence.ts'
import { parseInstant, serializeCalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import { makeComponent, makeRecurrence, need, showStarts, zonesFor } from './recurrence-source.ts'

const berlin = zonesFor('Europe/Berlin')
const at = (text: string): number => need(parseInstant(text))

/** The first occurrences as `start/end` in UTC. */
function expand(lines: string, most = 10, zones = berlin): readonly string[] {
  const shown: string[] = []
  for (const each of walkOccurrences(makeRecurrence(lines), zones)) {
    if (shown.length === most) break
    shown.push(isFault(each) ? each.code : `${serializeInstant(each.start)}/${serializeInstant(each.end)}`)
  }
  return shown
}

const starts = (lines: string, most = 10, zones = berlin): readonly string[] =>
  expand(lines, most, zones).map((each) => each.slice(0, 16))

describe('DTSTART', () => {
  test('that does not fit its rule comes first and is counted', () => {
    expect(starts('DTSTART:20260304T090000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3')).toEqual([
      '20260304T090000Z',
      '20260309T090000Z',
      '20260316T090000Z',
    ])
  })

  test('is there although UNTIL lies before it', () => {
    expect(starts('DTSTART:20260304T090000Z\nRRULE:FREQ=WEEKLY;UNTIL=20250101T000000Z')).toEqual(['20260304T090000Z'])
  })

  test('is all there is with COUNT=1', () => {
    expect(starts('DTSTART:20260304T090000Z\nRRULE:FREQ=DAILY;COUNT=1')).toEqual(['20260304T090000Z'])
  })

  test('can be taken away', () => {
    expect(starts('DTSTART:20260304T090000Z\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260304T090000Z')).toEqual([
      '20260305T090000Z',
    ])
  })

  test('must be there', () => {
    expect(readRecurrence(makeComponent('RRULE:FREQ=DAILY'))).toMatchObject({ code: 'no-start' })
    expect(readRecurrence(makeComponent('DUE:20260304T090000Z\nRRULE:FREQ=DAILY', 'VTODO'))).toMatchObject({
      code: 'no-start',
    })
    expect(readRecurrence(makeComponent('DTSTART:20260304T090000Z'))).toBe(undefined)
  })
})

describe('a series on a clock', () => {
  test('keeps its hour when the clock is set', () => {
    expect(
      expand(
        'DTSTART;TZID=Europe/Berlin:20260328T090000\nDTEND;TZID=Europe/Berlin:20260328T100000\nRRULE:FREQ=DAILY;COUNT=2',
      ),
    ).toEqual(['20260328T080000Z/20260328T090000Z', '20260329T070000Z/20260329T080000Z'])
  })

  test('moves a time that does not exist, and counts it', () => {
    expect(starts('DTSTART;TZID=Europe/Berlin:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3')).toEqual([
      '20260328T013000Z',
      '20260329T013000Z',
      '20260330T003000Z',
    ])
  })

  test('takes the first of two equal hours', () => {
    expect(starts('DTSTART;TZID=Europe/Berlin:20261024T023000\nRRULE:FREQ=DAILY;COUNT=3')).toEqual([
      '20261024T003000Z',
      '20261025T003000Z',
      '20261026T013000Z',
    ])
  })

  test('has each instant once and in order where a gap moves times behind others', () => {
    // On the clock 1:45, 2:10, 2:35, 3:00, 3:25 and 3:50; of these 2:10 and 2:35 do not exist and become 3:10 and 3:35.
    expect(starts('DTSTART;TZID=Europe/Berlin:20260329T014500\nRRULE:FREQ=MINUTELY;INTERVAL=25;COUNT=6')).toEqual([
      '20260329T004500Z',
      '20260329T010000Z',
      '20260329T011000Z',
      '20260329T012500Z',
      '20260329T013500Z',
      '20260329T015000Z',
    ])
    // Every half hour: the two that do not exist fall on others.
    expect(starts('DTSTART;TZID=Europe/Berlin:20260329T013000\nRRULE:FREQ=MINUTELY;INTERVAL=30', 4)).toEqual([
      '20260329T003000Z',
      '20260329T010000Z',
      '20260329T013000Z',
      '20260329T020000Z',
    ])
    // A whole day that Samoa left out.
    expect(starts('DTSTART;TZID=Pacific/Apia:20111229T120000\nRRULE:FREQ=DAILY', 3)).toEqual([
      '20111229T220000Z',
      '20111230T220000Z',
      '20111231T220000Z',
    ])
  })

  test('of whole days follows the user’s zone', () => {
    const lines = 'DTSTART;VALUE=DATE:20260328\nRRULE:FREQ=DAILY;COUNT=2'
    expect(expand(lines)).toEqual(['20260327T230000Z/20260328T230000Z', '20260328T230000Z/20260329T220000Z'])
    expect(expand(lines, 1, zonesFor('Pacific/Kiritimati'))).toEqual(['20260327T100000Z/20260328T100000Z'])
  })

  test('without a zone follows the user’s zone', () => {
    const lines = 'DTSTART:20260328T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=1'
    expect(expand(lines)).toEqual(['20260328T080000Z/20260328T090000Z'])
    expect(expand(lines, 1, zonesFor('America/New_York'))).toEqual(['20260328T130000Z/20260328T140000Z'])
  })

  test('of an unknown zone is a fault, never floating', () => {
    const recurrence = makeRecurrence('DTSTART;TZID=Nowhere/Land:20260328T090000\nRRULE:FREQ=DAILY')
    expect(listOccurrences(recurrence, berlin, { start: 0, end: 1 })).toMatchObject({ code: 'unknown-zone' })
    expect([...walkOccurrences(recurrence, berlin)]).toMatchObject([{ code: 'unknown-zone' }])
    expect(findUntil(recurrence, berlin)).toMatchObject({ code: 'unknown-zone' })
    expect(firstOccurrenceAfter(recurrence, berlin, 0)).toMatchObject({ code: 'unknown-zone' })
  })
})

describe('a length', () => {
  const series = (end: string) => `DTSTART;TZID=Europe/Berlin:20260328T120000\n${end}\nRRULE:FREQ=DAILY;COUNT=1`

  test('by DTEND is exact, by DURATION in days follows the calendar', () => {
    // RFC 5545, 3.8.5.3: across the night in which an hour is left out.
    expect(expand(series('DTEND;TZID=Europe/Berlin:20260329T120000'))).toEqual(['20260328T110000Z/20260329T100000Z'])
    expect(expand(series('DURATION:P1D'))).toEqual(['20260328T110000Z/20260329T100000Z'])
    expect(expand(series('DURATION:PT24H'))).toEqual(['20260328T110000Z/20260329T110000Z'])
    const later = 'RRULE:FREQ=DAILY;COUNT=2'
    expect(
      expand(`DTSTART;TZID=Europe/Berlin:20260327T120000\nDTEND;TZID=Europe/Berlin:20260328T120000\n${later}`)[1],
    ).toBe('20260328T110000Z/20260329T110000Z')
    expect(expand(`DTSTART;TZID=Europe/Berlin:20260327T120000\nDURATION:P1D\n${later}`)[1]).toBe(
      '20260328T110000Z/20260329T100000Z',
    )
  })

  test('that is not there is none, or a day', () => {
    expect(expand('DTSTART:20260328T120000Z\nRRULE:FREQ=DAILY;COUNT=1')).toEqual(['20260328T120000Z/20260328T120000Z'])
    expect(expand('DTSTART;VALUE=DATE:20260701\nRRULE:FREQ=DAILY;COUNT=1')).toEqual([
      '20260630T220000Z/20260701T220000Z',
    ])
  })

  test('below nothing is a fault', () => {
    const recurrence = makeRecurrence('DTSTART:20260328T120000Z\nDTEND:20260328T110000Z\nRRULE:FREQ=DAILY')
    expect(listOccurrences(recurrence, berlin, { start: 0, end: 1 })).toMatchObject({ code: 'end-before-start' })
  })
})

describe('UNTIL', () => {
  for (const [start, until, last] of [
    // RFC 5545, 3.3.10: inclusive; in UTC where DTSTART has a zone.
    ['DTSTART;TZID=Europe/Berlin:20260301T090000', '20260303T080000Z', '20260303T090000'],
    ['DTSTART;TZID=Europe/Berlin:20260301T090000', '20260303T075959Z', '20260302T090000'],
    ['DTSTART:20260301T090000Z', '20260303T090000Z', '20260303T090000Z'],
    ['DTSTART:20260301T090000', '20260303T090000', '20260303T090000'],
    ['DTSTART;VALUE=DATE:20260301', '20260303', '20260303'],
    // Of another type than DTSTART: read as it must be meant.
    ['DTSTART;TZID=Europe/Berlin:20260301T090000', '20260303', '20260303T090000'],
    ['DTSTART:20260301T090000Z', '20260303', '20260303T090000Z'],
    ['DTSTART;TZID=Europe/Berlin:20260301T090000', '20260303T090000', '20260303T090000'],
    ['DTSTART;TZID=Europe/Berlin:20260301T090000', '20260303T085959', '20260302T090000'],
    ['DTSTART:20260301T090000', '20260303T090000Z', '20260303T090000'],
    ['DTSTART;VALUE=DATE:20260301', '20260303T000000', '20260303'],
    ['DTSTART;VALUE=DATE:20260301', '20260303T000000Z', '20260303'],
    ['DTSTART;VALUE=DATE:20260301', '20260303T235959Z', '20260303'],
    // Midnight in Berlin, as Exchange writes it.
    ['DTSTART;VALUE=DATE:20260301', '20260302T230000Z', '20260303'],
  ] as const) {
    test(`${until} after ${start}`, () => {
      const shown = showStarts(walkOccurrences(makeRecurrence(`${start}\nRRULE:FREQ=DAILY;UNTIL=${until}`), berlin))
      expect(shown.at(-1)).toBe(last)
    })
  }

  test('and COUNT together: whichever comes first', () => {
    expect(starts('DTSTART:20260301T090000Z\nRRULE:FREQ=DAILY;COUNT=5;UNTIL=20260302T090000Z').length).toBe(2)
    expect(starts('DTSTART:20260301T090000Z\nRRULE:FREQ=DAILY;COUNT=2;UNTIL=20260309T090000Z').length).toBe(2)
  })
})

describe('EXDATE', () => {
  const series = 'DTSTART;TZID=Europe/Berlin:20260301T090000\nRRULE:FREQ=DAILY;COUNT=3'
  for (const exception of [
    'EXDATE;TZID=Europe/Berlin:20260302T090000',
    'EXDATE:20260302T080000Z',
    'EXDATE;TZID=America/New_York:20260302T030000',
    // Its TZID is lost.
    'EXDATE:20260302T090000',
    'EXDATE;VALUE=DATE:20260302',
    'EXDATE;TZID=Europe/Berlin:20250101T090000,20260302T090000,20270101T090000',
    'EXDATE:\nEXDATE;TZID=Europe/Berlin:20260302T090000,',
  ]) {
    test(exception, () => {
      expect(starts(`${series}\n${exception}`)).toEqual(['20260301T080000Z', '20260303T080000Z'])
    })
  }

  for (const exception of [
    'EXDATE;VALUE=DATE:20260302',
    'EXDATE:20260302T000000',
    'EXDATE:20260302T000000Z',
    'EXDATE:20260301T230000Z',
  ]) {
    test(`${exception} in a series of whole days`, () => {
      expect(starts(`DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY;COUNT=3\n${exception}`)).toEqual([
        '20260228T230000Z',
        '20260302T230000Z',
      ])
    })
  }

  test('takes RDATEs away as well', () => {
    expect(
      starts('DTSTART:20260301T090000Z\nRDATE:20260305T090000Z,20260306T090000Z\nEXDATE:20260305T090000Z'),
    ).toEqual(['20260301T090000Z', '20260306T090000Z'])
  })

  test('that cannot be read is a fault', () => {
    expect(readRecurrence(makeComponent(`${series}\nEXDATE:20260231T090000`))).toMatchObject({
      code: 'bad-date',
      where: 'EXDATE',
    })
  })

  test('by the ten thousand costs little', () => {
    const exceptions = Array.from({ length: 10_000 }, (_, number) =>
      serializeInstant(at('2026-01-02T09:00:00Z') + number * 86_400),
    )
    expect(starts(`DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY\nEXDATE:${exceptions}`, 2)).toEqual([
      '20260101T090000Z',
      '20530520T090000Z',
    ])
  })
})

describe('RDATE', () => {
  test('adds, in order and once', () => {
    expect(
      starts(
        'DTSTART:20260310T090000Z\nRRULE:FREQ=DAILY;COUNT=2\nRDATE:20260309T090000Z,20260311T090000Z\nRDATE:20260320T090000Z',
      ),
    ).toEqual(['20260309T090000Z', '20260310T090000Z', '20260311T090000Z', '20260320T090000Z'])
  })

  test('with a period has a length of its own, also where the rule has the same start', () => {
    expect(
      expand(
        'DTSTART:20260310T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\n' +
          'RDATE;VALUE=PERIOD:20260311T090000Z/20260311T120000Z,20260312T090000Z/PT30M',
      ),
    ).toEqual([
      '20260310T090000Z/20260310T100000Z',
      '20260311T090000Z/20260311T120000Z',
      '20260312T090000Z/20260312T093000Z',
    ])
  })

  test('in a zone of its own', () => {
    expect(
      expand(
        'DTSTART;TZID=Europe/Berlin:20260310T090000\nDURATION:PT1H\nRDATE;VALUE=PERIOD;TZID=America/New_York:20260311T090000/20260311T100000',
      ),
    ).toEqual(['20260310T080000Z/20260310T090000Z', '20260311T130000Z/20260311T140000Z'])
  })

  test('as a date in a series with times means that day at the same time', () => {
    expect(expand('DTSTART;TZID=Europe/Berlin:20260310T090000\nDURATION:PT1H\nRDATE;VALUE=DATE:20260312')).toEqual([
      '20260310T080000Z/20260310T090000Z',
      '20260312T080000Z/20260312T090000Z',
    ])
  })

  test('alone makes a series', () => {
    expect(starts('DTSTART;VALUE=DATE:20260310\nRDATE;VALUE=DATE:20260312,20260401')).toEqual([
      '20260309T230000Z',
      '20260311T230000Z',
      '20260331T220000Z',
    ])
  })

  for (const value of ['20260311', 'x', '20260311T090000Z/x', '20260311T090000Z/PX', '20260311T250000Z']) {
    test(`${value} ${value === '20260311' ? 'is read' : 'is a fault'}`, () => {
      const recurrence = readRecurrence(makeComponent(`DTSTART:20260310T090000Z\nRDATE:${value}`))
      expect(isFault(recurrence)).toBe(value !== '20260311')
    })
  }

  test('with an end before its start is a fault', () => {
    const recurrence = makeRecurrence('DTSTART:20260310T090000Z\nRDATE;VALUE=PERIOD:20260311T090000Z/20260311T080000Z')
    expect(listOccurrences(recurrence, berlin, { start: 0, end: 1 })).toMatchObject({ code: 'end-before-start' })
  })
})

describe('dates that do not exist', () => {
  const days = (lines: string, most = 6): readonly string[] =>
    showStarts(walkOccurrences(makeRecurrence(lines), berlin), most)

  test('are left out', () => {
    expect(days('DTSTART;VALUE=DATE:20200229\nRRULE:FREQ=YEARLY', 3)).toEqual(['20200229', '20240229', '20280229'])
    expect(days('DTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY', 4)).toEqual([
      '20260131',
      '20260331',
      '20260531',
      '20260731',
    ])
    // 2100 is no leap year.
    expect(days('DTSTART;VALUE=DATE:20960229\nRRULE:FREQ=YEARLY;COUNT=2')).toEqual(['20960229', '21040229'])
  })

  // RFC 7529, 4.1 and its examples.
  for (const [rule, start, expected] of [
    ['FREQ=YEARLY;SKIP=OMIT;COUNT=3', '20120229', ['20120229', '20160229', '20200229']],
    ['FREQ=YEARLY;SKIP=BACKWARD;COUNT=4', '20120229', ['20120229', '20130228', '20140228', '20150228']],
    ['FREQ=YEARLY;SKIP=FORWARD;COUNT=4', '20120229', ['20120229', '20130301', '20140301', '20150301']],
    ['FREQ=MONTHLY;SKIP=OMIT;COUNT=4', '20140131', ['20140131', '20140331', '20140531', '20140731']],
    ['FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4', '20140131', ['20140131', '20140228', '20140331', '20140430']],
    ['FREQ=MONTHLY;SKIP=FORWARD;COUNT=4', '20140131', ['20140131', '20140301', '20140331', '20140501']],
    [
      'FREQ=MONTHLY;SKIP=FORWARD;BYMONTHDAY=1,31;COUNT=6',
      '20140101',
      ['20140101', '20140131', '20140201', '20140301', '20140331', '20140401'],
    ],
    [
      'FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=28,29,30,31;COUNT=6',
      '20140128',
      ['20140128', '20140129', '20140130', '20140131', '20140228', '20140328'],
    ],
    [
      'FREQ=YEARLY;SKIP=BACKWARD;BYMONTH=2,4;BYMONTHDAY=31;COUNT=4',
      '20140228',
      ['20140228', '20140430', '20150228', '20150430'],
    ],
    ['FREQ=YEARLY;SKIP=FORWARD;BYYEARDAY=366;COUNT=3', '20121231', ['20121231', '20140101', '20150101']],
    ['FREQ=YEARLY;SKIP=BACKWARD;BYYEARDAY=366;COUNT=3', '20121231', ['20121231', '20131231', '20141231']],
    ['FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=-31;COUNT=4', '20140101', ['20140101', '20140131', '20140301', '20140331']],
  ] as const) {
    test(`${rule} from ${start}`, () => {
      expect(days(`DTSTART;VALUE=DATE:${start}\nRRULE:RSCALE=GREGORIAN;${rule}`, 10)).toEqual(expected)
    })
  }

  test('moved ones are found in windows, too', () => {
    const recurrence = makeRecurrence('DTSTART:20140131T120000Z\nRRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD')
    const list = (start: string, end: string) =>
      need(listOccurrences(recurrence, berlin, { start: at(start), end: at(end) }))
    expect(list('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z').length).toBe(1)
    expect(list('2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z').length).toBe(0)
  })
})

describe('several rules', () => {
  test('are joined', () => {
    expect(starts('DTSTART:20260302T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=DAILY;INTERVAL=5;COUNT=3')).toEqual([
      '20260302T090000Z',
      '20260307T090000Z',
      '20260309T090000Z',
      '20260312T090000Z',
    ])
  })

  test('by the dozen are refused', () => {
    const rules = Array.from({ length: 12 }, () => 'RRULE:FREQ=DAILY').join('\n')
    expect(readRecurrence(makeComponent(`DTSTART:20260302T090000Z\n${rules}`))).toMatchObject({ code: 'bad-rule' })
  })
})

describe('a window', () => {
  const daily = makeRecurrence('DTSTART;TZID=Europe/Berlin:19700101T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY')
  const list = (recurrence: typeof daily, start: string, end: string) =>
    need(listOccurrences(recurrence, berlin, { start: at(start), end: at(end) })).map((each) =>
      serializeInstant(each.start),
    )

  test('has what shares time with it, half-open', () => {
    expect(list(daily, '2056-07-01T07:59:59Z', '2056-07-02T07:00:00Z')).toEqual(['20560701T070000Z'])
    expect(list(daily, '2056-07-01T08:00:00Z', '2056-07-02T07:00:00Z')).toEqual([])
    expect(list(daily, '2056-07-01T08:00:00Z', '2056-07-02T07:00:01Z')).toEqual(['20560702T070000Z'])
  })

  test('has what takes no time if it starts inside', () => {
    const moments = makeRecurrence('DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY')
    expect(list(moments, '2026-03-01T09:00:00Z', '2026-03-02T09:00:00Z')).toEqual(['20260301T090000Z'])
  })

  test('long after is reached without walking there', () => {
    const steps = { steps: 200, occurrences: 100 }
    for (const rule of [
      'FREQ=DAILY',
      'FREQ=WEEKLY;BYDAY=MO,FR',
      'FREQ=MONTHLY;BYDAY=-1FR',
      'FREQ=HOURLY;INTERVAL=5',
      'FREQ=YEARLY;BYMONTH=3',
      'FREQ=MINUTELY;INTERVAL=777',
      'FREQ=DAILY;COUNT=100000',
      'FREQ=WEEKLY;BYDAY=MO,FR;COUNT=100000',
      'FREQ=DAILY;BYDAY=MO,TU;COUNT=100000',
      'FREQ=HOURLY;INTERVAL=7;COUNT=1000000',
    ]) {
      const recurrence = makeRecurrence(`DTSTART:19700101T000000Z\nRRULE:${rule}`)
      const window = { start: at('2056-03-01T00:00:00Z'), end: at('2056-03-08T00:00:00Z') }
      expect(need(listOccurrences(recurrence, berlin, window, steps)).length, rule).toBeGreaterThanOrEqual(
        rule.includes('-1FR') ? 0 : 1,
      )
    }
  })

  test('ends where COUNT ends', () => {
    const counted = makeRecurrence('DTSTART:20260101T090000Z\nRRULE:FREQ=WEEKLY;BYDAY=TH,MO;COUNT=1001')
    expect(list(counted, '2035-08-01T00:00:00Z', '2036-01-01T00:00:00Z')).toEqual(['20350802T090000Z'])
  })
})

describe('the end', () => {
  const until = (lines: string): string | undefined => {
    const end = findUntil(makeRecurrence(lines), berlin)
    return end === undefined ? undefined : isFault(end) ? end.code : serializeInstant(end)
  }
  const start = 'DTSTART:20260101T090000Z\nDURATION:PT1H'

  test('is that of the last occurrence left', () => {
    expect(until(`${start}\nRRULE:FREQ=DAILY`)).toBe(undefined)
    expect(until(`${start}\nRRULE:FREQ=DAILY;COUNT=10`)).toBe('20260110T100000Z')
    expect(until(`${start}\nRRULE:FREQ=DAILY;UNTIL=20260110T085959Z`)).toBe('20260109T100000Z')
    expect(until(`${start}\nRRULE:FREQ=DAILY;COUNT=10\nEXDATE:20260110T090000Z,20260109T090000Z`)).toBe(
      '20260108T100000Z',
    )
    expect(until(`${start}\nRRULE:FREQ=DAILY;COUNT=2\nRDATE;VALUE=PERIOD:20260101T120000Z/P30D`)).toBe(
      '20260131T120000Z',
    )
    expect(until(`${start}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20990101T000000Z`)).toBe('20960229T100000Z')
    expect(until(`${start}\nRDATE:20260102T090000Z\nRRULE:FREQ=DAILY`)).toBe(undefined)
    expect(until(`${start}\nRRULE:FREQ=DAILY;COUNT=999999999`)).toBe(undefined)
  })

  test('is the start where nothing is left', () => {
    expect(until(`${start}\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260101T090000Z,20260102T090000Z`)).toBe(
      '20260101T090000Z',
    )
  })
})

describe('hostile rules', () => {
  for (const [rule, code] of [
    ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'rule-yields-nothing'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'rule-yields-nothing'],
    ['FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30', 'rule-yields-nothing'],
    ['FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4,6,9,11', 'rule-yields-nothing'],
    ['FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6', 'rule-yields-nothing'],
    ['FREQ=YEARLY;BYYEARDAY=200;BYMONTH=1', 'rule-yields-nothing'],
    ['FREQ=HOURLY;INTERVAL=24;BYHOUR=5', 'rule-yields-nothing'],
    ['FREQ=DAILY;BYSETPOS=2', 'rule-yields-nothing'],
    ['FREQ=SECONDLY;INTERVAL=86399;BYHOUR=3;BYMINUTE=7;BYSECOND=11;BYDAY=MO;BYMONTHDAY=29;BYMONTH=2', 'too-much-work'],
  ] as const) {
    test(`${rule} is a ${code}`, () => {
      expect(readRecurrence(makeComponent(`DTSTART:20260101T000000Z\nRRULE:${rule}`))).toMatchObject({
        kind: 'fault',
        code,
      })
    })
  }

  const list = (from: number, length: number) => Array.from({ length }, (_, number) => number + from).join(',')
  for (const rule of [
    'FREQ=SECONDLY',
    'FREQ=SECONDLY;COUNT=999999999999999',
    'FREQ=SECONDLY;UNTIL=99991231T235959Z',
    `FREQ=YEARLY;BYHOUR=${list(0, 24)};BYMINUTE=${list(0, 60)};BYSECOND=${list(0, 60)};BYMONTH=${list(1, 12)};BYMONTHDAY=${list(1, 31)}`,
    `FREQ=MINUTELY;BYSECOND=${list(0, 60)};COUNT=100000000`,
  ]) {
    test(`${rule.slice(0, 50)} ends within its work`, () => {
      const recurrence = makeRecurrence(`DTSTART:20260101T000000Z\nRRULE:${rule}`)
      const window = { start: at('2026-01-01T00:00:00Z'), end: at('2027-01-01T00:00:00Z') }
      const listed = listOccurrences(recurrence, berlin, window)
      expect(isFault(listed) && listed.code).toMatch(/^too-/)
      let count = 0
      for (const each of walkOccurrences(recurrence, berlin)) {
        if (isFault(each)) break
        count += 1
      }
      expect(count).toBeLessThanOrEqual(75_000)
      // A small window in it is no trouble.
      const minute = { start: at('2026-06-01T00:00:00Z'), end: at('2026-06-01T00:01:00Z') }
      expect(need(listOccurrences(recurrence, berlin, minute)).length).toBe(60)
    })
  }

  test('a limit of its own holds', () => {
    const recurrence = makeRecurrence('DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY')
    const window = { start: 0, end: at('2100-01-01T00:00:00Z') }
    expect(listOccurrences(recurrence, berlin, window, { steps: 1000, occurrences: 9 })).toMatchObject({
      code: 'too-many-occurrences',
    })
    expect(listOccurrences(recurrence, berlin, window, { steps: 10, occurrences: 9999 })).toMatchObject({
      code: 'too-much-work',
    })
  })

  test('an all-day series cannot repeat by the hour; times of day in its rule are ignored', () => {
    expect(readRecurrence(makeComponent('DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=HOURLY'))).toMatchObject({
      code: 'bad-rule',
    })
    expect(starts('DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;BYHOUR=9,10;COUNT=2').length).toBe(2)
  })

  test('time ends with the year 9999', () => {
    expect(starts('DTSTART:99991230T090000Z\nRRULE:FREQ=DAILY')).toEqual(['99991230T090000Z', '99991231T090000Z'])
    expect(starts('DTSTART:99980101T090000Z\nRRULE:FREQ=YEARLY;INTERVAL=999999999999')).toEqual(['99980101T090000Z'])
    expect(starts('DTSTART:00010101T090000Z\nRRULE:FREQ=YEARLY;COUNT=2')).toEqual([
      '00010101T090000Z',
      '00020101T090000Z',
    ])
  })
})

test('ids have the form of DTSTART', () => {
  const ids = (lines: string) =>
    [...walkOccurrences(makeRecurrence(lines), berlin)].map((each) =>
      isFault(each) ? '' : `${each.id.kind} ${serializeCalendarTime(each.id)}`,
    )
  expect(ids('DTSTART;TZID=Europe/Berlin:20260101T090000\nRRULE:FREQ=DAILY;COUNT=2')).toEqual([
    'zoned 20260101T090000',
    'zoned 20260102T090000',
  ])
  expect(ids('DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;COUNT=1')).toEqual(['date 20260101'])
  expect(ids('DTSTART:20260101T090000\nRRULE:FREQ=DAILY;COUNT=1')).toEqual(['floating 20260101T090000'])
  expect(ids('DTSTART:20260101T090000Z\nRDATE;TZID=Europe/Berlin:20260102T100000')).toEqual([
    'utc 20260101T090000Z',
    'zoned 20260102T100000',
  ])
})
