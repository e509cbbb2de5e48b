// imip-admin occurrences: the instances of each event in a mail or calendar file.
import { type EventGroup, groupEvents } from '../calendar/event-groups.ts'
import { isFault } from '../calendar/fault.ts'
import { type FirstInstances, listFirstInstances } from '../calendar/first-instances.ts'
import { parseCalendars } from '../calendar/parse.ts'
import { readText } from '../calendar/properties.ts'
import { makeZones, type Zones } from '../calendar/time-zone.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import type { AdminWorld } from './admin-world.ts'
import { readCalendarInput } from './calendar-input.ts'
import { describeFault } from './describe-fault.ts'
import { showLine } from './show-text.ts'
import { serializeTime, showTime } from './show-time.ts'
import { type Given, hasOption } from './subcommand.ts'
import { makeTable } from './table.ts'
import { readNumberOption, readWindow } from './window-options.ts'
import { readZoneOption } from './zone-option.ts'

export async function runOccurrences(given: Given, world: AdminWorld): Promise<ExitCode> {
  const window = readWindow(given, { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY })
  const most = readNumberOption(given, 'limit')
  const localZone = readZoneOption(given, world)
  const { calendars } = await readCalendarInput(given.arguments[0], world)
  let result: ExitCode = exitCode.done
  let count = 0
  const complain = (line: string): void => {
    world.say(line)
    result = exitCode.found
  }
  for (const { text } of calendars) {
    const objects = parseCalendars(text)
    if (isFault(objects)) {
      complain(describeFault(objects))
      continue
    }
    for (const object of objects) {
      for (const note of object.notes) world.say(`note: ${describeFault(note)}`)
      const zones = makeZones(world.loadZones(), object.timeZones, localZone)
      for (const event of groupEvents(object.components, zones)) {
        count += 1
        const name = event.uid ?? 'an event without UID'
        const listed =
          event.kind === 'unusable'
            ? event.fault
            : listFirstInstances(event.series, event.overrides, zones, window, most)
        if (isFault(listed)) {
          complain(`${showLine(name)}: ${describeFault(listed)}`)
          continue
        }
        world.write(hasOption(given, 'json') ? serializeInstances(event, listed) : showInstances(event, listed, zones))
        if (listed.isCut)
          world.say(
            `${showLine(name)}: there are more than these ${listed.instances.length}; see --limit, --from and --to`,
          )
      }
    }
  }
  if (calendars.length === 0) complain('there is no calendar in it')
  else if (count === 0 && result === exitCode.done) complain('there is no event in it')
  return result
}

/** One array an event, each on a line of its own. */
function serializeInstances({ uid }: EventGroup, { instances }: FirstInstances): string {
  const list = instances.map(({ key, start, end, period }) => ({
    uid: uid ?? null,
    recurrenceId: key === '' ? null : key,
    start: serializeTime(start, period.start),
    end: serializeTime(end, period.end),
  }))
  return `${JSON.stringify(list)}\n`
}

function showInstances(event: EventGroup, { instances }: FirstInstances, zones: Zones): string {
  const component = event.kind === 'events' ? (event.series ?? event.overrides[0]?.component) : undefined
  const summary = component && readText(component, 'SUMMARY')
  const title = `${event.uid ?? 'Event without UID'}${summary === undefined ? '' : `: ${summary}`}`
  const head = [`START (${zones.local.name})`, 'END', 'RECURRENCE-ID']
  const rows = instances.map(({ key, start, end, period }) => [
    showTime(start, period.start, zones.local),
    showTime(end, period.end, zones.local),
    key,
  ])
  return `${showLine(title)}\n${rows.length === 0 ? 'No instance in this time.\n' : makeTable(head, rows)}\n`
}
