// One user from one store to another: UID by UID, so that what is there already is left alone and nothing is there by half.

import type { StoreEffect } from '../agents/effect.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { Booking } from '../freebusy/record.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { serializeBooking } from '../store/booking-text.ts'
import { groupByUid } from '../store/group-by-uid.ts'
import { serializeOthers } from '../store/others-text.ts'
import { serializeSeries } from '../store/series-text.ts'
import type { PendingRequest, Store, StoreChange, StoreReader } from '../store/store.ts'
import { compareText } from '../store/stored-uid.ts'
import { type CopiedUser, readAllVerdicts } from './copy-store-source.ts'

export interface UserCounts {
  readonly series: number
  readonly bookings: number
  readonly offers: number
  readonly requests: number
  readonly others: number
  readonly verdicts: number
}

export interface CopiedCounts {
  /** What of it is the same there, read again. */
  readonly same: UserCounts
  /** UIDs, others and verdicts that were written. */
  readonly written: number
}

export interface CopyOrder {
  readonly to: Store
  /** Does the user have a room there? */
  readonly isKnown: boolean
  /** What differs there is replaced. */
  readonly replaces: boolean
  readonly now: () => Instant
  /** A line about what stays as it is. */
  readonly tell: (reason: string) => void
}

/** UIDs in one transaction: few enough that nobody waits long for the schedule, many enough that the disk is waited for seldom. */
const batchSize = 250

export async function copyUser(from: CopiedUser, order: CopyOrder): Promise<CopiedCounts> {
  const { to, isKnown, now } = order
  const before = isKnown ? await readTarget(to, from.user, now()) : makeNothing(from.user)
  const units = listUnits(from)
  const plan = planUser(units, from, before, order)
  if (!isKnown && plan.length === 0) await to.makeRoom(from.user)
  for (let start = 0; start < plan.length; start += batchSize)
    await writeBatch(from.user, plan.slice(start, start + batchSize), order)
  const after = plan.length === 0 ? before : await readTarget(to, from.user, now())
  return { same: countSame(units, from, after), written: plan.length }
}

/** All that stands about one UID. */
interface Unit {
  readonly uid: string
  readonly series: StoredSeries | undefined
  readonly bookings: readonly Booking[]
  readonly offers: readonly Booking[]
  readonly requests: readonly PendingRequest[]
}

interface PlannedUnit {
  readonly changes: readonly StoreChange[]
  /** What must be there still when it is written. */
  readonly expected?: { readonly uid: string; readonly text: string }
}

function planUser(
  units: ReadonlyMap<string, Unit>,
  from: CopiedUser,
  before: CopiedUser,
  { replaces, tell }: CopyOrder,
): readonly PlannedUnit[] {
  const { user } = from
  const plan: PlannedUnit[] = []
  const there = listUnits(before)
  for (const unit of units.values()) {
    const known = there.get(unit.uid)
    if (known && serializeUnit(known) === serializeUnit(unit)) continue
    // No effect takes a series away, for what was decided must be remembered.
    if (known && (!replaces || (known.series && !unit.series))) {
      tell(
        `${unit.uid} differs there${replaces ? ' and has a series, which only FROM has none of' : ''}; left as it is`,
      )
      continue
    }
    const effects = known ? [...makeClearing(unit.uid), ...makeEffects(unit)] : makeEffects(unit)
    const expected = { uid: unit.uid, text: serializeSchedule(known ?? makeNoUnit(unit.uid)) }
    plan.push({ changes: effects.map((effect) => ({ user, effect })), expected })
  }
  plan.push(...planOthers(from, before, replaces, tell), ...planVerdicts(from, before))
  return plan
}

function planOthers(
  from: CopiedUser,
  before: CopiedUser,
  replaces: boolean,
  tell: (reason: string) => void,
): readonly PlannedUnit[] {
  const there = indexOthers(before)
  return from.others.flatMap((others): readonly PlannedUnit[] => {
    const known = there.get(others.sender)
    if (known === serializeOthers(others)) return []
    if (known !== undefined && !replaces) {
      tell(`the free/busy of ${others.sender} differs there; left as it is`)
      return []
    }
    return [{ changes: [{ user: from.user, effect: { kind: 'record-others', others } }] }]
  })
}

/** They are only ever added: those of a program that has begun to work there stand beside. */
function planVerdicts(from: CopiedUser, before: CopiedUser): readonly PlannedUnit[] {
  const there = countVerdicts(before.verdicts)
  return from.verdicts.flatMap((verdict): readonly PlannedUnit[] =>
    takeVerdict(there, verdict) ? [] : [{ changes: [{ user: from.user, verdict: { ...verdict, user: from.user } }] }],
  )
}

async function writeBatch(
  user: CalendarAddress,
  batch: readonly PlannedUnit[],
  { to, tell }: CopyOrder,
): Promise<void> {
  await to.transact([user], [], async (reader) => {
    const changes: StoreChange[] = []
    for (const { changes: own, expected } of batch) {
      if (expected === undefined || (await readSchedule(reader, user, expected.uid)) === expected.text)
        changes.push(...own)
      else tell(`${expected.uid} was changed there in the meantime; left as it is`)
    }
    return { changes, result: undefined }
  })
}

