// A series with its overrides: moved, cancelled, this one and all that follow.
import { describe, expect, test } from 'vitest'
import { isFault } from '../../src/calendar/fault.ts'
import { findProperty } from '../../src/calendar/properties.ts'
import { makeRecurrenceKey } from '../../src/calendar/recurrence-id.ts'
import { listInstances } from '../../src/calendar/series.ts'
import { parseInstant, serializeCalendarTime, serializeInstant } from '../../src/calendar/time.ts'
import { makeComponent, need, zonesFor } from './recurrence-source.ts'

const zones = zonesFor('Europe/Berlin')
const at = (text: string): number => need(parseInstant(text))
const always = { start: at('2020-01-01T00:00:00Z'), end: at('2030-01-01T00:00:00Z') }

/** `key start end summary` in UTC, one for each instance. */
function list(series: string | undefined, overrides: readonly string[], window = always): readonly string[] | string {
  const keyed = overrides.map((lines) => {
    const component = makeComponent(lines)
    const property = need(findProperty(component, 'RECURRENCE-ID'))
    return { key: need(makeRecurrenceKey(property, zones)), component }
  })
  const instances = listInstances(series === undefined ? undefined : makeComponent(series), keyed, zones, window)
  if (isFault(instances)) return instances.code
  return instances.map(({ key, period, component }) => {
    const summary = findProperty(component, 'SUMMARY')?.value ?? ''
    return `${key} ${serializeInstant(period.start)} ${serializeInstant(period.end)} ${summary}`.trim()
  })
}

const daily =
  'DTSTART;TZID=Europe/Berlin:20260327T100000\nDTEND;TZID=Europe/Berlin:20260327T110000\nRRULE:FREQ=DAILY;COUNT=4\nSUMMARY:all'
const plain = [
  '20260327T090000Z 20260327T090000Z 20260327T100000Z all',
  '20260328T090000Z 20260328T090000Z 20260328T100000Z all',
  '20260329T080000Z 20260329T080000Z 20260329T090000Z all',
  '20260330T080000Z 20260330T080000Z 20260330T090000Z all',
]

describe('a series', () => {
  test('without overrides', () => expect(list(daily, [])).toEqual(plain))

  test('that happens once has an empty key', () => {
    expect(list('DTSTART:20260327T100000Z\nDURATION:PT1H', [])).toEqual(['20260327T100000Z 20260327T110000Z'])
    expect(list('DTSTART:20260327T100000Z\nDURATION:PT1H', [], { start: 0, end: 1 })).toEqual([])
  })

  for (const id of [
    'RECURRENCE-ID;TZID=Europe/Berlin:20260328T100000',
    'RECURRENCE-ID:20260328T090000Z',
    'RECURRENCE-ID;TZID=America/New_York:20260328T050000',
  ]) {
    test(`with one moved, ${id}`, () => {
      expect(list(daily, [`${id}\nDTSTART:20260401T120000Z\nDTEND:20260401T123000Z\nSUMMARY:moved`])).toEqual([
        plain[0],
        plain[2],
        plain[3],
        '20260328T090000Z 20260401T120000Z 20260401T123000Z moved',
      ])
    })
  }

  test('with one moved whose RECURRENCE-ID lost its zone, or its time', () => {
    const moved = 'DTSTART:20260401T120000Z\nSUMMARY:moved'
    const expected = ['20260327T090000Z', '20260329T080000Z', '20260330T080000Z']
    for (const [id, key] of [
      ['RECURRENCE-ID:20260328T100000', '20260328T100000'],
      ['RECURRENCE-ID;VALUE=DATE:20260328', '20260328'],
    ]) {
      const found = list(daily, [`${id}\n${moved}`]) as readonly string[]
      expect(found.map((each) => each.split(' ')[0])).toEqual([...expected, key])
    }
  })

  test('with one cancelled', () => {
    expect(list(daily, ['RECURRENCE-ID:20260328T090000Z\nSTATUS:CANCELLED'])).toEqual([plain[0], plain[2], plain[3]])
  })

  test('with one that keeps its time', () => {
    expect(list(daily, ['RECURRENCE-ID:20260328T090000Z\nDTSTART:20260328T090000Z\nSUMMARY:other'])).toEqual([
      plain[0],
      '20260328T090000Z 20260328T090000Z 20260328T090000Z other',
      plain[2],
      plain[3],
    ])
  })

  test('with one that it does not have: that is one more', () => {
    const found = list(daily, ['RECURRENCE-ID:20260501T090000Z\nDTSTART:20260501T090000Z\nDURATION:PT1H'])
    expect(found.length).toBe(5)
  })

  test('an override outside of the window takes its instance away, one from outside comes in', () => {
    const moved = 'RECURRENCE-ID:20260328T090000Z\nDTSTART:20260401T120000Z\nDURATION:PT1H'
    const day = (text: string) => ({ start: at(`${text}T00:00:00Z`), end: at(`${text}T23:59:59Z`) })
    expect(list(daily, [moved], day('2026-03-28'))).toEqual([])
    expect(list(daily, [moved], day('2026-04-01'))).toEqual(['20260328T090000Z 20260401T120000Z 20260401T130000Z'])
  })

  test('that is not known: the overrides are all there is', () => {
    expect(list(undefined, ['RECURRENCE-ID:20260328T090000Z\nDTSTART:20260328T090000Z\nDURATION:PT1H'])).toEqual([
      '20260328T090000Z 20260328T090000Z 20260328T100000Z',
    ])
    expect(list(undefined, [])).toEqual([])
  })

  test('of whole days', () => {
    const series = 'DTSTART;VALUE=DATE:20260327\nRRULE:FREQ=DAILY;COUNT=3'
    expect(list(series, ['RECURRENCE-ID;VALUE=DATE:20260328\nDTSTART;VALUE=DATE:20260401'])).toEqual([
      '20260327 20260326T230000Z 20260327T230000Z',
      '20260329 20260328T230000Z 20260329T220000Z',
      '20260328 20260331T220000Z 20260401T220000Z',
    ])
  })
})

