// A UID's series and bookings as a text that people can read: what was kept beside them, then the calendar as it stands.
//
//   imip-agent series 1
//   uid "planning@example.com"
//   booking 20260310T100000Z  20260310T110000Z  BUSY  …     as booking-text.ts
//   part ""                                                 one for each component below, in their order
//   cancelled "20260312T100000Z"                            and one for each cancelled one behind them
//   counter {"attendee":…,"key":…}                          each open counter-proposal, its component behind those
//   answer {…}                                              each attendee's last answer, JSON
//   taken-until 20270302T090000Z                            a resource has taken the series up to here only
//   pinned {…}                                              who sent the organizer's first message, if proven, JSON
//   held {…}                                                messages that wait for their partner, JSON with the calendar inside
//   decided {…}                                             decided messages, oldest first, JSON
//
//   BEGIN:VCALENDAR …
import type { Component } from '../calendar/component.ts'
import { isFault } from '../calendar/fault.ts'
import { parseCalendars } from '../calendar/parse.ts'
import { makeProperty } from '../calendar/properties.ts'
import { serializeCalendar } from '../calendar/serialize.ts'
import { type Instant, parseInstant, serializeInstant } from '../calendar/time.ts'
import type {
  AttendeeAnswer,
  DecidedMessage,
  HeldMessage,
  PinnedSender,
  StoredCounter,
  StoredPart,
  StoredSeries,
} from '../itip/stored-series.ts'
import { parseBooking } from './booking-text.ts'
import type { StoredBooking } from './stored-uid.ts'

export interface SeriesText {
  readonly uid: string
  readonly series: StoredSeries | undefined
  readonly bookings: readonly StoredBooking[]
}

export function serializeSeries({ uid, series, bookings }: SeriesText): string {
  const lines = [firstLine, `uid ${JSON.stringify(uid)}`, ...bookings.map(({ line }) => `booking ${line}`)]
  if (series) {
    lines.push(
      seriesLine,
      ...series.parts.map(({ key }) => `part ${JSON.stringify(key)}`),
      ...series.cancelled.map(({ key }) => `cancelled ${JSON.stringify(key)}`),
      ...series.counters.map(({ attendee, key }) => `counter ${JSON.stringify({ attendee, key })}`),
      ...series.answers.map((answer) => `answer ${JSON.stringify(answer)}`),
      ...(series.takenUntil === undefined ? [] : [`taken-until ${serializeInstant(series.takenUntil)}`]),
      ...(series.pinned ? [`pinned ${JSON.stringify(series.pinned)}`] : []),
      ...series.held.map((held) => `held ${JSON.stringify(writeHeld(held))}`),
      ...series.decided.map((decided) => `decided ${JSON.stringify(decided)}`),
    )
  }
  const head = `${lines.join('\n')}\n`
  return series && hasComponents(series) ? `${head}\n${serializeComponents(series)}` : head
}

/** Nothing where the text is not what `serializeSeries` writes. */
export function parseSeries(text: string): SeriesText | undefined {
  const gap = text.indexOf('\n\n')
  const lines = (gap === -1 ? text : text.slice(0, gap)).split('\n').filter((line) => line !== '')
  if (lines[0] !== firstLine) return undefined
  try {
    const read = (word: string): readonly string[] =>
      lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
    const uid = JSON.parse(read('uid')[0] ?? '') as string
    const bookings = parseBookings(read('booking'))
    const components = gap === -1 ? [] : parseComponents(text.slice(gap + 2))
    if (!components || !bookings) return undefined
    if (!lines.includes(seriesLine)) return { uid, series: undefined, bookings }
    const parts = read('part').map((key) => JSON.parse(key) as string)
    const cancelled = read('cancelled').map((key) => JSON.parse(key) as string)
    const counters = read('counter').map((counter) => JSON.parse(counter) as CounterName)
    const zones = components.length - parts.length - cancelled.length - counters.length
    if (zones < 0) return undefined
    const [pinned] = read('pinned')
    const takenUntil = read('taken-until').map(readInstant)[0]
    const series = {
      uid,
      parts: makeParts(parts, components.slice(zones)),
      cancelled: makeParts(cancelled, components.slice(zones + parts.length)),
      counters: makeCounters(counters, components.slice(zones + parts.length + cancelled.length)),
      timeZones: components.slice(0, zones),
      answers: read('answer').map((answer) => JSON.parse(answer) as AttendeeAnswer),
      held: read('held').map((held) => readHeld(JSON.parse(held) as WrittenHeld)),
      decided: read('decided').map((decided) => JSON.parse(decided) as DecidedMessage),
      ...(takenUntil === undefined ? {} : { takenUntil }),
      ...(pinned === undefined ? {} : { pinned: JSON.parse(pinned) as PinnedSender }),
    }
    return { uid, series, bookings }
  } catch {
    return undefined
  }
}

