// The options --from and --to, and other times on the command line.
import { isFault } from '../calendar/fault.ts'
import type { Period } from '../calendar/period.ts'
import { type Instant, parseInstant } from '../calendar/time.ts'
import { type Given, readOption, type SubcommandOption } from './subcommand.ts'
import { WrongUsage } from './trouble.ts'

export const windowOptions: readonly SubcommandOption[] = [
  { long: 'from', value: 'INSTANT', help: 'from this time on, such as 2026-03-02T09:00:00Z' },
  { long: 'to', value: 'INSTANT', help: 'until this time, which is not part of it' },
]

/** What is not given is what stands in `otherwise`. */
export function readWindow(given: Given, otherwise: Period): Period {
  const start = readInstantOption(given, 'from') ?? otherwise.start
  const end = readInstantOption(given, 'to') ?? otherwise.end
  if (end <= start) throw new WrongUsage('--to must be later than --from')
  return { start, end }
}

export function readInstantOption(given: Given, name: string): Instant | undefined {
  const text = readOption(given, name)
  if (text === undefined) return undefined
  const instant = parseInstant(text)
  if (isFault(instant)) throw new WrongUsage(`option --${name}: ${instant.text}`)
  return instant
}

export function readNumberOption(given: Given, name: string): number | undefined {
  const text = readOption(given, name)
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new WrongUsage(`option --${name}: ${text} is no number from 1 on`)
  return Number(text)
}
