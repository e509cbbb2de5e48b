// The consequence of a commit for the web: published free/busy is brought to what the schedule says now, or taken away.
import { randomBytes } from 'node:crypto'
import { isPublic } from '../agents/publication.ts'
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { serializeCalendar } from '../calendar/serialize.ts'
import { type Instant, secondsOfDay, serializeInstant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { Configuration } from '../config/options.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { TemporaryFailure } from '../failure.ts'
import type { BusyPeriod } from '../freebusy/busy-periods.ts'
import { listShared, makeHorizon, widenToKnow } from '../freebusy/sharing.ts'
import { makePublishedFreeBusy } from '../freebusy/vfreebusy.ts'
import { withoutOffers } from '../freebusy/window.ts'
import type { Preferences } from '../preferences/preferences.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import {
  findPublication,
  type PublishPlace,
  readPublication,
  removePublication,
  writePublication,
} from '../store/file/publish.ts'
import type { Store, Transaction } from '../store/store.ts'
import type { Decided } from './commit.ts'
import type { World } from './world.ts'

/** Of all that was decided, each schedule once. It never throws: the mails come first, and make-freebusy mends what is missing. */
export async function publishFreeBusy(decided: readonly Decided[], world: World): Promise<void> {
  if (world.dryRun || world.mode !== 'on') return
  const known = new Map(decided.map(({ verdict, preferences }) => [verdict.user, preferences]))
  for (const user of new Set(decided.flatMap(({ publications }) => publications))) {
    try {
      await publishUser(user, world, known.get(user))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      world.report.failure(`free/busy of ${showAddress(user)} cannot be published: ${reason}`)
    }
  }
}

/** What publishing needs of a world, be it the agents' or the administrator's. */
export interface PublishingWorld {
  readonly configuration: Configuration
  readonly now: () => Instant
  readonly openStore: () => Store
  readonly loadZones: () => ZoneTables
}

export type Publication =
  | { readonly kind: 'published' | 'unchanged'; readonly url: string | undefined }
  | { readonly kind: 'removed' | 'private' }

/** One user: written where it has changed, removed where it is not to be public. */
export async function publishUser(
  user: CalendarAddress,
  world: PublishingWorld,
  known?: Preferences,
): Promise<Publication> {
  const preferences = known ?? readPreferences(makePreferencePlace(world.configuration), user)
  const place = makePublishPlace(world.configuration)
  if (!isPublic(preferences)) return { kind: removePublication(place, user) ? 'removed' : 'private' }
  // Under the user's lock, and written under it: otherwise an older schedule could be written over a newer one.
  return world.openStore().transact([user], [], async (reader) => {
    const within = makeHorizon(world.now(), world.configuration.freebusyOutsideHorizon)
    const schedule = withoutOffers(await reader.readWindow(user, [widenToKnow(within)]))
    const path = findPublication(place, user)
    const url = makeUrl(world.configuration.publishUrl, path)
    const text = makeText({ user, preferences, schedule, within, url }, world)
    return { changes: [], result: { kind: writePublication(place, path, text, isSameFreeBusy), url } }
  })
}

/** A file is not left alone for longer, so that what it says of the time ahead does not run out. */
const longestKept = 7 * secondsOfDay

/** As `publishUser`, and says when the next night is that changes what is told; the user is not due before. What cron calls. */
export async function keepPublished(user: CalendarAddress, world: PublishingWorld): Promise<Publication> {
  const preferences = readPreferences(makePreferencePlace(world.configuration), user)
  const place = makePublishPlace(world.configuration)
  const settle = (next: Instant | undefined): Pick<Transaction<never>, 'done'> => ({
    done: [{ user, task: 'make-freebusy', next }],
  })
  return world.openStore().transact<Publication>([user], [], async (reader) => {
    if (!isPublic(preferences)) {
      const kind = removePublication(place, user) ? 'removed' : 'private'
      return { changes: [], result: { kind }, ...settle(undefined) }
    }
    const within = makeHorizon(world.now(), world.configuration.freebusyOutsideHorizon)
    const later = { start: within.end, end: within.end + longestKept }
    const schedule = await reader.readWindow(user, [widenToKnow({ start: within.start, end: later.end })])
    const path = findPublication(place, user)
    const url = makeUrl(world.configuration.publishUrl, path)
    const published = { user, preferences, schedule, within, url }
    const kind = writePublication(place, path, makeText(published, world), isSameFreeBusy)
    return { changes: [], result: { kind, url }, ...settle(findNextNight(published, later, world)) }
  })
}

