// 116 real and odd calendars, read where they lie: each event either has its instances inside a year, or a fault says why not.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Component } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { findProperty, readUid } from '../../src/calendar/properties.ts'
import { makeRecurrenceKey } from '../../src/calendar/recurrence-id.ts'
import { listInstances } from '../../src/calendar/series.ts'
import { readTimeProperty } from '../../src/calendar/span.ts'
import { makeZones, toInstant, type Zones } from '../../src/calendar/time-zone.ts'
import { systemZones } from './recurrence-source.ts'

const folder = fileURLToPath(new URL('../../../shared/corpora/calendars/', import.meta.url))
const year = 366 * 86_400

describe('the calendars', () => {
  if (!existsSync(folder)) {
    test.skip('skipped: ../shared/corpora/calendars is not here')
    return
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.ics'))
  test('are all there', () => expect(files.length).toBe(116))

  for (const file of files) {
    test(file, () => {
      const calendars = parseCalendars(readFileSync(join(folder, file), 'utf8'))
      if (isFault(calendars)) {
        expect(calendars.code).toMatch(/^[a-z-]+$/)
        return
      }
      for (const calendar of calendars) {
        const zones = makeZones(systemZones, calendar.timeZones, 'Europe/Berlin')
        const groups = new Map<string, Component[]>()
        for (const component of calendar.components) {
          if (component.name !== 'VEVENT' && component.name !== 'VTODO' && component.name !== 'VJOURNAL') continue
          const uid = readUid(component) ?? `none ${groups.size}`
          groups.set(uid, [...(groups.get(uid) ?? []), component])
        }
        for (const components of groups.values()) checkSeries(components, zones)
      }
    })
  }
})

function checkSeries(components: readonly Component[], zones: Zones): void {
  const series = components.find((component) => findProperty(component, 'RECURRENCE-ID') === undefined)
  const overrides = components.flatMap((component) => {
    const property = findProperty(component, 'RECURRENCE-ID')
    const key = property && makeRecurrenceKey(property, zones)
    return key === undefined || isFault(key) ? [] : [{ key, component }]
  })
  const time = readTimeProperty(components[0] as Component, 'DTSTART')
  const start = time === undefined || isFault(time) ? time : toInstant(time, zones)
  const from = start === undefined || isFault(start) ? 0 : start
  const instances = listInstances(series, overrides, zones, { start: from, end: from + year })
  if (isFault(instances)) {
    expect(instances.text.length).toBeGreaterThan(10)
    expect(instances.code).toMatch(
      /^(no-start|bad-date|bad-rule|bad-duration|bad-zone|unknown-zone|unknown-calendar|end-before-start|rule-yields-nothing|too-[a-z-]+)$/,
    )
    return
  }
  for (const { period } of instances) expect(period.end).toBeGreaterThanOrEqual(period.start)
  // DTSTART is always there, if nothing takes it away.
  if (series && start !== undefined && findProperty(series, 'EXDATE') === undefined && overrides.length === 0) {
    expect(instances.length).toBeGreaterThan(0)
  }
}
