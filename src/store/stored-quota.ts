// The contents of a quota's journal, and what a change makes of them; the same in every store.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import {
  addCharges,
  type QuotaCharges,
  type QuotaSettings,
  type Reservation,
  subtractCharges,
  withoutPast,
} from '../freebusy/quota.ts'
import type { Booking } from '../freebusy/record.ts'
import { serializeBooking } from './booking-text.ts'
import type { QuotaChange } from './store.ts'
import type { StoredBooking } from './stored-uid.ts'

/** What is there before a change, read as far as it is wanted. */
export interface QuotaContents {
  readSettings(): QuotaSettings | undefined
  readReservation(key: string): Reservation | undefined
  readCharges(name: ChargesName): QuotaCharges
}

/** `journal` of a holder, or `use` of a resource. */
export type ChargesName = `${'journal' | 'use'}/${string}`

/** What is different afterwards. */
export interface ChangedQuota {
  readonly settings: QuotaSettings | undefined
  /** By key; undefined where it is gone. */
  readonly reservations: ReadonlyMap<string, Reservation | undefined>
  readonly charges: ReadonlyMap<ChargesName, QuotaCharges>
}

export const emptySettings: QuotaSettings = { limits: new Map(), groups: new Map(), delegates: [] }

export function nameHolder(holder: string): ChargesName {
  return `journal/${holder}`
}

export function nameGiven(resource: CalendarAddress): ChargesName {
  return `use/${resource}`
}

/** Resource and UID in one text, told apart whatever they are. */
export function makeReservationKey(resource: CalendarAddress, uid: string): string {
  return `${resource.replace(/[% ]/g, (character) => (character === '%' ? '%25' : '%20'))} ${uid}`
}

/** The UID in a key. */
export function readKeyUid(key: string): string {
  return key.slice(key.indexOf(' ') + 1)
}

/** Each booking with the line that stands for it in the schedule of the quota, where one UID may lie in several resources. */
export function listQuotaLines({ resource, uid, bookings }: Reservation): readonly StoredBooking[] {
  const key = makeReservationKey(resource, uid)
  return bookings.map((booking) => ({ line: serializeBooking({ ...booking, uid: key }), booking }))
}

/** A booking of the quota's schedule as it stands in the resource's. */
export function readQuotaBooking(booking: Booking): Booking {
  return { ...booking, uid: readKeyUid(booking.uid) }
}

/** In the order given. What is over by now leaves the charges that are touched. */
export function changeQuota(contents: QuotaContents, changes: readonly QuotaChange[], now: Instant): ChangedQuota {
  let settings: QuotaSettings | undefined
  const reservations = new Map<string, Reservation | undefined>()
  const charges = new Map<ChargesName, QuotaCharges>()
  const read = (name: ChargesName): QuotaCharges => charges.get(name) ?? contents.readCharges(name)
  const charge = (
    { resource, holder, charges: own }: Reservation,
    work: (all: QuotaCharges, own: QuotaCharges) => QuotaCharges,
  ): void => {
    for (const name of [nameHolder(holder), nameGiven(resource)]) {
      if (own.size > 0) charges.set(name, withoutPast(work(read(name), own), now))
    }
  }
  const release = (resource: CalendarAddress, uid: string): void => {
    const key = makeReservationKey(resource, uid)
    const before = reservations.has(key) ? reservations.get(key) : contents.readReservation(key)
    if (!before) return
    charge(before, subtractCharges)
    reservations.set(key, undefined)
  }
  for (const change of changes) {
    switch (change.kind) {
      case 'set-quota':
        settings = change.settings
        break
      case 'book-quota':
        release(change.reservation.resource, change.reservation.uid)
        charge(change.reservation, addCharges)
        reservations.set(makeReservationKey(change.reservation.resource, change.reservation.uid), change.reservation)
        break
      case 'release-quota':
        release(change.resource, change.uid)
        break
      case 'expire-quota':
        for (const { resource, uid } of change.reservations) release(resource, uid)
        for (const name of [...change.holders.map(nameHolder), ...change.resources.map(nameGiven)])
          charges.set(name, withoutPast(read(name), now))
    }
  }
  return { settings, reservations, charges }
}

/** Is there anything to write? */
export function isQuotaChanged({ settings, reservations, charges }: ChangedQuota): boolean {
  return settings !== undefined || reservations.size > 0 || charges.size > 0
}
