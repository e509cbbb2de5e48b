// A line of the preference working_hours: `Mon-Fri 08:00-18:00`.

/** Seconds since midnight by the clock of the resource; the end does not belong to it. */
export interface WorkingHours {
  /** 0 is Monday. */
  readonly weekdays: ReadonlySet<number>
  readonly from: number
  readonly to: number
}

/** `Mon-Fri 08:00-18:00`, `Sat,Sun 10:00-14:00`, `07:00-24:00`; nothing for anything else. */
export function parseWorkingHours(line: string): WorkingHours | undefined {
  const match = /^(?:(\S+)\s+)?(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)$/.exec(line.trim())
  const weekdays = match && (match[1] === undefined ? everyDay : parseWeekdays(match[1]))
  const from = parseClock(match?.[2] ?? '')
  const to = parseClock(match?.[3] ?? '')
  if (!weekdays || from === undefined || to === undefined || from >= to) return undefined
  return { weekdays, from, to }
}

const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const everyDay: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 6])

function parseWeekdays(text: string): ReadonlySet<number> | undefined {
  const days = new Set<number>()
  for (const part of text.toLowerCase().split(',')) {
    const [first, last = first, ...more] = part.split('-').map((name) => names.indexOf(name))
    if (first === undefined || last === undefined || first < 0 || last < 0 || more.length > 0) return undefined
    // Fri-Mon goes over the weekend.
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === last) break
    }
  }
  return days
}

function parseClock(text: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(':').map(Number)
  const seconds = hours * 3600 + minutes * 60
  return minutes < 60 && seconds <= 86_400 ? seconds : undefined
}
