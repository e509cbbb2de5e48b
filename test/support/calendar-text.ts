// Short calendar texts for table tests: components, messages and zones without mail around them.

import type { CalendarObject } from '../../src/calendar/calendar-object.ts'
import type { Component } from '../../src/calendar/component.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { makeZones, type Zones } from '../../src/calendar/time-zone.ts'
import { type ReadMessage, readMessages } from '../../src/itip/read-messages.ts'
import type { SchedulingMessage } from '../../src/itip/scheduling-message.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'

export const zoneTables = loadSystemZones()

/** Of somebody in Oslo. */
export const zones: Zones = makeZones(zoneTables, new Map(), 'Europe/Oslo')

export function parseCalendar(...lines: readonly string[]): CalendarObject {
  const calendars = parseCalendars(['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n'))
  if (isFault(calendars)) throw new Error(calendars.text)
  const [calendar] = calendars
  if (!calendar) throw new Error('no calendar')
  return calendar
}

export function parseEvent(...lines: readonly string[]): Component {
  const [event] = parseCalendar('BEGIN:VEVENT', ...lines, 'END:VEVENT').components
  if (!event) throw new Error('no event')
  return event
}

/** What every event of these tests has, where the test says nothing else. */
const usual: readonly string[] = [
  'UID:planning@example.com',
  'DTSTAMP:20260302T085900Z',
  'DTSTART:20260310T100000Z',
  'DTEND:20260310T110000Z',
  'ORGANIZER:mailto:pat@example.com',
]

/** A usual event with these lines in place of those of the same name; `-NAME` takes a line away. */
export function makeEvent(...lines: readonly string[]): Component {
  return parseEvent(...replaceLines(lines))
}

function replaceLines(lines: readonly string[]): readonly string[] {
  const names = new Set(lines.map(readName))
  return [...usual.filter((line) => !names.has(readName(line))), ...lines.filter((line) => !line.startsWith('-'))]
}

function readName(line: string): string {
  return /^-?([A-Z-]+)/.exec(line)?.[1] ?? ''
}

export function readAll(...lines: readonly string[]): readonly ReadMessage[] {
  return readMessages(parseCalendar(...lines), zones)
}

/** A message of usual events, one for each list of lines. */
export function makeMessage(method: string, ...events: readonly (readonly string[])[]): SchedulingMessage {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...replaceLines(event), 'END:VEVENT'])
  const [read] = readAll(`METHOD:${method}`, ...lines)
  if (read?.kind !== 'message') throw new Error(read?.fault.text ?? 'no message')
  return read.message
}
