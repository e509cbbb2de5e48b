// What the log says of faults since a time: its error lines, read from its end.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Instant } from '../calendar/time.ts'
import { chooseLogTarget } from '../log.ts'
import { describeSystemError } from './system-error.ts'

export type LogFaults =
  /** `isMore`: the log is too long to be read as far back as that. */
  | { readonly kind: 'seen'; readonly count: number; readonly last: LogFault | undefined; readonly isMore: boolean }
  /** It cannot be read from here, and why. */
  | { readonly kind: 'unseen'; readonly because: string }

export interface LogFault {
  readonly at: Instant
  readonly text: string
}

/** An hour of faults at the rate of a loop is not worth more reading. */
const longestLog = 64 * 1024 * 1024

/** `setting`: that of the log. */
export function readLogFaults(setting: string, since: Instant): LogFaults {
  const target = chooseLogTarget(setting, false)
  if (target.kind !== 'file') return { kind: 'unseen', because: `the log goes to ${target.kind}` }
  try {
    const newest = readFileFaults(target.path, since, longestLog)
    // The log may have begun anew within the time asked for.
    const older = newest.reachesBack ? undefined : readFileFaults(`${target.path}.1`, since, longestLog - newest.read)
    return {
      kind: 'seen',
      count: newest.count + (older?.count ?? 0),
      last: newest.last ?? older?.last,
      isMore: newest.isCut || older?.isCut === true,
    }
  } catch (error) {
    const because = describeSystemError(error)
    if (because === undefined) throw error
    return { kind: 'unseen', because }
  }
}

interface FileFaults {
  readonly count: number
  readonly last: LogFault | undefined
  /** A line before the time was met. */
  readonly reachesBack: boolean
  readonly isCut: boolean
  readonly read: number
}

const block = 256 * 1024
/** Seconds: programs that write at the same time do not keep the order of the clock to the second. */
const disorder = 60

function readFileFaults(path: string, since: Instant, most: number): FileFaults {
  const file = openIfThere(path)
  let count = 0
  let last: LogFault | undefined
  if (file === undefined) return { count, last, reachesBack: false, isCut: false, read: 0 }
  try {
    let position = fstatSync(file).size
    const end = position
    let reachesBack = false
    let head: Buffer = Buffer.alloc(0)
    while (position > 0 && !reachesBack && end - position < most) {
      const length = Math.min(block, position)
      position -= length
      const bytes = Buffer.alloc(length)
      const read = readSync(file, bytes, 0, length, position)
      const text = Buffer.concat([bytes.subarray(0, read), head])
      // The first line of a block is whole only with the end of the block before it.
      const firstEnd = position === 0 ? -1 : text.indexOf(0x0a)
      head = position === 0 ? Buffer.alloc(0) : text.subarray(0, firstEnd + 1)
      const lines = text
        .subarray(firstEnd + 1)
        .toString('utf8')
        .split('\n')
      for (const line of lines.reverse()) {
        const { at, fault } = parseLine(line)
        if (at !== undefined && at < since - disorder) reachesBack = true
        if (at === undefined || at < since || fault === undefined) continue
        count += 1
        last ??= { at, text: fault }
      }
    }
    return { count, last, reachesBack, isCut: position > 0 && !reachesBack, read: end - position }
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A torn line, or one that is not ours, says nothing. */
function parseLine(line: string): { readonly at?: Instant; readonly fault?: string } {
  const parsed = readObject(line)
  const at = typeof parsed.time === 'string' ? Date.parse(parsed.time) / 1000 : Number.NaN
  if (Number.isNaN(at)) return {}
  return parsed.level === 'error' ? { at, fault: String(parsed.error ?? '') } : { at }
}

function readObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
