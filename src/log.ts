// The log: one line per mail and user, and what went wrong. Addresses and UIDs may stand in it, subjects and texts never.
import { spawn } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { serializeInstant } from './calendar/time.ts'

/** What was done with one mail for one user. */
export interface MailLine {
  readonly queue: string | null
  readonly messageId: string | null
  readonly recipient: string | null
  readonly user: string | null
  readonly method: string | null
  readonly uid: string | null
  readonly recurrenceId: string | null
  readonly sequence: number | null
  readonly verdict: string | null
  readonly reason: string | null
  readonly answer: string | null
  /** How long it took. */
  readonly ms: number
}

/** Where trouble happened, as far as it is known. */
export type Trouble = Partial<MailLine>

/** No method ever throws: a log that cannot be written must not hold up a mail. */
export interface Log {
  /** `quiet` where there is nothing to say about the mail: no program is started for it. */
  writeMail(line: MailLine, weight?: 'quiet'): void
  /** Something an administrator must see. */
  writeError(text: string, about?: Trouble): void
  /** Something an administrator may want to know. */
  writeWarning(text: string, about?: Trouble): void
}

export type LogTarget =
  /** Readable lines on standard error. */
  | { readonly kind: 'terminal' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'journal' }
  | { readonly kind: 'syslog' }

/** The setting `log`; a terminal comes before it. */
export function chooseLogTarget(setting: string, isTerminal: boolean): LogTarget {
  if (isTerminal) return { kind: 'terminal' }
  if (setting === 'journal' || setting === 'syslog') return { kind: setting }
  return { kind: 'file', path: setting }
}

/** As toISOString, which makes Node read the time zone of the machine first: a hundredth of a start. */
export function showTime(time: Date): string {
  const milliseconds = time.getTime()
  const seconds = Math.floor(milliseconds / 1000)
  const text = serializeInstant(seconds)
  const date = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`
  const hours = `${text.slice(9, 11)}:${text.slice(11, 13)}:${text.slice(13, 15)}`
  return `${date}T${hours}.${String(milliseconds - seconds * 1000).padStart(3, '0')}Z`
}

/** `program` is the name under which lines go to a terminal, the journal and syslog; `now` the clock of the log. */
export function makeLog(target: LogTarget, program: string, now: () => Date): Log {
  return makeLogOf({
    write(level, line, text, quiet) {
      if (target.kind === 'terminal') {
        writeTerminal(serializeReadable(program, level, line, text))
        return
      }
      const json = serializeLine(level, { time: showTime(now()), ...line, error: text })
      if (target.kind === 'file' && appendLine(target.path, json)) return
      if (!quiet) startWriter(target.kind === 'journal' ? 'journal' : 'syslog', program, level, json)
    },
  })
}

/** Where what is told to a log goes, before it is a line. */
export interface LogSink {
  write(level: Level, line: Trouble, text: string | undefined, quiet: boolean): void
}

export function makeLogOf({ write }: LogSink): Log {
  return {
    writeMail: (line, weight) => write('info', line, undefined, weight === 'quiet'),
    writeError: (text, about = {}) => write('error', about, text, false),
    writeWarning: (text, about = {}) => write('warning', about, text, false),
  }
}

export type Level = 'info' | 'warning' | 'error'

/** Longest text in a line: a UID may have thousands of signs, and a line must reach the file in one piece. */
const longestText = 300

/** A fault may name several settings. */
const longestError = 1000

const fields = [
  'time',
  'queue',
  'messageId',
  'recipient',
  'user',
  'method',
  'uid',
  'recurrenceId',
  'sequence',
  'verdict',
  'reason',
  'answer',
  'ms',
] as const satisfies readonly (keyof Stamped)[]

type Stamped = MailLine & { readonly time: string }

/** One line of JSON, without its end. */
export function serializeLine(level: Level, line: Partial<Stamped> & { readonly error: string | undefined }): string {
  const shown: Record<string, unknown> = {}
  for (const field of fields) if (line[field] !== undefined) shown[field] = shorten(line[field], longestText)
  if (level !== 'info') {
    shown.level = level
    shown.error = shorten(line.error, longestError)
  }
  return escapeHidden(JSON.stringify(shown))
}

function shorten(value: unknown, longest: number): unknown {
  return typeof value === 'string' && value.length > longest ? `${value.slice(0, longest)}…` : value
}

/** Signs that JSON leaves as they are but that terminals obey. */
function escapeHidden(text: string): string {
  // Nearly every line; the pattern below is dear to make.
  if (/^[\x20-\x7e]*$/.test(text)) return text
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => {
    let escaped = ''
    for (let index = 0; index < sign.length; index += 1)
      escaped += `\\u${sign.charCodeAt(index).toString(16).padStart(4, '0')}`
    return escaped
  })
}

/** One line for a person, with its end. */
export function serializeReadable(program: string, level: Level, line: Trouble, text: string | undefined): string {
  return `${program}: ${makeReadable(level, line, text)}\n`
}

function makeReadable(level: Level, line: Trouble, text: string | undefined): string {
  const shown = [
    text,
    line.verdict,
    line.answer,
    line.reason,
    line.method,
    line.uid === null || line.uid === undefined ? null : `uid ${line.uid}`,
    line.recurrenceId,
    line.user === null || line.user === undefined ? null : `for ${line.user}`,
    line.ms === undefined ? null : `${line.ms} ms`,
  ].filter((part) => part !== null && part !== undefined && part !== '')
  const sentence = escapeHidden(shown.map((part) => shorten(String(part), longestError)).join(', '))
  return level === 'info' ? sentence : `${level}: ${sentence}`
}

function writeTerminal(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // Nobody is left to read it.
  }
}

function appendLine(path: string, line: string): boolean {
  try {
    const file = openSync(path, 'a', 0o640)
    try {
      // One write: lines of processes that run at the same time stay whole.
      writeSync(file, `${line}\n`)
    } finally {
      closeSync(file)
    }
    return true
  } catch {
    return false
  }
}

const priorities: Readonly<Record<Level, string>> = { info: 'info', warning: 'warning', error: 'err' }

/** Node cannot write to /dev/log or the journal's socket itself. The writer is not waited for. */
function startWriter(kind: 'journal' | 'syslog', program: string, level: Level, line: string): void {
  const priority = priorities[level]
  const [command, args] =
    kind === 'journal'
      ? ['systemd-cat', ['-t', program, '-p', priority, 'printf', '%s\n', line]]
      : ['logger', ['-t', program, '-p', `mail.${priority}`, '--', line]]
  try {
    const writer = spawn(command, args, { stdio: 'ignore', detached: true })
    // No such program, or none left to start: the mail goes on without a line.
    writer.on('error', () => undefined)
    writer.unref()
  } catch {
    // As above.
  }
}
