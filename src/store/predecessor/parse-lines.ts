// Lines of the predecessor's files: columns separated by tabulators, an empty text for none. What is known of them is little, so much is let pass.
import { type CalendarTime, type Instant, parseCalendarTime } from '../../calendar/time.ts'
import type { PredecessorPeriod, PredecessorRequest } from './predecessor-user.ts'

/** Start, end, UID; then transparency, recurrence identifier, summary, organizer, and of an offer its expiry. Why not, where it is none. */
export function parsePeriodLine(line: string): PredecessorPeriod | string {
  const [start = '', end = '', uid = '', transparency = '', recurrenceId = '', summary = '', organizer = '', ...rest] =
    line.split('\t')
  const [from, to] = [parseTime(start), parseTime(end)]
  if (!from || !to) return 'it does not begin with two times'
  if (to.local <= from.local) return 'it ends before it has begun'
  return {
    start: from,
    end: to,
    // Time that is taken is kept, whoever has taken it.
    uid: uid === '' ? `copied-${start}-${end}` : uid,
    transparency: transparency.trim().toUpperCase(),
    recurrenceId: recurrenceId.trim(),
    summary,
    organizer,
    expires: rest.map(readExpiry).find((instant) => instant !== undefined),
  }
}

/** UID, recurrence identifier, type. */
export function parseRequestLine(line: string): PredecessorRequest | string {
  const [uid = '', recurrenceId = '', type = ''] = line.split('\t')
  if (uid.trim() === '') return 'it names no UID'
  const word = type.trim().toUpperCase()
  if (word !== '' && word !== 'REQUEST' && word !== 'COUNTER') return `${word} is no type of request`
  return {
    uid,
    recurrenceId: recurrenceId.trim() === '' ? null : recurrenceId.trim(),
    type: word === 'COUNTER' ? 'COUNTER' : 'REQUEST',
  }
}

function parseTime(text: string): CalendarTime | undefined {
  const time = parseCalendarTime(text.trim())
  return time.kind === 'fault' || time.kind === 'zoned' ? undefined : time
}

function readExpiry(text: string): Instant | undefined {
  const time = parseTime(text)
  return time?.kind === 'utc' ? time.local : undefined
}
