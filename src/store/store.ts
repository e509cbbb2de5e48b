// Store: where schedules are kept, in words of the domain, with its contract.
//
// The contract, held by every store (test/store/contract.ts):
// - What one `transact` changes becomes durable together or not at all, before `transact` returns.
// - Two transactions that name a common user or group follow each other; the second sees all of the first.
// - A lock never outlives its process. One that cannot be had within the lock time-out is a TemporaryFailure.
// - A window answers with every booking that shares time with the asked periods, and costs what lies near them,
//   not what the schedule holds.
// - Every key and address may be any text that a mail can carry.
// - A user's room is made by the first transaction that changes something for that user; a verdict alone makes none.
// - Verdicts without another change are not waited for: a power loss may take the last seconds of them.
// - Who has something that ages, or was changed, is due (`listDue`) until the night's work on it is done; others perhaps,
//   too. What the night costs follows who is due, not who is there.
// - Whatever hinders the store itself (lock, disk, permission, damage) is a TemporaryFailure, and nothing is changed.
import type { Aged, KnownOfUid } from '../agents/ages.ts'
import type { QuotaEffect, StoreEffect } from '../agents/effect.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { OthersFreeBusy } from '../freebusy/others.ts'
import type { QuotaCharges, QuotaGroup, QuotaSettings, Reservation } from '../freebusy/quota.ts'
import type { Booking } from '../freebusy/record.ts'
import type { FreeBusyWindow } from '../freebusy/window.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import type { WaitingMessage } from '../itip/waiting.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'

export interface Store {
  /**
   * Locks the groups by name, then the users by address, in byte order; runs `work`; commits the changes it returns in one
   * atomic step; unlocks. If `work` throws, nothing is changed. `work` must not take long: others wait. Changes of a user
   * take effect in the order given; only users and groups named may be changed.
   */
  transact<Result>(
    users: readonly CalendarAddress[],
    groups: readonly QuotaGroup[],
    work: (reader: StoreReader) => Promise<Transaction<Result>>,
  ): Promise<Result>

  /**
   * All of one user as a consistent whole, under the user's lock; for show-store, export, make-freebusy. With `tell`, what of it
   * is damaged is told, with its place, and left out.
   */
  readUser(user: CalendarAddress, tell?: TellDamage): Promise<StoredUser>

  /** Addresses of all users that have a room, in byte order; also of those whose room cannot be opened. */
  listUsers(): AsyncIterable<CalendarAddress>

  /** The quotas that exist, in byte order: each since something was first set or booked in it. */
  listQuotas(): AsyncIterable<QuotaGroup>

  /** All of one quota, under its lock; nothing where it does not exist. For imip-admin. `tell` as above. */
  readWholeQuota(group: QuotaGroup, tell?: TellDamage): Promise<StoredQuota | undefined>

  /** Makes what the store needs before its first user; says so where it cannot be used. For init and check. */
  makeReady(): Promise<void>

  /** Makes a user's room ahead of time. */
  makeRoom(user: CalendarAddress): Promise<void>

  /** Records a verdict about a message that changes nothing: in the user's room if there is one, else beside the rooms. */
  noteVerdict(verdict: Verdict): Promise<void>

  /** Of one user, oldest first; or of all, in no order between users. */
  readVerdicts(user: CalendarAddress | undefined, since: Instant): AsyncIterable<Verdict>

  /** Committed mails that have not been sent, oldest first; of one user, or of all. */
  readOutbox(user?: CalendarAddress): AsyncIterable<OutboxEntry>

  /**
   * Sends what lies in a user's outbox, under a lock of its own so that nobody else sends the same, and forgets what `send`
   * says is done. An entry that `send` keeps stays, with the count of attempts raised.
   */
  flushOutbox(user: CalendarAddress, send: (entry: OutboxEntry) => Promise<'done' | 'keep'>): Promise<void>

  /**
   * Users for whom a task of the night has work by now, in byte order. All of them where the index may have been lost, or the zone
   * data is new.
   */
  listDue(task: NightlyTask): AsyncIterable<CalendarAddress>

  /** The user is due for every task from this day on. */
  markDue(user: CalendarAddress, at: Instant): Promise<void>

  /** Makes the index of who is due anew: everybody is, and everything of theirs is looked at again. */
  rebuildDue(): Promise<void>

  /**
   * Removes what is over for a user, in transactions of bounded size, and does not read what is not; the task `expire` is done then
   * until the next of it will be over. What cannot be read is told and tried again the next day.
   */
  expireUser(user: CalendarAddress, rules: AgeRules): Promise<ExpiredUser>

  /** Verdicts about users without a room, by whole months. How many months went. */
  expireVerdicts(age: number): Promise<number>

  /**
   * Are the bookings of the schedule those of the UIDs? With `mend` they are afterwards. Each difference as a line: `+` must come, `-`
   * must go. What others have told follows from nothing that is stored: where it cannot be read, that is told.
   */
  checkSchedule(user: CalendarAddress, how: 'look' | 'mend', tell?: TellDamage): Promise<readonly string[]>

  close(): Promise<void>
}

/** What cron calls night after night, each with those who are due for it. */
export type NightlyTask = 'make-freebusy' | 'expire'

export interface AgeRules {
  readonly ageUid: (known: KnownOfUid) => Aged
  /** Seconds. */
  readonly verdicts: number
}

