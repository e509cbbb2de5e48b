// Dates as mail headers write them. RFC 5322, 3.3.
import { type Instant, makeCivilDate, secondsOfDay } from '../calendar/time.ts'

// The first of January 1970 was a Thursday.
const dayNames = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed']
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Mon, 02 Mar 2026 09:00:00 +0000`. */
export function serializeMailDate(instant: Instant): string {
  const days = Math.floor(instant / secondsOfDay)
  const second = Math.floor(instant) - days * secondsOfDay
  const { year, month, day } = makeCivilDate(days)
  const clock = [second / 3600, (second / 60) % 60, second % 60].map((value) => two(Math.floor(value))).join(':')
  return `${dayNames[((days % 7) + 7) % 7]}, ${two(day)} ${monthNames[month - 1]} ${year} ${clock} +0000`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
