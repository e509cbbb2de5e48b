// Removes from a room what is over: what the lists of the room name, expired offers, and verdicts by whole months.
import { join } from 'node:path'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import type { Instant } from '../../calendar/time.ts'
import { TemporaryFailure } from '../../failure.ts'
import { withoutExpiredPieces } from '../../freebusy/others.ts'
import { type Day, endMonth, nameDay, nameDayAfter } from '../expired.ts'
import type { AgeRules, ExpiredUser } from '../store.ts'
import { makeStoredUid, type StoredUid } from '../stored-uid.ts'
import { findNextDay, planDueOn, takeDue } from './due-list.ts'
import { listFiles } from './file-access.ts'
import { planOffersChange, readStoredOffers } from './offers-file.ts'
import { type OpenRoom, type PlannedChange, planUids, readRoomOffers, readUid } from './open-room.ts'
import type { Operation } from './operation.ts'
import { planOthers, readStoredOthers } from './others-files.ts'
import type { Room, StoreFiles } from './store-files.ts'

export interface PlannedExpiry {
  readonly expired: ExpiredUser
  readonly plan: PlannedChange
  /** More is due than one transaction should hold. */
  readonly isLeft: boolean
}

interface LaterNames {
  readonly uids: string[]
  readonly others: CalendarAddress[]
}

/** A second or two under the lock; more would hold up mail. */
const mostAtOnce = 1000

export function planExpiry(files: StoreFiles, open: OpenRoom, rules: AgeRules, now: Instant): PlannedExpiry {
  const { room } = open
  const today = nameDay(now)
  const due = takeDue(files, room, today, mostAtOnce)
  const later = new Map<Day, LaterNames>()
  const failures: string[] = []
  const list = (next: Instant): LaterNames => {
    const day = nameDayAfter(next, now)
    const names = later.get(day) ?? { uids: [], others: [] }
    later.set(day, names)
    return names
  }
  /** What is damaged is looked at again tomorrow, and hinders nothing else. */
  const tryEach = (again: (names: LaterNames) => void, work: () => void): void => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof TemporaryFailure)) throw error
      failures.push(error.message)
      again(list(now))
    }
  }
  const after = new Map<string, StoredUid>()
  let [events, held, others] = [0, 0, 0]
  for (const uid of due.uids)
    tryEach(
      (names) => names.uids.push(uid),
      () => {
        const before = readUid(files, open, uid)
        if (before.series === undefined && before.bookings.length === 0) return
        const bookings = before.bookings.map(({ booking }) => booking)
        const aged = rules.ageUid({ series: before.series, bookings })
        if (aged.kind === 'stays' && aged.next !== undefined) list(aged.next).uids.push(uid)
        const left = aged.kind === 'stays' ? (aged.series?.held.length ?? 0) : 0
        held += (before.series?.held.length ?? 0) - left
        if (aged.kind === 'gone') {
          events++
          after.set(uid, makeStoredUid(uid))
        } else if (aged.series !== before.series) after.set(uid, { ...before, series: aged.series })
      },
    )
  const operations: Operation[] = [...due.operations]
  for (const sender of due.others)
    tryEach(
      (names) => names.others.push(sender),
      () => {
        const known = readStoredOthers(files, room, sender)
        if (!known) return
        const aged = withoutExpiredPieces(known, now)
        if (aged.next !== undefined) list(aged.next).others.push(sender)
        if (aged.others === known) return
        others++
        operations.push(planOthers(sender, aged.others))
      },
    )
  const offersBefore = readRoomOffers(files, open)
  operations.push(...planOffersChange(offersBefore, [], now))
  const months = listMonths(files, room).filter((month) => endMonth(month, rules.verdicts) <= now)
  operations.push(...months.map((month): Operation => ({ kind: 'drop', path: `verdicts/${month}` })))
  const sequence = (open.log?.sequence ?? 0) + 1
  for (const [day, names] of later) operations.push(...planDueOn(day, names, sequence))
  const uids = planUids(files, open, after)
  return {
    expired: {
      events,
      held,
      offers: offersBefore.filter(({ booking }) => (booking.expires ?? 0) <= now).length,
      others,
      verdicts: months.length,
      failures,
    },
    plan: { operations: [...uids.operations, ...operations], buckets: uids.buckets },
    isLeft: due.isLeft,
  }
}

/** When the next of what is in the room now will be over. */
export function findNextExpiry(files: StoreFiles, room: Room, rules: AgeRules, now: Instant): Day | undefined {
  const days = [
    findNextDay(files, room),
    ...readStoredOffers(files, room).map(({ booking }) => nameDayAfter(booking.expires ?? 0, now)),
    ...listMonths(files, room)
      .slice(0, 1)
      .map((month) => nameDayAfter(endMonth(month, rules.verdicts), now)),
  ]
  return days.filter((day) => day !== undefined).sort()[0]
}

function listMonths(files: StoreFiles, room: Room): readonly string[] {
  return listFiles(files, join(room.path, 'verdicts')).filter((name) => /^\d{4}-\d{2}$/.test(name))
}