async function readSchedule(reader: StoreReader, user: CalendarAddress, uid: string): Promise<string> {
  const series = await reader.readSeries(user, uid)
  const bookings = await reader.readBookings(user, uid)
  return serializeSchedule({ uid, series, bookings })
}

function makeClearing(uid: string): readonly StoreEffect[] {
  return [
    { kind: 'release', uid },
    { kind: 'dequeue-request', uid },
    { kind: 'withdraw-offer', uid },
  ]
}

function makeEffects({ uid, series, bookings, offers, requests }: Unit): readonly StoreEffect[] {
  return [
    ...(series ? [{ kind: 'save-series', series } as const] : []),
    ...(bookings.length > 0 ? [{ kind: 'book', bookings } as const] : []),
    ...(offers.length > 0 ? [{ kind: 'offer', bookings: offers } as const] : []),
    ...requests.map(
      ({ recurrenceId, type }) =>
        ({ kind: 'queue-request', uid, type, ...(recurrenceId === null ? {} : { recurrenceId }) }) as const,
    ),
  ]
}

async function readTarget(to: Store, user: CalendarAddress, now: Instant): Promise<CopiedUser> {
  // First what is read under the lock: it brings a room up to date that a killed program has left.
  const stored = await to.readUser(user)
  return withoutExpired({ ...stored, verdicts: await readAllVerdicts(to, user), waiting: 0 }, now)
}

/** What is held no longer is forgotten with the next change, in whatever store. */
export function withoutExpired(user: CopiedUser, now: Instant): CopiedUser {
  return { ...user, offers: user.offers.filter(({ expires = 0 }) => expires > now) }
}

function makeNothing(user: CalendarAddress): CopiedUser {
  return { user, series: [], bookings: [], offers: [], requests: [], others: [], verdicts: [], waiting: 0 }
}

function makeNoUnit(uid: string): Unit {
  return { uid, series: undefined, bookings: [], offers: [], requests: [] }
}

/** By UID, in order. */
function listUnits({ series, bookings, offers, requests }: CopiedUser): ReadonlyMap<string, Unit> {
  const ownBookings = groupByUid(bookings)
  const ownOffers = groupByUid(offers)
  const ownRequests = groupByUid(requests)
  const ownSeries = new Map(series.map((each) => [each.uid, each]))
  const uids = new Set([...ownSeries.keys(), ...ownBookings.keys(), ...ownOffers.keys(), ...ownRequests.keys()])
  return new Map(
    [...uids].sort(compareText).map((uid) => [
      uid,
      {
        uid,
        series: ownSeries.get(uid),
        bookings: ownBookings.get(uid) ?? [],
        offers: ownOffers.get(uid) ?? [],
        requests: ownRequests.get(uid) ?? [],
      },
    ]),
  )
}

function serializeUnit(unit: Unit): string {
  const offers = unit.offers.map(serializeBooking).sort()
  const requests = unit.requests.map(({ recurrenceId, type }) => JSON.stringify([recurrenceId, type])).sort()
  return JSON.stringify([serializeSchedule(unit), offers, requests])
}

/** Equal where series and bookings are, whatever their order. */
function serializeSchedule({ uid, series, bookings }: Pick<Unit, 'uid' | 'series' | 'bookings'>): string {
  const lines = bookings.map((booking) => ({ line: serializeBooking(booking), booking }))
  return serializeSeries({ uid, series, bookings: lines.sort((a, b) => compareText(a.line, b.line)) })
}

function indexOthers({ others }: CopiedUser): ReadonlyMap<OthersFreeBusy['sender'], string> {
  return new Map(others.map((each) => [each.sender, serializeOthers(each)]))
}

function countVerdicts(verdicts: readonly Verdict[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const verdict of verdicts) {
    const text = JSON.stringify(verdict)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

/** Was there one more like it? Then it is there once less. */
function takeVerdict(counts: Map<string, number>, verdict: Verdict): boolean {
  const text = JSON.stringify(verdict)
  const count = counts.get(text) ?? 0
  if (count > 0) counts.set(text, count - 1)
  return count > 0
}

export function countUser(user: CopiedUser): UserCounts {
  return {
    series: user.series.length,
    bookings: user.bookings.length,
    offers: user.offers.length,
    requests: user.requests.length,
    others: user.others.length,
    verdicts: user.verdicts.length,
  }
}

function countSame(units: ReadonlyMap<string, Unit>, from: CopiedUser, after: CopiedUser): UserCounts {
  const there = listUnits(after)
  const others = indexOthers(after)
  const verdicts = countVerdicts(after.verdicts)
  const same = [...units.values()].filter((unit) => {
    const known = there.get(unit.uid)
    return known !== undefined && serializeUnit(known) === serializeUnit(unit)
  })
  return {
    series: same.filter(({ series }) => series).length,
    bookings: same.reduce((sum, { bookings }) => sum + bookings.length, 0),
    offers: same.reduce((sum, { offers }) => sum + offers.length, 0),
    requests: same.reduce((sum, { requests }) => sum + requests.length, 0),
    others: from.others.filter((each) => others.get(each.sender) === serializeOthers(each)).length,
    verdicts: from.verdicts.filter((verdict) => takeVerdict(verdicts, verdict)).length,
  }
}
