// The first instances of a series, also of one without end; and the events of a calendar by UID.

import { describe, expect, test } from 'vitest'
import type { Component } from '../../src/calendar/component.ts'
import { groupEvents } from '../../src/calendar/event-groups.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { listFirstInstances } from '../../src/calendar/first-instances.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { listInstances } from '../../src/calendar/series.ts'
import { makeZones } from '../../src/calendar/time-zone.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { fc } from '../fast-check.ts'

const zones = makeZones(loadSystemZones(), new Map(), 'Europe/Oslo')
const always = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }

function read(...events: readonly (readonly string[])[]): readonly Component[] {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT'])
  const calendars = parseCalendars(['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\n'))
  if (isFault(calendars)) throw new Error(calendars.text)
  return calendars.flatMap(({ components }) => components)
}

const weekly = ['UID:w', 'DTSTART;TZID=Europe/Oslo:20260303T110000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY']

describe('first instances', () => {
  test('are all inside a window, or as many as are wanted', () => {
    fc.assert(
      fc.property(
        fc.record({
          most: fc.integer({ min: 1, max: 12 }),
          from: fc.integer({ min: -5, max: 30 }),
          weeks: fc.integer({ min: 1, max: 20 }),
          shift: fc.integer({ min: -20, max: 20 }),
          range: fc.boolean(),
          count: fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined }),
        }),
        ({ most, from, weeks, shift, range, count }) => {
          const series = read(
            count === undefined ? weekly : [...weekly.slice(0, 3), `RRULE:FREQ=WEEKLY;COUNT=${count}`],
          )[0]
          const day = new Date(Date.UTC(2026, 2, 17 + shift)).toISOString().slice(0, 10).replaceAll('-', '')
          const id = `RECURRENCE-ID${range ? ';RANGE=THISANDFUTURE' : ''}:20260317T100000Z`
          const [component] = read(['UID:w', id, `DTSTART:${day}T150000Z`, 'DURATION:PT2H'])
          if (!series || !component) throw new Error('not read')
          const overrides = [{ key: '20260317T100000Z', component }]
          const start = Date.UTC(2026, 2, 1) / 1000 + from * 7 * 86_400
          const window = { start, end: start + weeks * 7 * 86_400 }
          const all = listInstances(series, overrides, zones, window)
          const first = listFirstInstances(series, overrides, zones, window, most)
          if (isFault(all) || isFault(first)) throw new Error('a fault')
          expect(first.instances).toEqual(all.slice(0, most))
          expect(first.isCut).toBe(all.length > most)
        },
      ),
    )
  })

  test('of an endless series, without a window', () => {
    const first = listFirstInstances(read(weekly)[0], [], zones, always, 3)
    if (isFault(first)) throw new Error(first.text)
    expect(first.instances.map(({ key }) => key)).toEqual(['20260303T100000Z', '20260310T100000Z', '20260317T100000Z'])
    expect(first.isCut).toBe(true)
  })

  test('of what happens once, or where only instances are known', () => {
    const once = listFirstInstances(read(weekly.slice(0, 3))[0], [], zones, always, 3)
    expect(once).toMatchObject({ instances: [{ key: '' }], isCut: false })
    const [component] = read(['UID:w', 'RECURRENCE-ID:20260317T100000Z', 'DTSTART:20260318T100000Z'])
    if (!component) throw new Error('not read')
    const alone = listFirstInstances(undefined, [{ key: '20260317T100000Z', component }], zones, always, 3)
    expect(alone).toMatchObject({ instances: [{ key: '20260317T100000Z' }], isCut: false })
  })
})

describe('events by UID', () => {
  test('an instance goes to its series, wherever it stands; of two the newer counts', () => {
    const groups = groupEvents(
      read(
        ['UID:w', 'RECURRENCE-ID:20260310T100000Z', 'SUMMARY:old'],
        ['UID:other'],
        weekly,
        ['UID:w', 'SEQUENCE:1', 'RECURRENCE-ID;TZID=Europe/Oslo:20260310T110000', 'SUMMARY:new'],
        [],
        [],
        ['UID:w', 'SUMMARY:once more'],
      ),
      zones,
    )
    expect(
      groups.map((group) => [group.uid, group.kind === 'events' ? group.overrides.length : group.fault.code]),
    ).toEqual([
      ['w', 1],
      ['other', 0],
      [undefined, 0],
      [undefined, 0],
      ['w', 0],
    ])
    expect(groups[0]).toMatchObject({
      series: read(weekly)[0],
      overrides: [{ component: { properties: { length: 4 } } }],
    })
  })

  test('an instance that cannot be named makes its event unusable', () => {
    expect(groupEvents(read(weekly, ['UID:w', 'RECURRENCE-ID;TZID=Nowhere:20260310T100000']), zones)).toMatchObject([
      { kind: 'unusable', uid: 'w', fault: { code: 'unknown-zone' } },
    ])
  })
})
