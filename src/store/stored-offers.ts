// The times a user holds for open proposals, and what an effect makes of them; the same in every store.
import type { StoreEffect } from '../agents/effect.ts'
import type { Period } from '../calendar/period.ts'
import { isOverlapping } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import { findSpan } from './booking-span.ts'
import { serializeBooking } from './booking-text.ts'
import { compareBookings, type StoredBooking } from './stored-uid.ts'

/** Does the effect change what is held? */
export function isAboutOffers(effect: StoreEffect): boolean {
  return effect.kind === 'offer' || effect.kind === 'withdraw-offer' || effect.kind === 'expire-offers'
}

/** Earliest first. What is no offer, since it does not say until when, is left out. */
export function applyToOffers(offers: readonly StoredBooking[], effect: StoreEffect): readonly StoredBooking[] {
  if (effect.kind === 'withdraw-offer')
    return offers.filter(({ booking }) => booking.uid !== effect.uid || !isMeant(booking, effect.recurrenceId))
  if (effect.kind !== 'offer') return offers
  const all = new Map(offers.map((offer) => [offer.line, offer]))
  for (const booking of effect.bookings) {
    if (booking.expires === undefined) continue
    const line = serializeBooking(booking)
    all.set(line, { line, booking })
  }
  return [...all.values()].sort(compareBookings)
}

function isMeant(booking: Booking, recurrenceId: string | undefined): boolean {
  return recurrenceId === undefined || (booking.recurrenceId ?? '') === recurrenceId
}

/** Those that are still held. */
export function withoutExpired(offers: readonly StoredBooking[], now: Instant): readonly StoredBooking[] {
  return offers.filter(({ booking }) => (booking.expires ?? 0) > now)
}

/** Those that share time with the periods. */
export function listOffersNear(offers: readonly StoredBooking[], periods: readonly Period[]): readonly Booking[] {
  return offers
    .filter(({ booking }) => periods.some((period) => isOverlapping(findSpan(booking), period)))
    .map(({ booking }) => booking)
}

/** The window with the offers among its bookings, in order. */
export function withOffers(window: FreeBusyWindow, offers: readonly Booking[]): FreeBusyWindow {
  if (offers.length === 0) return window
  const [recurring, single] = [offers.filter((offer) => offer.recurrence), offers.filter((offer) => !offer.recurrence)]
  return { ...window, single: join(window.single, single), recurring: join(window.recurring, recurring) }
}

function join(bookings: readonly Booking[], offers: readonly Booking[]): readonly Booking[] {
  return [...bookings, ...offers]
    .map((booking): StoredBooking => ({ line: serializeBooking(booking), booking }))
    .sort(compareBookings)
    .map(({ booking }) => booking)
}
