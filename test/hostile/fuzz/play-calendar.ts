// A calendar text through the parser, the expander and free/busy: each says something or has a fault, and ends.
import { groupEvents } from '../../../src/calendar/event-groups.ts'
import { isFault } from '../../../src/calendar/fault.ts'
import { listFirstInstances } from '../../../src/calendar/first-instances.ts'
import { parseCalendars } from '../../../src/calendar/parse.ts'
import { serializeCalendar } from '../../../src/calendar/serialize.ts'
import { listInstances } from '../../../src/calendar/series.ts'
import { makeZones } from '../../../src/calendar/time-zone.ts'
import { parseBusyPeriods } from '../../../src/freebusy/vfreebusy.ts'
import { readMessages } from '../../../src/itip/read-messages.ts'
import { loadSystemZones } from '../../../src/zones/system-zones.ts'
import { expectThat } from './finding.ts'

const tables = loadSystemZones()
const now = Date.UTC(2026, 2, 2, 9) / 1000
const year = { start: now, end: now + 366 * 86_400 }
const always = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }

export function playCalendar(text: string): void {
  const objects = parseCalendars(text)
  if (isFault(objects)) return
  for (const object of objects) {
    const zones = makeZones(tables, object.timeZones, 'Europe/Oslo')
    readMessages(object, zones)
    for (const event of groupEvents(object.components, zones)) {
      if (event.kind === 'unusable') continue
      listInstances(event.series, event.overrides, zones, year)
      listFirstInstances(event.series, event.overrides, zones, always, 50)
    }
    for (const component of object.components) if (component.name === 'VFREEBUSY') parseBusyPeriods(component)
    const written = serializeCalendar(object)
    const again = parseCalendars(written)
    expectThat(!isFault(again), 'what we write of it cannot be read again')
    if (isFault(again) || again.length !== 1 || again[0] === undefined) return
    expectThat(serializeCalendar(again[0]) === written, 'what we write of it is another calendar when it is read again')
  }
}
