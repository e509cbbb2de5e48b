// FREEBUSY as others write it, and as we do.

import { describe, expect, test } from 'vitest'
import type { Component, Property } from '../../src/calendar/component.ts'
import { makeProperty } from '../../src/calendar/properties.ts'
import { parseInstant } from '../../src/calendar/time.ts'
import type { ShownType } from '../../src/freebusy/busy-periods.ts'
import { makeTimeProperties, parseBusyPeriods } from '../../src/freebusy/vfreebusy.ts'
import { fc } from '../fast-check.ts'

function at(text: string): number {
  const instant = parseInstant(text)
  if (typeof instant !== 'number') throw new Error(instant.text)
  return instant
}

function makeFreeBusy(...properties: readonly Property[]): Component {
  return { name: 'VFREEBUSY', properties, components: [] }
}

describe('periods of FREEBUSY', () => {
  test.each([
    [
      'start and end',
      '20260310T100000Z/20260310T110000Z',
      undefined,
      ['2026-03-10T10:00:00Z', '2026-03-10T11:00:00Z', 'BUSY'],
    ],
    ['a duration', '20260310T100000Z/PT1H30M', undefined, ['2026-03-10T10:00:00Z', '2026-03-10T11:30:00Z', 'BUSY']],
    [
      'days',
      '20260310T100000Z/P1D',
      'BUSY-TENTATIVE',
      ['2026-03-10T10:00:00Z', '2026-03-11T10:00:00Z', 'BUSY-TENTATIVE'],
    ],
    [
      'any case',
      '20260310t100000z/pt1h',
      'busy-unavailable',
      ['2026-03-10T10:00:00Z', '2026-03-10T11:00:00Z', 'BUSY-UNAVAILABLE'],
    ],
    ['an unknown type', '20260310T100000Z/PT1H', 'X-HOLIDAY', ['2026-03-10T10:00:00Z', '2026-03-10T11:00:00Z', 'BUSY']],
    ['a time without Z', '20260310T100000/PT1H', undefined, ['2026-03-10T10:00:00Z', '2026-03-10T11:00:00Z', 'BUSY']],
  ] as const)('%s', (_, value, type, [start, end, shown]) => {
    const property = makeProperty('FREEBUSY', value, type === undefined ? {} : { FBTYPE: type })
    expect(parseBusyPeriods(makeFreeBusy(property))).toEqual({
      busy: [{ start: at(start), end: at(end), type: shown }],
      unread: 0,
    })
  })

  test.each([
    ['what is free', '20260310T100000Z/PT1H', 'FREE', 0],
    ['no time at all', '20260310T100000Z/PT0S', 'BUSY', 0],
    ['an end before its start', '20260310T100000Z/20260310T090000Z', 'BUSY', 0],
    ['no end', '20260310T100000Z', 'BUSY', 1],
    ['a word', 'tomorrow/PT1H', 'BUSY', 1],
    ['three times', '20260310T100000Z/20260310T110000Z/PT1H', 'BUSY', 1],
    ['nothing', '', 'BUSY', 1],
  ])('%s is not busy', (_, value, FBTYPE, unread) => {
    const read = parseBusyPeriods(makeFreeBusy(makeProperty('FREEBUSY', value, { FBTYPE })))
    expect(read).toEqual({ busy: [], unread })
  })

  test('lists and repeated properties come to the same', () => {
    const values = ['20260311T100000Z/PT1H', '20260310T100000Z/PT1H']
    const listed = parseBusyPeriods(makeFreeBusy(makeProperty('FREEBUSY', values.join(','))))
    expect(listed).toEqual(parseBusyPeriods(makeFreeBusy(...values.map((value) => makeProperty('FREEBUSY', value)))))
    expect(listed.busy.map(({ start }) => start)).toEqual([at('2026-03-10T10:00:00Z'), at('2026-03-11T10:00:00Z')])
  })
})

test('what is written is read again', () => {
  const types: readonly ShownType[] = ['BUSY-UNAVAILABLE', 'BUSY', 'BUSY-TENTATIVE']
  const arbitrary = fc.array(fc.tuple(fc.nat(1e9), fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(...types)), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(arbitrary, (periods) => {
      const busy = periods
        .map(([start, length, type]) => ({ start, end: start + length, type }))
        .sort((a, b) => a.start - b.start || a.end - b.end)
      const written = makeFreeBusy(...makeTimeProperties({ start: 0, end: 2e9 }, busy))
      expect(parseBusyPeriods(written)).toEqual({ busy, unread: 0 })
    }),
  )
})
