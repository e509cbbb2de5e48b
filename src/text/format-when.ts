// Times in words: `2026-03-10 10:00–11:00 (Europe/Oslo)`. Numbers only, so that every reader of every language understands them.
import { type LocalSeconds, makeCivilDate, secondsOfDay } from '../calendar/time.ts'

export interface When {
  /** Wall clock of the zone shown. */
  readonly start: LocalSeconds
  /** Exclusive, as in the calendar. Nothing, or the start itself: a moment. */
  readonly end: LocalSeconds | undefined
  readonly allDay: boolean
  /** Nothing for whole days and for times that float. */
  readonly zone: string | undefined
}

export function formatWhen({ start, end, allDay, zone }: When): string {
  const text = allDay ? formatDays(start, end) : formatTimes(start, end)
  // The tables of Windows names know UTC as Etc/UTC; people know it as UTC.
  const shown = zone === 'Etc/UTC' ? 'UTC' : zone
  return shown === undefined || shown === '' || allDay ? text : `${text} (${shown})`
}

// RFC 5545, 3.6.1: DTEND is exclusive, so the last day shown is the one before.
function formatDays(start: LocalSeconds, end: LocalSeconds | undefined): string {
  const last = end === undefined ? start : Math.max(start, end - secondsOfDay)
  return formatDate(last) === formatDate(start) ? formatDate(start) : `${formatDate(start)} – ${formatDate(last)}`
}

function formatTimes(start: LocalSeconds, end: LocalSeconds | undefined): string {
  const from = `${formatDate(start)} ${formatClock(start)}`
  if (end === undefined || end <= start) return from
  return formatDate(end) === formatDate(start)
    ? `${from}–${formatClock(end)}`
    : `${from} – ${formatDate(end)} ${formatClock(end)}`
}

function formatDate(local: LocalSeconds): string {
  const { year, month, day } = makeCivilDate(Math.floor(local / secondsOfDay))
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function formatClock(local: LocalSeconds): string {
  const second = ((local % secondsOfDay) + secondsOfDay) % secondsOfDay
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}`
  return second % 60 === 0 ? clock : `${clock}:${two(second % 60)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
