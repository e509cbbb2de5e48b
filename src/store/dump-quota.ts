// A quota's whole state as `imip-admin quota NAME` prints it: the JSON object, and the same as sorted lines.
import { serializeDuration } from '../calendar/duration.ts'
import { type Instant, serializeCalendarTime } from '../calendar/time.ts'
import { findLimit, type QuotaCharges, sumCharges } from '../freebusy/quota.ts'
import { serializeLimit } from './quota-text.ts'
import type { StoredQuota } from './store.ts'
import { compareText } from './stored-uid.ts'

/** Lengths of time are durations, `*` is no limit; what is over now counts nothing. */
export interface DumpedQuota {
  readonly quota: string
  readonly limits: Readonly<Record<string, string>>
  readonly groups: Readonly<Record<string, string>>
  readonly delegates: readonly string[]
  readonly holders: readonly DumpedHolder[]
  readonly given: Readonly<Record<string, string>>
  readonly reservations: readonly DumpedReservation[]
}

export interface DumpedHolder {
  readonly holder: string
  readonly used: string
  readonly limit: string | null
  /** Null where there is no limit, or none was set. */
  readonly left: string | null
}

export interface DumpedReservation {
  readonly resource: string
  readonly uid: string
  readonly holder: string
  readonly charged: string
  /** Of each booking. */
  readonly starts: readonly string[]
}

export function dumpQuota(stored: StoredQuota, now: Instant): DumpedQuota {
  const { group, settings, reservations, holders, given } = stored
  const names = new Set([
    ...[...settings.limits.keys()].filter((name) => name !== '*'),
    ...[...holders].filter(([, charges]) => sumCharges(charges, now) > 0).map(([name]) => name),
  ])
  return {
    quota: group,
    limits: makeRecord(settings.limits, serializeLimit),
    groups: makeRecord(settings.groups, (name) => name),
    delegates: settings.delegates,
    holders: [...names].sort(compareText).map((holder) => {
      const used = sumCharges(holders.get(holder) ?? new Map(), now)
      const limit = findLimit(settings, holder)
      return {
        holder,
        used: serializeLength(used),
        limit: limit === undefined ? null : serializeLimit(limit),
        left: typeof limit === 'number' ? serializeLength(Math.max(limit - used, 0)) : null,
      }
    }),
    given: makeRecord(
      new Map([...given].filter(([, charges]) => sumCharges(charges, now) > 0)),
      (charges: QuotaCharges) => serializeLength(sumCharges(charges, now)),
    ),
    reservations: reservations.map(({ resource, uid, holder, charges, bookings }) => ({
      resource,
      uid,
      holder,
      charged: serializeLength(sumCharges(charges, now)),
      starts: bookings.map((booking) => serializeCalendarTime(booking.start)),
    })),
  }
}

/** One line an entry under the name of its section; text with blanks is quoted as in JSON. */
export function serializeQuotaDump(dump: DumpedQuota): string {
  const sections: readonly (readonly (readonly (string | null)[])[])[] = [
    Object.entries(dump.limits).map((pair) => ['limit', ...pair]),
    Object.entries(dump.groups).map((pair) => ['group', ...pair]),
    dump.delegates.map((delegate) => ['delegate', delegate]),
    dump.holders.map(({ holder, used, limit, left }) => ['used', holder, used, limit, left]),
    Object.entries(dump.given).map((pair) => ['given', ...pair]),
    dump.reservations.map(({ resource, uid, holder, charged, starts }) => [
      'reservation',
      resource,
      uid,
      holder,
      charged,
      ...starts,
    ]),
  ]
  return sections.flatMap((section) => section.map((line) => `${line.map(serializeField).join(' ')}\n`)).join('')
}

function serializeField(field: string | null): string {
  if (field === null) return '-'
  return field === '' || field === '-' || /[\s"\p{Cc}]/u.test(field) ? JSON.stringify(field) : field
}

export function serializeLength(seconds: number): string {
  return serializeDuration({ days: 0, seconds })
}

function makeRecord<Value>(
  all: ReadonlyMap<string, Value>,
  show: (value: Value) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...all].sort(([a], [b]) => compareText(a, b)).map(([name, value]) => [name, show(value)] as const),
  )
}