// RFC 5545, 3.8.4.4.
describe('RANGE=THISANDFUTURE', () => {
  test('moves all that follow as far on the clock, and gives them its length', () => {
    expect(
      list(daily, [
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260328T090000Z\nDTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:PT2H\nSUMMARY:later',
      ]),
    ).toEqual([
      plain[0],
      '20260328T090000Z 20260328T110000Z 20260328T130000Z later',
      // Twelve o'clock in summer, too.
      '20260329T080000Z 20260329T100000Z 20260329T120000Z later',
      '20260330T080000Z 20260330T100000Z 20260330T120000Z later',
    ])
  })

  test('moves over days, into windows and out of them', () => {
    const range = 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260328T090000Z\nDTSTART:20260418T090000Z\nDURATION:PT1H'
    const window = { start: at('2026-04-01T00:00:00Z'), end: at('2026-04-20T00:00:00Z') }
    expect(list(daily, [range], window)).toEqual([
      '20260328T090000Z 20260418T090000Z 20260418T100000Z',
      '20260329T080000Z 20260419T090000Z 20260419T100000Z',
    ])
  })

  test('cancels all that follow', () => {
    expect(list(daily, ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260329T080000Z\nSTATUS:CANCELLED'])).toEqual(
      plain.slice(0, 2),
    )
  })

  test('leaves those alone that have a component of their own', () => {
    expect(
      list(daily, [
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260328T090000Z\nDTSTART:20260328T110000Z\nDURATION:PT1H\nSUMMARY:later',
        'RECURRENCE-ID:20260329T080000Z\nDTSTART:20260329T060000Z\nDURATION:PT1H\nSUMMARY:early',
      ]),
    ).toEqual([
      plain[0],
      '20260328T090000Z 20260328T110000Z 20260328T120000Z later',
      '20260329T080000Z 20260329T060000Z 20260329T070000Z early',
      '20260330T080000Z 20260330T100000Z 20260330T110000Z later',
    ])
  })

  test('ends where the next one begins, counted by original starts', () => {
    expect(
      list(daily, [
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260328T090000Z\nDTSTART:20260328T190000Z\nDURATION:PT1H\nSUMMARY:one',
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260330T080000Z\nDTSTART:20260330T040000Z\nDURATION:PT1H\nSUMMARY:two',
      ]),
    ).toEqual([
      plain[0],
      '20260328T090000Z 20260328T190000Z 20260328T200000Z one',
      '20260329T080000Z 20260329T180000Z 20260329T190000Z one',
      '20260330T080000Z 20260330T040000Z 20260330T050000Z two',
    ])
  })

  test('may turn meetings into whole days', () => {
    expect(
      list(daily, ['RECURRENCE-ID;RANGE=THISANDFUTURE:20260329T080000Z\nDTSTART;VALUE=DATE:20260330\nSUMMARY:day']),
    ).toEqual([
      plain[0],
      plain[1],
      '20260329T080000Z 20260329T220000Z 20260330T220000Z day',
      '20260330T080000Z 20260330T220000Z 20260331T220000Z day',
    ])
  })

  test('THISANDPRIOR of older standards is no range', () => {
    const found = list(daily, ['RECURRENCE-ID;RANGE=THISANDPRIOR:20260329T080000Z\nDTSTART:20260329T120000Z'])
    expect((found as readonly string[]).slice(0, 2)).toEqual(plain.slice(0, 2))
  })
})

describe('what cannot be read', () => {
  test('is a fault', () => {
    expect(list(`${daily}\nRRULE:FREQ=NEVER`, [])).toBe('bad-rule')
    expect(list('SUMMARY:x', [])).toBe('no-start')
    expect(list(daily, ['RECURRENCE-ID:20260328T090000Z\nDTSTART;TZID=Nowhere/Land:20260328T090000'])).toBe(
      'unknown-zone',
    )
    expect(list(daily, ['RECURRENCE-ID:20260328T090000Z\nDTSTART:20260328T090000Z\nDTEND:20260328T080000Z'])).toBe(
      'end-before-start',
    )
    expect(list('DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY', [])).toMatch(/^too-/)
  })
})

test('start and end are written in the form of their component', () => {
  const instances = need(listInstances(makeComponent(daily), [], zones, always))
  const { start, end } = need(instances[2])
  expect([start, end].map((time) => `${time.kind} ${serializeCalendarTime(time)}`)).toEqual([
    'zoned 20260329T100000',
    'zoned 20260329T110000',
  ])
})
