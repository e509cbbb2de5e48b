// What is known of others' free/busy, and when they asked for the user's, or for bookings: pieces of a calendar user's time, each as its newest message says.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { isOverlapping, type Period } from '../calendar/period.ts'
import type { Instant } from '../calendar/time.ts'
import type { BusyPeriod } from './busy-periods.ts'

export interface OthersFreeBusy {
  /** Who told it of itself. */
  readonly sender: CalendarAddress
  /** By start; no two share time. */
  readonly pieces: readonly OthersPiece[]
  /** When this one was told the user's free/busy, within the last day. */
  readonly asked?: readonly Instant[]
  /** When this one's requests were decided here, within the last day; counted only where their number is limited. */
  readonly requested?: readonly Instant[]
}

export interface OthersPiece {
  /** Of the VFREEBUSY; empty where it has none. */
  readonly uid: string
  /** DTSTAMP: the later one counts. */
  readonly stamp: Instant
  /** Until then it is worth keeping. */
  readonly expires: Instant
  /** What it speaks about: what is not busy here is free. */
  readonly within: Period
  /** By start. */
  readonly busy: readonly BusyPeriod[]
}

/** A sender who tells each day anew has thirty pieces at most; more than this only cost room in the store. */
const mostPieces = 60

/**
 * What is known of a sender after one more piece. Where two speak about the same time the later DTSTAMP counts, so
 * the order in which they come does not matter; of two with the same DTSTAMP the one that came last. Expired ones are left out.
 */
export function addPiece(known: OthersFreeBusy, piece: OthersPiece, now: Instant): OthersFreeBusy {
  const pieces = known.pieces.filter(({ expires }) => expires > now)
  const newer = pieces.filter(({ stamp }) => stamp > piece.stamp)
  const older = pieces.filter(({ stamp }) => stamp <= piece.stamp)
  const added = newer.reduce((rest, { within }) => rest.flatMap((part) => cutOut(part, within)), [piece])
  const kept = older.flatMap((part) => cutOut(part, piece.within))
  return { ...known, pieces: limitPieces([...newer, ...kept, ...added]) }
}

/** So many are counted of a day; a limit above that is none. */
const mostAsked = 1000

/** The same with one more question that was answered; those of yesterday are forgotten. */
export function addAsked(known: OthersFreeBusy, now: Instant): OthersFreeBusy {
  const recent = (known.asked ?? []).filter((at) => at > now - 86_400)
  return { ...known, asked: [...recent, now].slice(-mostAsked) }
}

/** So many seconds what somebody told is kept where no setting says otherwise: plans of others do not stay true for longer. */
export const ageOfOthers = 30 * 86_400

/** The same with one more request that was decided. */
export function addRequested(known: OthersFreeBusy, now: Instant): OthersFreeBusy {
  return { ...known, requested: [...listRequestedToday(known, now), now].slice(-mostAsked) }
}

export function listRequestedToday({ requested = [] }: OthersFreeBusy, now: Instant): readonly Instant[] {
  return requested.filter((at) => at > now - 86_400)
}

export interface AgedOthers {
  /** Nothing where nothing of it is worth keeping. */
  readonly others: OthersFreeBusy | undefined
  /** When the next of it will be worth nothing. */
  readonly next: Instant | undefined
}

/** Without what has expired. */
export function withoutExpiredPieces(known: OthersFreeBusy, now: Instant): AgedOthers {
  const pieces = known.pieces.filter(({ expires }) => expires > now)
  const asked = (known.asked ?? []).filter((at) => at > now - 86_400)
  const requested = listRequestedToday(known, now)
  if (pieces.length + asked.length + requested.length === 0) return { others: undefined, next: undefined }
  const next = Math.min(...pieces.map(({ expires }) => expires), ...[...asked, ...requested].map((at) => at + 86_400))
  if (
    pieces.length === known.pieces.length &&
    asked.length === (known.asked?.length ?? 0) &&
    requested.length === (known.requested?.length ?? 0)
  )
    return { others: known, next }
  const { sender } = known
  const counted = { ...(asked.length === 0 ? {} : { asked }), ...(requested.length === 0 ? {} : { requested }) }
  return { others: { sender, pieces, ...counted }, next }
}

/** Of too many those go that were told longest ago. */
function limitPieces(pieces: readonly OthersPiece[]): readonly OthersPiece[] {
  const latest = pieces.toSorted((a, b) => b.stamp - a.stamp).slice(0, mostPieces)
  return latest.sort((a, b) => a.within.start - b.within.start)
}

/** What a piece says about the time before and after a period. */
function cutOut(piece: OthersPiece, period: Period): readonly OthersPiece[] {
  if (!isOverlapping(piece.within, period)) return [piece]
  const { start, end } = piece.within
  return [
    { start, end: Math.min(end, period.start) },
    { start: Math.max(start, period.end), end },
  ]
    .filter((within) => within.start < within.end)
    .map((within) => ({ ...piece, within, busy: piece.busy.flatMap((busy) => cutTo(busy, within)) }))
}

function cutTo(busy: BusyPeriod, within: Period): readonly BusyPeriod[] {
  if (!isOverlapping(busy, within)) return []
  return [{ ...busy, start: Math.max(busy.start, within.start), end: Math.min(busy.end, within.end) }]
}
