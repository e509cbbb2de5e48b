// Store: where schedules are kept, in words of the domain, with its contract.
//
// The contract, held by every store (test/store/contract.ts):
// - What one `transact` changes becomes durable together or not at all, before `transact` returns.
// - Two transactions that name a common user or group follow each other; the second sees all of the first.
// - A lock never outlives its process. One that cannot be had within the lock time-out is a TemporaryFailure.
// - A window answers with every booking that shares time with the asked periods, and costs what lies near them,
//   not what the schedule holds.
// - Every key and address may be any text that a mail can carry.
// - A user's room is made by the first transaction that changes something for that user.
import type { StoreEffect } from '../agents/effect.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'

export type QuotaGroup = string

export interface Store {
  /**
   * Locks the groups by name, then the users by address, in byte order; runs `work`; commits the changes it returns in one
   * atomic step; unlocks. If `work` throws, nothing is changed. `work` must not take long: others wait.
   */
  transact<Result>(
    users: readonly CalendarAddress[],
    groups: readonly QuotaGroup[],
    work: (reader: StoreReader) => Promise<Transaction<Result>>,
  ): Promise<Result>

  /** All of one user as a consistent whole, under the user's lock; for show-store, export, make-freebusy. */
  readUser(user: CalendarAddress): Promise<StoredUser>

  /** Addresses of all users that have a room, in byte order. */
  listUsers(): AsyncIterable<CalendarAddress>

  readVerdicts(user: CalendarAddress, since: Instant): AsyncIterable<Verdict>

  /** Committed mails that have not been sent, oldest first; of one user, or of all. */
  readOutbox(user?: CalendarAddress): AsyncIterable<OutboxEntry>

  /**
   * Sends what lies in a user's outbox, under a lock of its own so that nobody else sends the same, and forgets what `send`
   * says is done. An entry that `send` keeps stays, with the count of attempts raised.
   */
  flushOutbox(user: CalendarAddress, send: (entry: OutboxEntry) => Promise<'done' | 'keep'>): Promise<void>

  close(): Promise<void>
}

/** Reads under the lock of the transaction; users not named in `transact` cannot be read. */
export interface StoreReader {
  readSeries(user: CalendarAddress, uid: string): Promise<StoredSeries | undefined>
  readWindow(user: CalendarAddress, periods: readonly Period[]): Promise<FreeBusyWindow>
  /** The bookings of one UID, single and recurring. */
  readBookings(user: CalendarAddress, uid: string): Promise<readonly Booking[]>
}

export interface Transaction<Result> {
  readonly changes: readonly StoreChange[]
  readonly result: Result
}

export type StoreChange =
  | { readonly user: CalendarAddress; readonly effect: StoreEffect }
  | { readonly user: CalendarAddress; readonly outgoing: OutgoingMail }
  | { readonly user: CalendarAddress; readonly verdict: Verdict }

export interface OutboxEntry {
  readonly user: CalendarAddress
  readonly mail: OutgoingMail
  readonly committedAt: Instant
  readonly attempts: number
}

export interface StoredUser {
  readonly user: CalendarAddress
  readonly series: readonly StoredSeries[]
  readonly bookings: readonly Booking[]
  readonly requests: readonly PendingRequest[]
}

export interface PendingRequest {
  readonly uid: string
  readonly recurrenceId: string | null
  readonly type: 'REQUEST' | 'COUNTER'
}
