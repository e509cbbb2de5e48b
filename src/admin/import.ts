// imip-admin import: existing bookings into a schedule, without an answer to anybody.
import { ageUid } from '../agents/ages.ts'
import type { Decision } from '../agents/decision.ts'
import { decideImport } from '../agents/import-event.ts'
import type { Situation } from '../agents/situation.ts'
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import type { CalendarObject } from '../calendar/calendar-object.ts'
import type { Component } from '../calendar/component.ts'
import { decodeCalendarText } from '../calendar/decode.ts'
import { isFault } from '../calendar/fault.ts'
import { parseCalendars } from '../calendar/parse.ts'
import { readParameterList } from '../calendar/properties.ts'
import { joinCalendar, type SplitCalendar, type SplitComponent, splitCalendars } from '../calendar/split-calendars.ts'
import { serializeInstant } from '../calendar/time.ts'
import { makeZones } from '../calendar/time-zone.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { type Clash, findClashes } from '../freebusy/clashes.ts'
import type { Booking } from '../freebusy/record.ts'
import { readMessages } from '../itip/read-messages.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { makeStoreChanges } from '../pipeline/store-changes.ts'
import { readCapacity } from '../scheduling/capacity.ts'
import type { Store, StoreChange, StoreReader } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { describeFault } from './describe-fault.ts'
import { countInQuotas, listHandGroups } from './hand-quotas.ts'
import { type HandSituation, makeHandSituation } from './hand-situation.ts'
import { makeProgress } from './progress.ts'
import { publishByHand } from './publish-by-hand.ts'
import { showLine } from './show-text.ts'
import { showInstant } from './show-time.ts'
import { type Given, hasOption } from './subcommand.ts'
import { Trouble } from './trouble.ts'
import { readUser } from './user-argument.ts'

/** UIDs in one transaction: few enough that nobody waits long for the schedule, many enough that the disk is waited for seldom. */
const batchSize = 250

/** Series are compared with others so far ahead. */
const clashHorizon = 2 * 366 * 86_400

export async function runImport(given: Given, world: AdminWorld): Promise<ExitCode> {
  const [name, ...files] = given.arguments
  const user = readUser(name, world)
  const store = world.openStore()
  const run: ImportRun = {
    user,
    isDry: hasOption(given, 'dry-run'),
    world,
    store,
    situation: makeHandSituation(user, world),
    counts: { imported: 0, updated: 0, unchanged: 0, faulty: 0, other: 0, past: 0 },
    changed: new Map(),
  }
  for (const file of files) await importFile(run, file)
  if (!run.isDry && run.changed.size > 0) await publishByHand(user, world)
  // What was asked for is done; that it does not last is said when something can still be done about it.
  if (run.counts.past > 0)
    world.say(
      `note: ${run.counts.past} of these events are over for longer than bookings_age; the next \`imip-admin expire\` forgets them, unless bookings_age is longer then`,
    )
  const clashes = await findNewClashes(run)
  if (hasOption(given, 'json')) world.write(`${JSON.stringify(serializeRun(run, clashes), undefined, 1)}\n`)
  else {
    for (const clash of clashes) world.write(`${describeClash(clash, run)}\n`)
    world.write(`${describeCounts(run)}\n`)
  }
  return run.counts.faulty > 0 ? exitCode.found : exitCode.done
}

interface ImportRun {
  readonly user: CalendarAddress
  readonly isDry: boolean
  readonly world: AdminWorld
  readonly store: Store
  readonly situation: HandSituation
  readonly counts: {
    imported: number
    updated: number
    unchanged: number
    faulty: number
    other: number
    /** Imported or updated, and over for longer than events are kept. */
    past: number
  }
  /** Bookings of what was imported or updated, by UID. */
  readonly changed: Map<string, readonly Booking[]>
}

/** All that a file says of one UID. */
interface Event {
  readonly uid: string | undefined
  readonly components: SplitComponent[]
}

async function importFile(run: ImportRun, file: string): Promise<void> {
  const { world, counts } = run
  const calendars = readCalendars(run, file)
  const total = calendars.reduce((sum, { components }) => sum + components.length, 0)
  const progress = makeProgress(world, `components of ${file}`, total)
  let done = 0
  for (const { frame, components } of calendars) {
    const outer = parseFrame(frame)
    if (typeof outer === 'string') {
      complain(run, file, outer)
      continue
    }
    counts.other += components.filter(({ name }) => name !== 'VEVENT').length
    for (const batch of listBatches(groupByUid(components))) {
      await importBatch(run, file, outer, batch)
      done += batch.reduce((sum, event) => sum + event.components.length, 0)
      progress.show(done)
    }
  }
  progress.end()
}

