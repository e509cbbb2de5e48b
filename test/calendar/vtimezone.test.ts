// Clocks that come along in the object: odd ones, old ones, and hostile ones.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { parseInstant } from '../../src/calendar/time.ts'
import { findZoneContradiction, makeVtimezoneClock, parseUtcOffset } from '../../src/calendar/vtimezone.ts'
import { listChanges } from '../../src/calendar/zone-clock.ts'
import { makeComponent, need, systemZones } from './recurrence-source.ts'

const at = (text: string): number => need(parseInstant(text))

function part(
  name: 'STANDARD' | 'DAYLIGHT',
  from: string,
  to: string,
  start: string,
  ...more: readonly string[]
): string {
  return [`BEGIN:${name}`, `DTSTART:${start}`, `TZOFFSETFROM:${from}`, `TZOFFSETTO:${to}`, ...more, `END:${name}`].join(
    '\n',
  )
}

const zone = (...parts: readonly string[]) => makeComponent(['TZID:test', ...parts].join('\n'), 'VTIMEZONE')
const clockOf = (...parts: readonly string[]) => need(makeVtimezoneClock(zone(...parts)))
const hoursAt = (clock: ReturnType<typeof clockOf>, text: string): number => (clock.toLocal(at(text)) - at(text)) / 3600