export interface SeriesHead {
  readonly uid: string
  /** Of its bookings. */
  readonly lines: readonly string[]
}

/** What can be known without reading calendars; nothing where it is no such text. */
export function parseSeriesHead(text: string): SeriesHead | undefined {
  const [first, second, ...rest] = text.split('\n\n', 1)[0]?.split('\n') ?? []
  if (first !== firstLine || second === undefined || !second.startsWith('uid ')) return undefined
  try {
    const uid: unknown = JSON.parse(second.slice('uid '.length))
    const lines = rest.filter((line) => line.startsWith('booking ')).map((line) => line.slice('booking '.length))
    return typeof uid === 'string' && parseBookings(lines) ? { uid, lines } : undefined
  } catch {
    return undefined
  }
}

const firstLine = 'imip-agent series 1'
/** There is a series, even if nothing is known of it but what was decided. */
const seriesLine = 'series'

function readInstant(text: string): Instant {
  const instant = parseInstant(text)
  if (typeof instant !== 'number') throw new Error(instant.text)
  return instant
}

function hasComponents({ parts, cancelled, counters, timeZones }: StoredSeries): boolean {
  return parts.length + cancelled.length + counters.length + timeZones.length > 0
}

function serializeComponents({ timeZones, parts, cancelled, counters }: StoredSeries): string {
  const components = [...timeZones, ...[...parts, ...cancelled, ...counters].map(({ component }) => component)]
  const properties = [makeProperty('VERSION', '2.0'), makeProperty('PRODID', '-//imip-agent//store//EN')]
  return serializeCalendar({ properties, components })
}

/** Zones first, as they were written. */
function parseComponents(text: string): readonly Component[] | undefined {
  const calendars = parseCalendars(text)
  if (isFault(calendars)) return undefined
  return calendars.flatMap((calendar) => [...calendar.timeZones.values(), ...calendar.components])
}

function makeParts(keys: readonly string[], components: readonly Component[]): readonly StoredPart[] {
  return keys.map((key, index) => {
    const component = components[index]
    if (!component) throw new Error('fewer components than keys')
    return { key, component }
  })
}

type CounterName = Pick<StoredCounter, 'attendee' | 'key'>

function makeCounters(names: readonly CounterName[], components: readonly Component[]): readonly StoredCounter[] {
  const parts = makeParts(
    names.map(({ key }) => key),
    components,
  )
  return parts.map((part, index) => ({ attendee: names[index]?.attendee ?? '', ...part }))
}

/** Components as a calendar of their own: their zones may say something else than the series' under the same name. */
type WrittenHeld = Omit<HeldMessage, 'components' | 'timeZones'> & { readonly ical: string }

function writeHeld({ components, timeZones, ...held }: HeldMessage): WrittenHeld {
  const properties = [makeProperty('VERSION', '2.0'), makeProperty('PRODID', '-//imip-agent//store//EN')]
  return { ...held, ical: serializeCalendar({ properties, components: [...timeZones, ...components] }) }
}

function readHeld({ ical, ...held }: WrittenHeld): HeldMessage {
  const calendars = parseCalendars(ical)
  if (isFault(calendars)) throw new Error(calendars.text)
  return {
    ...held,
    components: calendars.flatMap((calendar) => calendar.components),
    timeZones: calendars.flatMap((calendar) => [...calendar.timeZones.values()]),
  }
}

function parseBookings(lines: readonly string[]): readonly StoredBooking[] | undefined {
  const bookings = lines.flatMap((line) => {
    const booking = parseBooking(line)
    return booking ? [{ line, booking }] : []
  })
  return bookings.length === lines.length ? bookings : undefined
}