/** One file that cannot be read must not cost the others theirs. */
function readCalendars(run: ImportRun, file: string): readonly SplitCalendar[] {
  try {
    const calendars = splitCalendars(decodeCalendarText(run.world.readInput(file), undefined))
    if (calendars.length === 0) complain(run, file, 'there is no calendar in it')
    return calendars
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    run.counts.faulty += 1
    run.world.say(showLine(error.message))
    return []
  }
}

/** A calendar without its components; or why nothing of it is imported. */
function parseFrame(frame: string): CalendarObject | string {
  const objects = parseCalendars(frame)
  const object = isFault(objects) ? objects : objects[0]
  if (object === undefined || 'code' in object)
    return object === undefined ? 'there is no calendar in it' : describeFault(object)
  // RFC 5546, 1.4: all other methods tell of a change, not of what is in a calendar.
  if (object.method === undefined || object.method === 'PUBLISH' || object.method === 'REQUEST') return object
  return `it is a message with METHOD:${showLine(object.method)}, no calendar`
}

function groupByUid(components: readonly SplitComponent[]): readonly Event[] {
  const events: Event[] = []
  const known = new Map<string, Event>()
  for (const component of components) {
    if (component.name !== 'VEVENT') continue
    const { uid } = component
    const event = uid === undefined ? undefined : known.get(uid)
    if (event) event.components.push(component)
    else {
      const begun: Event = { uid, components: [component] }
      events.push(begun)
      if (uid !== undefined) known.set(uid, begun)
    }
  }
  return events
}

function* listBatches(events: readonly Event[]): Generator<readonly Event[]> {
  for (let start = 0; start < events.length; start += batchSize) yield events.slice(start, start + batchSize)
}

async function importBatch(
  run: ImportRun,
  file: string,
  outer: CalendarObject,
  batch: readonly Event[],
): Promise<void> {
  // Nobody waits for the schedule while texts are parsed.
  const messages = batch.flatMap((event) => readEvent(run, file, outer, event) ?? [])
  await run.store.transact([run.user], listHandGroups(run.user, run.situation), async (reader) => {
    const changes: StoreChange[] = []
    for (const { event, message } of messages) {
      const stored = await reader.readSeries(run.user, message.uid)
      changes.push(...(await decideEvent(run, file, event, message, stored, reader)))
    }
    return { changes: run.isDry ? [] : changes, result: undefined }
  })
}

async function decideEvent(
  run: ImportRun,
  file: string,
  event: Event,
  message: SchedulingMessage,
  stored: StoredSeries | undefined,
  reader: StoreReader,
): Promise<readonly StoreChange[]> {
  const { counts, user, world } = run
  const situation = run.situation.with({ stored, about: message.uid })
  const decided = decideImport(message, situation)
  const decision = await countInQuotas(message.uid, decided, situation, run.situation, reader, world)
  const [reason] = decision.because
  switch (decision.verdict) {
    case 'applied':
      counts[reason.code === 'imported' ? 'imported' : 'updated'] += 1
      break
    case 'ignored':
      counts.unchanged += 1
      break
    default:
      complain(run, file, reason.text, event)
  }
  const effects = decision.effects.filter((effect) => effect.kind !== 'send')
  const bookings = effects.flatMap((effect) => (effect.kind === 'book' ? effect.bookings : []))
  if (effects.length > 0) run.changed.set(message.uid, bookings)
  if (isGoneSoon(effects, bookings, situation, run)) counts.past += 1
  return makeStoreChanges(user, effects)
}

/** Would the next night forget it? */
function isGoneSoon(
  effects: Decision['effects'],
  bookings: readonly Booking[],
  { now, zoneTables, preferences }: Situation,
  { world }: ImportRun,
): boolean {
  const series = effects.findLast((effect) => effect.kind === 'save-series')?.series
  if (!series) return false
  const { bookingsAge, cancellationsAge, heldAge } = world.configuration
  const ages = { bookings: bookingsAge, cancellations: cancellationsAge, held: heldAge }
  return ageUid({ series, bookings }, ages, { now, zoneTables, localZone: preferences.zone }).kind === 'gone'
}

