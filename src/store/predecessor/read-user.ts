// Reads a user's directory of a store that the predecessor wrote; nothing in it is changed.
import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TellDamage } from '../store.ts'
import { parsePeriodLine, parseRequestLine } from './parse-lines.ts'
import type { PredecessorText, PredecessorUser } from './predecessor-user.ts'

/** What cannot be read is told, with its place, and left out. */
export function readPredecessorUser(path: string, tell: TellDamage): PredecessorUser {
  const entries = listEntries(path, tell)
  for (const entry of entries)
    if (!known.has(entry.name) && !isEmptyOrLock(join(path, entry.name), entry))
      tell(`${join(path, entry.name)}: nothing is known of it; left out`)
  const readTexts = (place: string, ...names: readonly PathName[]): readonly PredecessorText[] =>
    listTexts(join(path, place), names, {}, tell)
  const readPeriods = (place: string) => readLines(join(path, place), parsePeriodLine, tell)
  return {
    objects: [...readTexts('objects', 'uid'), ...readTexts('recurrences', 'uid', 'recurrenceId')],
    cancelled: [
      ...readTexts('cancellations/objects', 'uid'),
      ...readTexts('cancellations/recurrences', 'uid', 'recurrenceId'),
    ],
    counters: [
      ...readTexts('counters/objects', 'uid', 'attendee'),
      ...readTexts('counters/recurrences', 'uid', 'recurrenceId', 'attendee'),
    ],
    freeBusy: readPeriods('freebusy'),
    offers: readPeriods('freebusy-offers'),
    others: listEntries(join(path, 'freebusy-other'), tell).map(({ name }) => ({
      name,
      periods: readPeriods(`freebusy-other/${name}`),
    })),
    requests: readLines(join(path, 'requests'), parseRequestLine, tell),
  }
}

/** The lines of a file, parsed; one that cannot be is told with its number. Nothing where there is no file. */
export function readLines<Content>(
  path: string,
  parse: (line: string) => Content | string,
  tell: TellDamage,
): readonly Content[] {
  const text = attempt(tell, () => readFileSync(path, 'utf8')) ?? ''
  const parsed: Content[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '')
    if (line.trim() === '') continue
    const content = parse(line)
    if (typeof content === 'string') tell(`${path}, line ${index + 1}: ${content}; left out`)
    else parsed.push(content)
  }
  return parsed
}

/** By name; nothing where it is not there. Names that begin with a dot are nobody's. */
export function listEntries(path: string, tell: TellDamage): readonly Dirent[] {
  const entries = attempt(tell, () => readdirSync(path, { withFileTypes: true })) ?? []
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** `freebusy-providers` says which series go on without end: ours are kept by their rule. */
const known: ReadonlySet<string> = new Set([
  'objects',
  'recurrences',
  'cancellations',
  'counters',
  'freebusy',
  'freebusy-offers',
  'freebusy-other',
  'freebusy-providers',
  'requests',
])

type PathName = 'uid' | 'recurrenceId' | 'attendee'

/** The files so many directories deep, with what the names of the way say. */
function listTexts(
  path: string,
  [name, ...deeper]: readonly PathName[],
  above: Partial<Record<PathName, string>>,
  tell: TellDamage,
): readonly PredecessorText[] {
  if (name === undefined) return []
  return listEntries(path, tell).flatMap((entry) => {
    const place = join(path, entry.name)
    const names = { ...above, [name]: entry.name }
    if (deeper.length > 0) {
      if (entry.isDirectory()) return listTexts(place, deeper, names, tell)
      tell(`${place}: it should be a directory; left out`)
      return []
    }
    const bytes = attempt(tell, () => readFileSync(place))
    if (bytes === undefined) return []
    const { uid = '', recurrenceId, attendee } = names
    return [{ path: place, uid, recurrenceId, attendee, bytes }]
  })
}

function isEmptyOrLock(path: string, entry: Dirent): boolean {
  if (!entry.isDirectory()) return false
  try {
    return /lock/i.test(entry.name) || readdirSync(path).length === 0
  } catch {
    return false
  }
}

function attempt<Result>(tell: TellDamage, read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    if (code !== 'ENOENT') tell(`${(error as { path?: string }).path ?? 'the store'}: cannot be read: ${code}`)
    return undefined
  }
}