export interface ExpiredUser {
  /** UIDs of which nothing is left. */
  readonly events: number
  readonly held: number
  readonly offers: number
  /** Others' free/busy, by sender: of whom less or nothing is left. */
  readonly others: number
  /** Months. */
  readonly verdicts: number
  /** What could not be read, with its path. */
  readonly failures: readonly string[]
}

/** Hears what is damaged and where, so that the rest can be read all the same. */
export type TellDamage = (reason: string) => void

/** Reads under the lock of the transaction; users and groups not named in `transact` cannot be read. */
export interface StoreReader {
  /** Those named in the transaction. */
  readonly users: ReadonlySet<CalendarAddress>
  readSeries(user: CalendarAddress, uid: string): Promise<StoredSeries | undefined>
  /**
   * What may share time with the periods, earliest first. Floating times and dates are found in whatever zone they are
   * read (14 hours either way), recurring bookings by the span from their first occurrence to their last. Times that are held for
   * a proposal stand among them, with `expires`, until then.
   */
  readWindow(user: CalendarAddress, periods: readonly Period[]): Promise<FreeBusyWindow>
  /** No single booking, nor what is held for a proposal once, ends later; it may be said too late, never too early. */
  readLastEnd(user: CalendarAddress): Promise<Instant>
  /** Of all that is stored about the user, in byte order. */
  listUids(user: CalendarAddress): Promise<readonly string[]>
  /** The bookings of one UID, single and recurring, earliest first. */
  readBookings(user: CalendarAddress, uid: string): Promise<readonly Booking[]>
  /** Every time that is held for a proposal now, earliest first. */
  readOffers(user: CalendarAddress): Promise<readonly Booking[]>
  /** The messages that wait for their partners in all of the user's series, oldest first. */
  readWaiting(user: CalendarAddress): Promise<readonly WaitingMessage[]>
  /** What another calendar user has told this one of its free/busy. */
  readOthers(user: CalendarAddress, sender: CalendarAddress): Promise<OthersFreeBusy | undefined>
  /** Nothing where the quota does not exist. */
  readQuota(group: QuotaGroup): Promise<QuotaSettings | undefined>
  /** What counts against a holder, in whatever resource. */
  readHolder(group: QuotaGroup, holder: string): Promise<QuotaCharges>
  /** What a resource has given away, to whomever. */
  readGiven(group: QuotaGroup, resource: CalendarAddress): Promise<QuotaCharges>
  readReservation(group: QuotaGroup, resource: CalendarAddress, uid: string): Promise<Reservation | undefined>
  /** As `readWindow`, of all resources of the quota together. */
  readQuotaWindow(group: QuotaGroup, periods: readonly Period[]): Promise<FreeBusyWindow>
  /** As `readLastEnd`. */
  readQuotaLastEnd(group: QuotaGroup): Promise<Instant>
}

export interface Transaction<Result> {
  readonly changes: readonly StoreChange[]
  readonly result: Result
  /** The work of the night that is done with this. */
  readonly done?: readonly NightlyDone[]
}

export interface NightlyDone {
  readonly user: CalendarAddress
  readonly task: NightlyTask
  /** When there is something to do again, as far as can be seen now. */
  readonly next: Instant | undefined
}

export type StoreChange = UserChange | { readonly quota: QuotaChange }

export type UserChange =
  | { readonly user: CalendarAddress; readonly effect: StoreEffect }
  | { readonly user: CalendarAddress; readonly outgoing: OutgoingMail }
  | { readonly user: CalendarAddress; readonly verdict: Verdict }

/** Of the bookings of a message, or what an administrator or cron does. */
export type QuotaChange =
  | QuotaEffect
  | { readonly kind: 'set-quota'; readonly group: QuotaGroup; readonly settings: QuotaSettings }
  /** Forgets what is over: these reservations, and the past of those who hold or give. */
  | {
      readonly kind: 'expire-quota'
      readonly group: QuotaGroup
      readonly reservations: readonly Pick<Reservation, 'resource' | 'uid'>[]
      readonly holders: readonly string[]
      readonly resources: readonly CalendarAddress[]
    }

export interface OutboxEntry {
  readonly user: CalendarAddress
  readonly mail: OutgoingMail
  readonly committedAt: Instant
  readonly attempts: number
}

/** Series by UID, bookings and offers earliest first, requests by UID and instance, others by sender. */
export interface StoredUser {
  readonly user: CalendarAddress
  readonly series: readonly StoredSeries[]
  readonly bookings: readonly Booking[]
  /** Expired ones too, as long as nothing was written since. */
  readonly offers: readonly Booking[]
  readonly requests: readonly PendingRequest[]
  readonly others: readonly OthersFreeBusy[]
}

export interface PendingRequest {
  readonly uid: string
  readonly recurrenceId: string | null
  readonly type: 'REQUEST' | 'COUNTER'
}

/** Reservations by resource and UID, holders and resources by name. */
export interface StoredQuota {
  readonly group: QuotaGroup
  readonly settings: QuotaSettings
  readonly reservations: readonly Reservation[]
  readonly holders: ReadonlyMap<string, QuotaCharges>
  readonly given: ReadonlyMap<CalendarAddress, QuotaCharges>
}
