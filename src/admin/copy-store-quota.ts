// One quota from one store to another: its settings, and what each resource has given to whom.
import type { Reservation } from '../freebusy/quota.ts'
import { serializeBooking } from '../store/booking-text.ts'
import { serializeDelegates, serializeGroups, serializeLimits } from '../store/quota-text.ts'
import type { QuotaChange, Store, StoredQuota } from '../store/store.ts'
import { emptySettings, makeReservationKey } from '../store/stored-quota.ts'

export interface QuotaCounts {
  /** Reservations that were to be there, and what of them is there, read again. */
  readonly from: number
  readonly to: number
  readonly written: number
}

/** Reservations in one transaction. */
const batchSize = 250

export async function copyQuota(
  from: StoredQuota,
  to: Store,
  replaces: boolean,
  tell: (reason: string) => void,
): Promise<QuotaCounts> {
  const { group } = from
  const before = await to.readWholeQuota(group)
  const plan = planQuota(from, before, replaces, tell)
  for (let start = 0; start < plan.length; start += batchSize) {
    const changes = plan.slice(start, start + batchSize)
    await to.transact([], [group], async () => ({ changes: changes.map((quota) => ({ quota })), result: undefined }))
  }
  const after = indexReservations(await to.readWholeQuota(group))
  const same = from.reservations.filter((each) => after.get(nameReservation(each)) === serializeReservation(each))
  return { from: from.reservations.length, to: same.length, written: plan.length }
}

function planQuota(
  from: StoredQuota,
  before: StoredQuota | undefined,
  replaces: boolean,
  tell: (reason: string) => void,
): readonly QuotaChange[] {
  const { group, settings } = from
  const changes: QuotaChange[] = []
  const known = serializeSettings(before?.settings ?? emptySettings)
  if (serializeSettings(settings) !== known) {
    if (known === serializeSettings(emptySettings) || replaces) changes.push({ kind: 'set-quota', group, settings })
    else tell('limits, groups or delegates differ there; left as they are')
  }
  const there = indexReservations(before)
  for (const reservation of from.reservations) {
    const name = nameReservation(reservation)
    const held = there.get(name)
    if (held === serializeReservation(reservation)) continue
    if (held === undefined || replaces) changes.push({ kind: 'book-quota', group, reservation })
    else tell(`what ${reservation.resource} has reserved for ${reservation.uid} differs there; left as it is`)
  }
  return changes
}

function serializeSettings({ limits, groups, delegates }: StoredQuota['settings']): string {
  return JSON.stringify([serializeLimits(limits), serializeGroups(groups), serializeDelegates(delegates)])
}

function indexReservations(quota: StoredQuota | undefined): ReadonlyMap<string, string> {
  return new Map((quota?.reservations ?? []).map((each) => [nameReservation(each), serializeReservation(each)]))
}

function nameReservation({ resource, uid }: Reservation): string {
  return makeReservationKey(resource, uid)
}

/** What it is charged with follows from its bookings, and becomes less by itself as time goes by. */
function serializeReservation({ holder, bookings }: Reservation): string {
  return JSON.stringify([holder, bookings.map(serializeBooking).sort()])
}
