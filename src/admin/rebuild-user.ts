// A user's own bookings and what they count in quotas, brought to what the stored objects say; or only looked at.
import { rebuildBookings } from '../agents/rebuild-bookings.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { TemporaryFailure } from '../failure.ts'
import { findHolder, type QuotaGroup } from '../freebusy/quota.ts'
import { countCharges } from '../freebusy/quota-charges.ts'
import type { Booking } from '../freebusy/record.ts'
import { serializeBooking } from '../store/booking-text.ts'
import type { QuotaChange, Store, StoreChange, StoreReader } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { listHandGroups } from './hand-quotas.ts'
import { type HandSituation, makeHandSituation } from './hand-situation.ts'

export interface RebuiltUser {
  /** A line each: `+` comes, `-` goes, `!` is damaged. */
  readonly differences: readonly string[]
  /** What could not be looked at, with its path. */
  readonly failures: readonly string[]
}

/** So many UIDs in one transaction: others wait for the user only that long. */
const mostAtOnce = 100

export async function rebuildUser(
  user: CalendarAddress,
  world: AdminWorld,
  how: 'look' | 'mend',
): Promise<RebuiltUser> {
  const store = world.openStore()
  const hand = makeHandSituation(user, world)
  const groups = listHandGroups(user, hand)
  const failures: string[] = []
  const differences: string[] = []
  const lost = await lookAtSchedule(user, store, failures)
  // What is to be mended and cannot be ends the work on this user: from a schedule with holes nothing may be published.
  if (how === 'mend' && lost.length > 0) await store.checkSchedule(user, 'mend')
  differences.push(...lost.map(shorten))
  const uids = await store.transact([user], [], async (reader) => ({
    changes: [],
    result: await reader.listUids(user),
  }))
  for (let index = 0; index < uids.length; index += mostAtOnce) {
    const some = uids.slice(index, index + mostAtOnce)
    await store.transact([user], groups, async (reader) => {
      const changes: StoreChange[] = []
      for (const uid of some) {
        try {
          const made = await rebuildUid(uid, { user, hand, groups, world }, reader)
          changes.push(...made.changes)
          differences.push(...made.differences.map((line) => `${uid}: ${line}`))
        } catch (error) {
          if (!(error instanceof TemporaryFailure)) throw error
          failures.push(error.message)
        }
      }
      return { changes: how === 'mend' ? changes : [], result: undefined }
    })
  }
  return { differences, failures: [...new Set(failures)] }
}

/** Where an object cannot be read nothing is said of the schedule: it is named with the others, one by one. */
async function lookAtSchedule(user: CalendarAddress, store: Store, failures: string[]): Promise<readonly string[]> {
  try {
    return await store.checkSchedule(user, 'look', (reason) => failures.push(reason))
  } catch (error) {
    if (!(error instanceof TemporaryFailure)) throw error
    failures.push(error.message)
    return []
  }
}

interface Rebuilding {
  readonly user: CalendarAddress
  readonly hand: HandSituation
  readonly groups: readonly QuotaGroup[]
  readonly world: AdminWorld
}

interface RebuiltUid {
  readonly changes: readonly StoreChange[]
  readonly differences: readonly string[]
}

async function rebuildUid(uid: string, rebuilding: Rebuilding, reader: StoreReader): Promise<RebuiltUid> {
  const { user, hand, groups } = rebuilding
  const known = await reader.readBookings(user, uid)
  const situation = hand.with({ stored: await reader.readSeries(user, uid), about: `rebuild ${uid}` })
  const bookings = rebuildBookings(situation, known)
  const moved = compare(known, bookings)
  const changes: StoreChange[] = []
  if (moved.length > 0) changes.push({ user, effect: { kind: 'release', uid } })
  if (moved.length > 0 && bookings.length > 0) changes.push({ user, effect: { kind: 'book', bookings } })
  const differences = [...moved]
  for (const group of groups) {
    const { change, told } = await rebuildReservation(uid, group, bookings, rebuilding, reader)
    if (change) changes.push({ quota: change })
    differences.push(...told.map((line) => `in quota ${group}: ${line}`))
  }
  return { changes, differences }
}

/** What is over, or counts for nobody, needs no reservation; a pool has some for what its rooms have booked. */
async function rebuildReservation(
  uid: string,
  group: QuotaGroup,
  bookings: readonly Booking[],
  { user, hand, world }: Rebuilding,
  reader: StoreReader,
): Promise<{ readonly change?: QuotaChange; readonly told: readonly string[] }> {
  const settings = await reader.readQuota(group)
  const before = await reader.readReservation(group, user, uid)
  if (!settings || bookings.length === 0) return { told: [] }
  const told = compare(before?.bookings ?? [], bookings)
  const organizer = bookings[0]?.organizer ?? ''
  const charges = countCharges(bookings, world.now(), world.loadZones(), hand.preferences.zone)
  if (told.length === 0 || isFault(charges)) return { told: [] }
  if (!before && (charges.size === 0 || organizer === '')) return { told: [] }
  const holder = before?.holder ?? findHolder(settings, organizer)
  return {
    change: { kind: 'book-quota', group, reservation: { resource: user, uid, holder, charges, bookings } },
    told,
  }
}

function compare(before: readonly Booking[], after: readonly Booking[]): readonly string[] {
  const [old, made] = [before.map(serializeBooking), after.map(serializeBooking)]
  return [
    ...old.filter((line) => !made.includes(line)).map((line) => shorten(`- ${line}`)),
    ...made.filter((line) => !old.includes(line)).map((line) => shorten(`+ ${line}`)),
  ]
}

/** From when, until when, as what, of which UID; no subjects. */
function shorten(line: string): string {
  return line.split('\t').slice(0, 4).join(' ')
}
