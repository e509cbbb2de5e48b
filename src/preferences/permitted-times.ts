// A line of the preference permitted_times: at which times of the clock events may begin and end.

/** Sorted; an empty list is any. */
export interface PermittedTimes {
  readonly hours: readonly number[]
  readonly minutes: readonly number[]
  readonly seconds: readonly number[]
}

/** `0,30` (minutes), `8,9:0,30` (hours and minutes) or `8,9:0:0` (with seconds); nothing for anything else. */
export function parsePermittedTimes(line: string): PermittedTimes | undefined {
  const lists = line.trim().split(':')
  if (lists.length > 3) return undefined
  // Minutes alone stand for those of every hour; seconds that are not named are none.
  const [hours = '', minutes = '', seconds = '0'] = lists.length === 1 ? ['', ...lists] : lists
  const parsed = {
    hours: parseNumbers(hours, 23),
    minutes: parseNumbers(minutes, 59),
    seconds: parseNumbers(seconds, 59),
  }
  const { hours: h, minutes: m, seconds: s } = parsed
  return h && m && s ? { hours: h, minutes: m, seconds: s } : undefined
}

function parseNumbers(text: string, greatest: number): readonly number[] | undefined {
  if (text.trim() === '') return []
  const numbers = text.split(',').map((part) => (/^\s*\d{1,2}\s*$/.test(part) ? Number(part) : Number.NaN))
  if (!numbers.every((number) => number <= greatest)) return undefined
  return [...new Set(numbers)].sort((a, b) => a - b)
}