function readEvent(
  run: ImportRun,
  file: string,
  outer: CalendarObject,
  event: Event,
): { readonly event: Event; readonly message: SchedulingMessage } | undefined {
  const objects = parseCalendars(joinCalendar(event.components))
  const object = isFault(objects) ? undefined : objects[0]
  if (object === undefined) {
    complain(run, file, isFault(objects) ? describeFault(objects) : 'it cannot be read', event)
    return undefined
  }
  const timeZones = pickTimeZones(outer, object.components)
  const zones = makeZones(run.world.loadZones(), timeZones, run.situation.preferences.zone)
  const [read] = readMessages({ ...object, method: 'PUBLISH', timeZones }, zones, noBounds)
  if (read?.kind === 'message') return { event, message: read.message }
  const reason = read === undefined ? 'it cannot be read' : describeFault(read.fault)
  complain(run, file, event.uid === undefined ? 'it has no UID' : reason, event)
  return undefined
}

/** What the administrator brings in is as large as it is. */
const noBounds = { components: Number.POSITIVE_INFINITY, attendees: Number.POSITIVE_INFINITY }

/** The VTIMEZONEs that an event uses; all of them where one is not found under its name. */
function pickTimeZones({ timeZones }: CalendarObject, components: readonly Component[]): CalendarObject['timeZones'] {
  const properties = components.flatMap((component) => component.properties)
  const used = new Set(properties.flatMap((property) => readParameterList(property, 'TZID')))
  if (![...used].every((name) => timeZones.has(name))) return timeZones
  return new Map([...timeZones].filter(([name]) => used.has(name)))
}

function complain(run: ImportRun, file: string, reason: string, event?: Event): void {
  run.counts.faulty += 1
  const where = event === undefined ? file : `${file}, line ${event.components[0]?.line ?? 1}`
  const what = event?.uid === undefined ? '' : `${showLine(event.uid)}: `
  run.world.say(`${showLine(where)}: ${what}${showLine(reason)}; left out`)
}

/** Each two bookings that share time from now on, as far as one of them was imported. */
async function findNewClashes(run: ImportRun): Promise<readonly Clash[]> {
  const { changed, world, situation, user } = run
  if (changed.size === 0) return []
  const within = { start: world.now(), end: world.now() + clashHorizon }
  const window = await run.store.transact([user], [], async (reader) => ({
    changes: [],
    result: await reader.readWindow(user, [within]),
  }))
  const others = [...window.single, ...window.recurring].filter(({ uid }) => !changed.has(uid))
  return findClashes({
    bookings: [...others, ...[...changed.values()].flat()],
    uids: new Set(changed.keys()),
    within,
    capacity: readCapacity(situation.preferences.schedulingFunctions),
    zoneTables: world.loadZones(),
    localZone: situation.preferences.zone,
  })
}

function serializeRun({ counts, isDry, user }: ImportRun, clashes: readonly Clash[]): unknown {
  const { imported, updated, unchanged, faulty, other, past } = counts
  return {
    user,
    dryRun: isDry,
    imported,
    updated,
    unchanged,
    leftOut: faulty,
    noEvents: other,
    past,
    clashes: clashes.map(({ booking, other: against, first, count }) => ({
      uid: booking.uid,
      with: against.uid,
      first: serializeInstant(first.start),
      count,
    })),
  }
}

function describeClash({ booking, other, first, count }: Clash, { world, situation }: ImportRun): string {
  const { local } = makeZones(world.loadZones(), new Map(), situation.preferences.zone)
  const times = count === 1 ? '' : `, and ${count - 1} more ${count === 2 ? 'time' : 'times'}`
  return showLine(
    `clash: ${booking.uid} with ${other.uid} at ${showInstant(first.start, local)} (${local.name})${times}`,
  )
}

function describeCounts({ counts, isDry, user }: ImportRun): string {
  const { imported, updated, unchanged, faulty, other } = counts
  const parts = [
    `${imported} new`,
    `${updated} updated`,
    `${unchanged} unchanged`,
    ...(faulty > 0 ? [`${faulty} left out`] : []),
    ...(other > 0 ? [`${other} that ${other === 1 ? 'is no event' : 'are no events'}`] : []),
  ]
  return `${showAddress(user)}: ${parts.join(', ')}${isDry ? ' (dry run: nothing was changed)' : ''}`
}
