// The files of a quota's journal as text: lines of columns, separated by tabulators, as people can read them.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { parseDuration, serializeDuration } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import { secondsOfDay } from '../calendar/time.ts'
import type { QuotaCharges, QuotaLimit, Reservation } from '../freebusy/quota.ts'
import { escapeColumn, parseBooking, unescapeColumn } from './booking-text.ts'
import { listQuotaLines, readQuotaBooking } from './stored-quota.ts'
import { compareText } from './stored-uid.ts'

/** `WHO LIMIT`: a duration, or `*` for no limit. */
export function serializeLimits(limits: ReadonlyMap<string, QuotaLimit>): string {
  return serializePairs([...limits].map(([who, limit]) => [who, serializeLimit(limit)]))
}

export function parseLimits(text: string): ReadonlyMap<string, QuotaLimit> | undefined {
  const pairs = parsePairs(text)
  if (!pairs) return undefined
  const limits = new Map<string, QuotaLimit>()
  for (const [who, written] of pairs) {
    const limit = parseLimit(written)
    if (limit === undefined) return undefined
    limits.set(who, limit)
  }
  return limits
}

export function serializeLimit(limit: QuotaLimit): string {
  return limit === 'unlimited' ? '*' : serializeDuration({ days: 0, seconds: limit })
}

/** A day is 24 hours here: a limit is a length of time, not a place in a calendar. */
export function parseLimit(text: string): QuotaLimit | undefined {
  if (text === '*') return 'unlimited'
  const duration = parseDuration(text)
  if (isFault(duration)) return undefined
  const seconds = duration.days * secondsOfDay + duration.seconds
  return seconds < 0 ? undefined : seconds
}

/** `WHO GROUP`. */
export function serializeGroups(groups: ReadonlyMap<string, string>): string {
  return serializePairs([...groups])
}

export function parseGroups(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = parsePairs(text)
  return pairs && new Map(pairs)
}

export function serializeDelegates(delegates: readonly CalendarAddress[]): string {
  return delegates.map((delegate) => `${escapeColumn(delegate)}\n`).join('')
}

/** Nothing where a line is no address. */
export function parseDelegates(text: string): readonly CalendarAddress[] | undefined {
  const lines = listLines(text).map(unescapeColumn)
  return lines.every(isAddress) ? lines : undefined
}

/** The name of whose charges these are, then `DAY SECONDS` lines. */
export function serializeCharges(name: string, charges: QuotaCharges): string {
  return `${escapeColumn(name)}\n${serializeDays(charges)}`
}

export function parseCharges(
  text: string,
): { readonly name: string; readonly charges: ReadonlyMap<string, number> } | undefined {
  const [first, ...lines] = text.split('\n').slice(0, -1)
  const charges = parseDays(lines)
  return first === undefined || !charges ? undefined : { name: unescapeColumn(first), charges }
}

/** Resource, UID and holder, a line each; then `DAY SECONDS` lines; then the bookings, each behind a `+`. */
export function serializeReservation(reservation: Reservation): string {
  const { resource, uid, holder, charges } = reservation
  const head = [resource, uid, holder].map((text) => `${escapeColumn(text)}\n`).join('')
  const bookings = listQuotaLines(reservation).map(({ line }) => `+${line}\n`)
  return `${head}${serializeDays(charges)}${bookings.join('')}`
}

export function parseReservation(text: string): Reservation | undefined {
  const lines = text.split('\n').slice(0, -1)
  const [resource, uid, holder] = lines.slice(0, 3).map(unescapeColumn)
  const rest = lines.slice(3)
  const charges = parseDays(rest.filter((line) => !line.startsWith('+')))
  const bookings = rest.filter((line) => line.startsWith('+')).map((line) => parseBooking(line.slice(1)))
  const found = bookings.flatMap((booking) => (booking ? readQuotaBooking(booking) : []))
  if (resource === undefined || !isAddress(resource) || uid === undefined || holder === undefined) return undefined
  if (!charges || found.length !== bookings.length) return undefined
  return { resource, uid, holder, charges, bookings: found }
}

function serializePairs(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .toSorted(([a], [b]) => compareText(a, b))
    .map((pair) => `${pair.map(escapeColumn).join('\t')}\n`)
    .join('')
}

function parsePairs(text: string): readonly (readonly [string, string])[] | undefined {
  const pairs = listLines(text).map((line) => line.split('\t').map(unescapeColumn))
  const found = pairs.flatMap(([who, what, ...more]) =>
    who === undefined || what === undefined || more.length > 0 ? [] : [[who, what] as const],
  )
  return found.length === pairs.length ? found : undefined
}

function serializeDays(charges: QuotaCharges): string {
  return [...charges]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([day, seconds]) => `${day}\t${seconds}\n`)
    .join('')
}

function parseDays(lines: readonly string[]): QuotaCharges | undefined {
  const charges = new Map<string, number>()
  for (const line of lines) {
    const found = /^(\d{8}|always)\t(\d{1,15})$/.exec(line)
    if (found?.[1] === undefined) return undefined
    charges.set(found[1], Number(found[2]))
  }
  return charges
}

function listLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function isAddress(text: string): text is CalendarAddress {
  return text.startsWith('mailto:')
}
