// imip-admin update-quotas: forgets the reservations that are over; what cron calls once a day.
//
// What is over counts nothing any more from the day after on, whether this has run or not: it keeps the journals small.
import { type Instant, secondsOfDay } from '../calendar/time.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { TemporaryFailure } from '../failure.ts'
import { nameDay, type QuotaCharges, type QuotaGroup, type Reservation } from '../freebusy/quota.ts'
import { findSpan } from '../store/booking-span.ts'
import { serializeLength } from '../store/dump-quota.ts'
import type { Store, StoredQuota } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { makeJsonList } from './json-list.ts'
import { makeProgress } from './progress.ts'
import { readQuota } from './quota-argument.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption } from './subcommand.ts'
import { describeSystemError } from './system-error.ts'

export async function runUpdateQuotas(given: Given, world: AdminWorld): Promise<ExitCode> {
  const store = world.openStore()
  const groups = given.arguments.length > 0 ? given.arguments.map((text) => readQuota(text, world)) : await list(store)
  const progress = makeProgress(world, 'quotas', groups.length)
  const updated: UpdatedQuota[] = []
  let failed = 0
  for (const [index, group] of groups.entries()) {
    try {
      const stored = await store.readWholeQuota(group)
      if (stored) updated.push(await updateQuota(store, stored, world.now()))
      else world.say(`there is no quota ${showLine(group)}`)
      if (!stored) failed += 1
    } catch (error) {
      const reason = error instanceof TemporaryFailure ? error.message : describeSystemError(error)
      if (reason === undefined) throw error
      // One quota's trouble must not cost the others theirs.
      failed += 1
      world.say(showLine(`${group}: ${reason}`))
    }
    progress.show(index + 1)
  }
  progress.end()
  if (hasOption(given, 'json')) world.write(makeJsonList(updated))
  else for (const quota of updated) world.write(`${describe(quota)}\n`)
  return failed > 0 ? exitCode.found : exitCode.done
}

interface UpdatedQuota {
  readonly quota: QuotaGroup
  /** Reservations that are over and forgotten. */
  readonly over: number
  readonly staying: number
  /** What they had counted, by holder, as durations. */
  readonly returned: Readonly<Record<string, string>>
}

/** So many in one transaction: others wait for the quota only that long. */
const mostAtOnce = 200

async function updateQuota(store: Store, stored: StoredQuota, now: Instant): Promise<UpdatedQuota> {
  const { group } = stored
  const over = stored.reservations.filter((reservation) => isOver(reservation, now))
  const returned = new Map<string, number>()
  for (let index = 0; index < over.length; index += mostAtOnce) {
    const forgotten = await forget(store, group, over.slice(index, index + mostAtOnce), now)
    for (const { holder, charges } of forgotten) returned.set(holder, (returned.get(holder) ?? 0) + sumAll(charges))
  }
  const holders = [...stored.holders].filter(([, charges]) => hasPast(charges, now)).map(([holder]) => holder)
  const resources = [...stored.given].filter(([, charges]) => hasPast(charges, now)).map(([resource]) => resource)
  if (holders.length + resources.length > 0)
    await store.transact([], [group], async () => ({
      changes: [{ quota: { kind: 'expire-quota', group, reservations: [], holders, resources } }],
      result: undefined,
    }))
  return {
    quota: group,
    over: over.length,
    staying: stored.reservations.length - over.length,
    returned: Object.fromEntries([...returned].map(([holder, seconds]) => [holder, serializeLength(seconds)])),
  }
}

/** Those of them that are still over when the quota is locked: an event may have been moved meanwhile. */
function forget(
  store: Store,
  group: QuotaGroup,
  over: readonly Reservation[],
  now: Instant,
): Promise<readonly Reservation[]> {
  return store.transact([], [group], async (reader) => {
    const forgotten: Reservation[] = []
    for (const { resource, uid } of over) {
      const found = await reader.readReservation(group, resource, uid)
      if (found && isOver(found, now)) forgotten.push(found)
    }
    const reservations = forgotten.map(({ resource, uid }) => ({ resource, uid }))
    return {
      changes: [{ quota: { kind: 'expire-quota', group, reservations, holders: [], resources: [] } }],
      result: forgotten,
    }
  })
}

/** When the day is over on which the last of it ended, wherever its times are read. */
function isOver({ charges, bookings }: Reservation, now: Instant): boolean {
  const today = Math.floor(now / secondsOfDay) * secondsOfDay
  return [...charges.keys()].every((day) => day < nameDay(now)) && bookings.every((each) => findSpan(each).end <= today)
}

function hasPast(charges: QuotaCharges, now: Instant): boolean {
  return [...charges.keys()].some((day) => day < nameDay(now))
}

function sumAll(charges: QuotaCharges): number {
  return [...charges.values()].reduce((sum, seconds) => sum + seconds, 0)
}

function describe({ quota, over, staying, returned }: UpdatedQuota): string {
  const back = Object.entries(returned).map(([holder, length]) => `${length} to ${holder}`)
  return showLine(
    `${quota}: ${over} over, ${staying} staying${back.length === 0 ? '' : `; given back: ${back.join(', ')}`}`,
  )
}

async function list(store: Store): Promise<readonly QuotaGroup[]> {
  const groups: QuotaGroup[] = []
  for await (const group of store.listQuotas()) groups.push(group)
  return groups
}
