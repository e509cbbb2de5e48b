// StoredUid: all that one user's store holds about a UID, and what an effect makes of it; the same in every store.
import type { StoreEffect } from '../agents/effect.ts'
import type { Booking } from '../freebusy/record.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { serializeBooking } from './booking-text.ts'
import type { PendingRequest } from './store.ts'

export interface StoredUid {
  readonly uid: string
  readonly series: StoredSeries | undefined
  readonly bookings: readonly StoredBooking[]
  /** `null` first. */
  readonly requests: readonly PendingRequest[]
}

/** A booking and the line that stands for it; two with the same line are one. */
export interface StoredBooking {
  readonly line: string
  readonly booking: Booking
}

export function makeStoredUid(uid: string): StoredUid {
  return { uid, series: undefined, bookings: [], requests: [] }
}

/** Nothing is left of it that must be kept. */
export function isEmpty(stored: StoredUid): boolean {
  return stored.series === undefined && stored.bookings.length === 0 && stored.requests.length === 0
}

/** The UIDs an effect is about. */
export function listUids(effect: StoreEffect): readonly string[] {
  switch (effect.kind) {
    case 'save-series':
      return [effect.series.uid]
    case 'book':
      return [...new Set(effect.bookings.map((booking) => booking.uid))]
    case 'record-others':
    case 'offer':
    case 'withdraw-offer':
    case 'expire-offers':
      return []
    default:
      return [effect.uid]
  }
}

/** What the effect makes of this UID; bookings of other UIDs are left to them. */
export function applyEffect(stored: StoredUid, effect: StoreEffect): StoredUid {
  switch (effect.kind) {
    case 'save-series':
      return { ...stored, series: effect.series }
    case 'book':
      return { ...stored, bookings: addBookings(stored, effect.bookings) }
    case 'release':
      return { ...stored, bookings: keepBookings(stored, effect.recurrenceId) }
    case 'queue-request':
      return { ...stored, requests: addRequest(stored, effect.recurrenceId ?? null, effect.type ?? 'REQUEST') }
    case 'dequeue-request':
      return { ...stored, requests: keepRequests(stored, effect.recurrenceId, effect.type) }
    default:
      return stored
  }
}

function addBookings(stored: StoredUid, bookings: readonly Booking[]): readonly StoredBooking[] {
  const all = new Map(stored.bookings.map((kept) => [kept.line, kept]))
  for (const booking of bookings) {
    if (booking.uid !== stored.uid) continue
    const line = serializeBooking(booking)
    if (!all.has(line)) all.set(line, { line, booking })
  }
  return all.size === stored.bookings.length ? stored.bookings : [...all.values()].sort(compareBookings)
}

function keepBookings(stored: StoredUid, recurrenceId: string | undefined): readonly StoredBooking[] {
  const kept =
    recurrenceId === undefined
      ? []
      : stored.bookings.filter(({ booking }) => (booking.recurrenceId ?? '') !== recurrenceId)
  return kept.length === stored.bookings.length ? stored.bookings : kept
}

function addRequest(
  stored: StoredUid,
  recurrenceId: string | null,
  type: PendingRequest['type'],
): readonly PendingRequest[] {
  if (stored.requests.some((request) => request.recurrenceId === recurrenceId && request.type === type))
    return stored.requests
  const all: readonly PendingRequest[] = [...stored.requests, { uid: stored.uid, recurrenceId, type }]
  return all.toSorted((a, b) => compareText(a.recurrenceId ?? '', b.recurrenceId ?? '') || -compareText(a.type, b.type))
}

function keepRequests(
  stored: StoredUid,
  recurrenceId: string | undefined,
  type: PendingRequest['type'] | undefined,
): readonly PendingRequest[] {
  const kept = stored.requests.filter(
    (request) =>
      (recurrenceId !== undefined && (request.recurrenceId ?? '') !== recurrenceId) ||
      (type !== undefined && request.type !== type),
  )
  return kept.length === stored.requests.length ? stored.requests : kept
}

/** Earliest first: a line begins with the time. */
export function compareBookings(a: StoredBooking, b: StoredBooking): number {
  return compareText(a.line, b.line)
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
