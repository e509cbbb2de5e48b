// Where python3-dateutil reads a rule otherwise than RFC 5545 says, and what must be asked of it instead. Each kind stands in
// docs/decisions/0012 with the section that decides it.
import { makeCivilDate, parseCalendarTime, serializeCalendarTime } from '../../../src/calendar/time.ts'
import type { RandomRule } from './random-rules.ts'

export interface Question extends RandomRule {
  /** Earlier times are not wanted. */
  readonly notBefore: string
  /** To be applied to the answer where dateutil must not count itself. */
  readonly count: number | undefined
}

export type DifferenceKind =
  | 'month-day-of-year'
  | 'weekday-of-week'
  | 'mixed-weekdays'
  | 'first-week-positions'
  | 'years-of-weeks'
  | 'weeks-of-last-year'

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

/** The rule in words that dateutil reads as we do, and the kinds of difference that were met; no question where there are none. */
export function putQuestion({ start, rule }: RandomRule): {
  readonly question: Question | undefined
  readonly kinds: readonly DifferenceKind[]
} {
  const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]))
  const kinds: DifferenceKind[] = []
  const count = parts.get('COUNT') === undefined ? undefined : Number(parts.get('COUNT'))
  // DTSTART counts, whether it fits the rule or not; dateutil counts what fits.
  parts.delete('COUNT')
  const frequency = parts.get('FREQ')
  const time = parseCalendarTime(start)
  const local = time.kind === 'fault' ? 0 : time.local
  const day = Math.floor(local / 86_400)
  const weekday = weekdays[(day + 3) % 7] ?? 'MO'
  const has = (name: string): boolean => parts.has(name)
  let from = local

  if (frequency === 'YEARLY' && has('BYMONTHDAY') && !has('BYMONTH') && !has('BYWEEKNO') && !has('BYYEARDAY')) {
    kinds.push('month-day-of-year')
    // A BYMONTH would turn the numbers of weekdays in the year into numbers in the month.
    if (/\d/.test(parts.get('BYDAY') ?? '')) return { question: undefined, kinds }
    parts.set('BYMONTH', String(makeCivilDate(day).month))
  }
  if (has('BYWEEKNO') && !has('BYDAY') && !has('BYMONTHDAY') && !has('BYYEARDAY')) {
    kinds.push('weekday-of-week')
    parts.set('BYDAY', weekday)
  }
  const days = parts.get('BYDAY')?.split(',') ?? []
  if (days.some((each) => /\d/.test(each)) && days.some((each) => !/\d/.test(each))) {
    kinds.push('mixed-weekdays')
    const most = frequency === 'YEARLY' && !has('BYMONTH') ? 53 : 5
    const numbers = Array.from({ length: most }, (_, at) => at + 1)
    parts.set('BYDAY', days.flatMap((each) => (/\d/.test(each) ? each : numbers.map((n) => `${n}${each}`))).join(','))
  }
  if (frequency === 'WEEKLY' && has('BYSETPOS')) {
    kinds.push('first-week-positions')
    if (!has('BYDAY')) parts.set('BYDAY', weekday)
    const weekStart = weekdays.indexOf(parts.get('WKST') ?? 'MO')
    from = local - ((day + 3 - weekStart + 7) % 7) * 86_400
    // The hours of the first day, too, begin with the day.
  }
  if (/\b5[23]\b/.test(parts.get('BYWEEKNO') ?? '')) {
    kinds.push('weeks-of-last-year')
    return { question: undefined, kinds }
  }
  if (has('BYWEEKNO') && (has('INTERVAL') || has('BYSETPOS'))) {
    kinds.push('years-of-weeks')
    return { question: undefined, kinds }
  }
  return {
    question: {
      start: serializeCalendarTime({ kind: 'floating', local: from }),
      rule: [...parts].map(([name, value]) => `${name}=${value}`).join(';'),
      notBefore: start,
      count,
    },
    kinds,
  }
}

/** What we should say, given what dateutil says: DTSTART first, and counted. */
export function makeExpected(question: Question, locals: readonly string[]): readonly string[] {
  const later = locals.filter((each) => each > question.notBefore)
  return [question.notBefore, ...later].slice(0, question.count)
}