/** What a rebuild would change of what is published, a line each; nothing is written. */
export async function checkPublished(user: CalendarAddress, world: PublishingWorld): Promise<readonly string[]> {
  const preferences = readPreferences(makePreferencePlace(world.configuration), user)
  const place = makePublishPlace(world.configuration)
  const path = findPublication(place, user)
  const before = readPublication(place, path)
  if (!isPublic(preferences)) return before === undefined ? [] : [`- ${path.join('/')}`]
  const within = makeHorizon(world.now(), world.configuration.freebusyOutsideHorizon)
  const schedule = await world.openStore().transact([user], [], async (reader) => ({
    changes: [],
    result: await reader.readWindow(user, [widenToKnow(within)]),
  }))
  if (before === undefined) return [`+ ${path.join('/')}`]
  const url = makeUrl(world.configuration.publishUrl, path)
  const [old, made] = [before, makeText({ user, preferences, schedule, within, url }, world)].map(listTold)
  const end = /^DTEND:(.*)$/m.exec(before)?.[1] ?? ''
  const isRunOut = end < serializeInstant(within.end - longestKept)
  return [
    ...(isRunOut ? [`+ DTEND:${serializeInstant(within.end)}`] : []),
    ...(old ?? []).filter((line) => !made?.includes(line)).map((line) => `- ${line}`),
    ...(made ?? []).filter((line) => !old?.includes(line)).map((line) => `+ ${line}`),
  ]
}

/** All but what moves with the clock. */
function listTold(text: string): readonly string[] {
  return text.split('\r\n').filter((line) => line !== '' && !/^DT(?:STAMP|START|END):/.test(line))
}

/** When something comes into the window or leaves it, to the day. */
function findNextNight(published: PublishedSchedule, later: Period, world: PublishingWorld): Instant {
  const { within } = published
  const behind =
    within.start - listBusy(published, world).reduce((first, { start }) => Math.min(first, start), within.end)
  const ahead =
    within.end -
    listBusy({ ...published, within: later }, world).reduce((first, { start }) => Math.min(first, start), later.end)
  const days = Math.min(...[behind, ahead].map((distance) => Math.floor(-distance / secondsOfDay) + 1))
  const today = Math.floor(world.now() / secondsOfDay) * secondsOfDay
  return today + Math.min(days * secondsOfDay, longestKept)
}

interface PublishedSchedule {
  readonly user: CalendarAddress
  readonly preferences: Preferences
  readonly schedule: Parameters<typeof listShared>[0]['schedule']
  readonly within: ReturnType<typeof makeHorizon>
  readonly url: string | undefined
}

function makeText(published: PublishedSchedule, world: PublishingWorld): string {
  const { user, within, url } = published
  const busy = listBusy(published, world)
  return serializeCalendar(makePublishedFreeBusy({ user, stamp: world.now(), within, busy, url }))
}

function listBusy(
  { user, preferences, schedule, within }: PublishedSchedule,
  { now, loadZones }: PublishingWorld,
): readonly BusyPeriod[] {
  const level = preferences.freeBusyOutside
  if (level === 'none') throw new Error(`${user} tells nothing outside`)
  const busy = listShared({ schedule, within, level, now: now(), zoneTables: loadZones(), preferences })
  // A schedule with a hole in it would tell others that a taken time is free.
  if (isFault(busy)) throw new TemporaryFailure(`${busy.text}; not published`)
  return busy
}

function isSameFreeBusy(before: string, after: string): boolean {
  return withoutStamp(before) === withoutStamp(after)
}

function withoutStamp(text: string): string {
  return text.replace(/^DTSTAMP:.*$/m, '')
}

/** Each part is a file name, and a sign of it that has a meaning in addresses is escaped once more. */
function makeUrl(base: string, path: readonly string[]): string | undefined {
  return base === '' ? undefined : [base.replace(/\/+$/, ''), ...path.map(encodeURIComponent)].join('/')
}

function makePublishPlace(configuration: Configuration): PublishPlace {
  return {
    directory: configuration.publishDir,
    filePermissions: configuration.defaultPermissions,
    directoryPermissions: configuration.defaultDirPermissions,
    // 128 bits: more than anybody can try.
    makeToken: configuration.publishToken ? () => randomBytes(16).toString('base64url') : undefined,
  }
}