const outlook = [
  part('STANDARD', '+0200', '+0100', '16011028T030000', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'),
  part('DAYLIGHT', '+0100', '+0200', '16010325T020000', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'),
]

describe('a VTIMEZONE', () => {
  test('since 1601, as Outlook has it, is the zone of the world from 1996 on', () => {
    const clock = clockOf(...outlook)
    const berlin = need(systemZones.find('Europe/Berlin'))
    const [from, to] = [at('1997-01-01T00:00:00Z'), at('2150-01-01T00:00:00Z')]
    expect(listChanges(clock, from, to)).toEqual(listChanges(berlin, from, to))
    for (const local of ['20260329T023000Z', '20261025T023000Z', '20261025T030000Z']) {
      expect(clock.toInstant(at(local)), local).toBe(berlin.toInstant(at(local)))
    }
    expect(hoursAt(clock, '1700-07-01T00:00:00Z')).toBe(2)
    expect(hoursAt(clock, '9999-12-31T00:00:00Z')).toBe(1)
    expect(hoursAt(clock, '0001-07-01T00:00:00Z')).toBe(1)
  })

  test('by the dates of its changes', () => {
    const clock = clockOf(
      part('STANDARD', '-0400', '-0500', '20251102T020000', 'RDATE:20261101T020000,20271107T020000'),
      part('DAYLIGHT', '-0500', '-0400', '20260308T020000', 'RDATE;VALUE=DATE-TIME:20270314T020000'),
    )
    expect(hoursAt(clock, '2026-07-01T00:00:00Z')).toBe(-4)
    expect(hoursAt(clock, '2027-01-01T00:00:00Z')).toBe(-5)
    expect(hoursAt(clock, '2027-07-01T00:00:00Z')).toBe(-4)
    // After the last one it stays.
    expect(hoursAt(clock, '2090-07-01T00:00:00Z')).toBe(-5)
    // Before the first one, what that one replaces.
    expect(hoursAt(clock, '2020-01-01T00:00:00Z')).toBe(-4)
  })

  test('whose rules have an end, and others follow', () => {
    const clock = clockOf(
      part(
        'DAYLIGHT',
        '-0500',
        '-0400',
        '19670430T020000',
        'RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU;UNTIL=20060430T070000Z',
      ),
      part(
        'STANDARD',
        '-0400',
        '-0500',
        '19671029T020000',
        'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z',
      ),
      part('DAYLIGHT', '-0500', '-0400', '20070311T020000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU'),
      part('STANDARD', '-0400', '-0500', '20071104T020000', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU'),
    )
    const newYork = need(systemZones.find('America/New_York'))
    const [from, to] = [at('2007-01-01T00:00:00Z'), at('2040-01-01T00:00:00Z')]
    expect(listChanges(clock, from, to)).toEqual(listChanges(newYork, from, to))
    expect(hoursAt(clock, '2000-07-01T00:00:00Z')).toBe(-4)
    expect(hoursAt(clock, '2006-10-29T05:59:59Z')).toBe(-4)
    expect(hoursAt(clock, '2006-10-29T06:00:00Z')).toBe(-5)
  })

  test('with a rule that ends by COUNT', () => {
    const clock = clockOf(
      part('DAYLIGHT', '+0000', '+0100', '20200329T010000', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=3'),
      part('STANDARD', '+0100', '+0000', '20201025T020000', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;COUNT=3'),
    )
    expect(hoursAt(clock, '2022-07-01T00:00:00Z')).toBe(1)
    expect(hoursAt(clock, '2023-07-01T00:00:00Z')).toBe(0)
  })

  test('with DAYLIGHT only', () => {
    const clock = clockOf(part('DAYLIGHT', '+0100', '+0200', '20260329T020000'))
    expect(hoursAt(clock, '2026-01-01T00:00:00Z')).toBe(1)
    expect(hoursAt(clock, '2027-01-01T00:00:00Z')).toBe(2)
  })

  test('with seconds in its offsets', () => {
    const clock = clockOf(part('STANDARD', '+005328', '+010000', '18930401T000000'))
    expect(clock.toLocal(at('1800-01-01T00:00:00Z')) - at('1800-01-01T00:00:00Z')).toBe(3208)
    expect(hoursAt(clock, '1900-01-01T00:00:00Z')).toBe(1)
  })

  test('with one offset is that, always', () => {
    const clock = clockOf(part('STANDARD', '+0530', '+0530', '19700101T000000'))
    expect(hoursAt(clock, '1950-01-01T00:00:00Z')).toBe(5.5)
    expect(clock.findStretch(0).end).toBe(Number.POSITIVE_INFINITY)
  })

  test('with a single offset where two belong', () => {
    const clock = clockOf('BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:+0200\nEND:STANDARD')
    expect(hoursAt(clock, '2026-01-01T00:00:00Z')).toBe(2)
  })

  test('with two parts that begin at once follows one of them', () => {
    const clock = clockOf(
      part('STANDARD', '+0100', '+0200', '20260101T000000'),
      part('DAYLIGHT', '+0100', '+0300', '20260101T000000'),
    )
    expect([2, 3]).toContain(hoursAt(clock, '2026-06-01T00:00:00Z'))
  })

  test('that contradicts the known zone is noted, one that agrees is not', () => {
    const berlin = need(systemZones.find('Europe/Berlin'))
    expect(findZoneContradiction(zone(...outlook), berlin, at('2026-02-01T00:00:00Z'))).toBe(undefined)
    const wrong = zone(part('STANDARD', '+0900', '+0900', '19700101T000000'))
    expect(findZoneContradiction(wrong, berlin, at('2026-02-01T00:00:00Z'))).toMatchObject({
      code: 'zone-contradiction',
    })
    // It has no summer: that shows in summer only.
    const winter = zone(part('STANDARD', '+0100', '+0100', '19700101T000000'))
    expect(findZoneContradiction(winter, berlin, at('2026-11-01T00:00:00Z'))).toMatchObject({
      code: 'zone-contradiction',
    })
  })
})

describe('a VTIMEZONE that cannot be used', () => {
  for (const [name, ...parts] of [
    ['without parts'],
    ['with a part without offsets', 'BEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD'],
    ['with a part without a beginning', 'BEGIN:STANDARD\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD'],
    ['with an offset that is none', part('STANDARD', 'one', 'two', '19700101T000000')],
    ['with an offset of days', part('STANDARD', '+9900', '+9900', '19700101T000000')],
    ...['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY'].map((frequency) => [
      `that changes ${frequency}`,
      part('STANDARD', '+0100', '+0200', '19700101T000000', `RRULE:FREQ=${frequency}`),
    ]),
    [
      'that changes every second of a day',
      part(
        'STANDARD',
        '+0100',
        '+0200',
        '19700101T000000',
        `RRULE:FREQ=YEARLY;BYSECOND=${Array.from({ length: 60 }).map((_, at) => at)}`,
      ),
    ],
    ['that changes every week', part('STANDARD', '+0100', '+0200', '19700101T000000', 'RRULE:FREQ=YEARLY;BYDAY=SU')],
    [
      'with a hundred rules',
      ...Array.from({ length: 100 }, () => part('STANDARD', '+0100', '+0200', '19700101T000000', 'RRULE:FREQ=YEARLY')),
    ],
    ['with a bad rule', part('STANDARD', '+0100', '+0200', '19700101T000000', 'RRULE:FREQ=SOMETIMES')],
    [
      'with a thousand parts',
      ...Array.from({ length: 1000 }, () => part('STANDARD', '+0100', '+0200', '19700101T000000')),
    ],
    [
      'with ten thousand dates',
      part(
        'STANDARD',
        '+0100',
        '+0200',
        '19700101T000000',
        `RDATE:${Array.from({ length: 10_000 }, () => '19800101T000000')}`,
      ),
    ],
  ] as readonly (readonly string[])[]) {
    test(`${name} is a fault`, () => {
      const clock = makeVtimezoneClock(zone(...parts))
      expect(isFault(clock) && clock.code).toMatch(/^bad-(zone|rule)$/)
    })
  }

  test('a rule for a day that never comes changes nothing, and ends', () => {
    const clock = clockOf(
      part('STANDARD', '+0100', '+0200', '19700101T000000', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'),
    )
    expect(hoursAt(clock, '2026-01-01T00:00:00Z')).toBe(2)
    expect(hoursAt(clock, '1960-01-01T00:00:00Z')).toBe(1)
  })

  test('as many changes as are allowed are followed through four centuries soon', () => {
    const many = Array.from({ length: 40 }, (_, number) =>
      part(
        'STANDARD',
        '+0100',
        number % 2 ? '+0200' : '+0300',
        '16010101T000000',
        `RRULE:FREQ=YEARLY;BYMONTHDAY=${number % 28},1;BYMONTH=3,9`,
      ),
    ).map((each) => each.replace('=0,1', '=1'))
    const clock = clockOf(...many)
    expect(listChanges(clock, at('2026-01-01T00:00:00Z'), at('2426-01-01T00:00:00Z')).length).toBeGreaterThan(10_000)
  })
})

describe('an offset', () => {
  for (const [text, expected] of [
    ['+0100', 3600],
    ['-0530', -19_800],
    ['+005328', 3208],
    ['-0000', 0],
    ['+01:00', 3600],
    [' +0100 ', 3600],
    ['0100', undefined],
    ['+1', undefined],
    ['+2400', undefined],
    ['+0160', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    test(`${text}`, () => {
      const offset = parseUtcOffset(text)
      expect(offset === undefined ? offset : offset + 0).toBe(expected)
    })
  }
})
