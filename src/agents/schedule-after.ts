// A schedule as it will be once a decision's effects are done: what others are told with an answer must know what the answer says.
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { Effect } from './effect.ts'

/** What is booked outside the window may be in it afterwards; it is told nowhere. */
export function makeScheduleAfter(window: FreeBusyWindow, effects: readonly Effect[]): FreeBusyWindow {
  return effects.reduce(applyEffect, window)
}

function applyEffect(window: FreeBusyWindow, effect: Effect): FreeBusyWindow {
  switch (effect.kind) {
    case 'book':
    case 'offer':
      return {
        ...window,
        single: [...window.single, ...effect.bookings.filter(({ recurrence }) => !recurrence)],
        recurring: [...window.recurring, ...effect.bookings.filter(({ recurrence }) => recurrence)],
      }
    case 'release':
    case 'withdraw-offer': {
      // An offer says until when it is held; what is booked does not.
      const isOffer = effect.kind === 'withdraw-offer'
      const isMeant = (booking: Booking): boolean =>
        booking.uid === effect.uid &&
        (booking.expires !== undefined) === isOffer &&
        (effect.recurrenceId === undefined || (booking.recurrenceId ?? '') === effect.recurrenceId)
      const isKept = (booking: Booking): boolean => !isMeant(booking)
      return { ...window, single: window.single.filter(isKept), recurring: window.recurring.filter(isKept) }
    }
    default:
      return window
  }
}
