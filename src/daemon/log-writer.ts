// The log of a program that runs long: lines are written together and never waited for. docs/decisions/0022.
import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import {
  type Level,
  type Log,
  type LogSink,
  type LogTarget,
  makeLogOf,
  serializeLine,
  serializeReadable,
  showTime,
  type Trouble,
} from '../log.ts'

export interface LogWriter {
  readonly log: Log
  /** Lines from now on go there; also after the file has been renamed. */
  setTarget(target: LogTarget): void
  /** For lines that come from elsewhere, threads perhaps. */
  readonly write: LogSink['write']
  /** Resolves when all lines are written, or cannot be. */
  close(): Promise<void>
}

/** Bytes that wait while the disk does not answer; then lines are lost, and counted. */
const mostWaiting = 8 * 1024 * 1024

/** Milliseconds in which lines are gathered: a file is opened and closed for many together. */
const gathering = 50

export function makeLogWriter(first: LogTarget, program: string, now: () => Date): LogWriter {
  let target = first
  let path = first.kind === 'file' ? first.path : ''
  let lines: string[] = []
  let waiting = 0
  let dropped = 0
  let writing: Promise<void> | undefined
  let child: ChildProcess | undefined
  let endPause: (() => void) | undefined
  let isClosing = false

  function write(level: Level, line: Trouble, text: string | undefined, quiet: boolean): void {
    if (target.kind === 'terminal') {
      process.stderr.write(serializeReadable(program, level, line, text))
      return
    }
    const json = serializeLine(level, { time: showTime(now()), ...line, error: text })
    if (target.kind === 'file') append(json)
    else if (!quiet) tell(target.kind, level, json)
  }

  function append(line: string): void {
    if (waiting > mostWaiting) {
      dropped += 1
      return
    }
    lines.push(line)
    waiting += line.length
    writing ??= writeLines().finally(() => {
      writing = undefined
    })
  }

  /** Opened for each batch: the file may be renamed at any time, and nobody need tell us. */
  async function writeLines(): Promise<void> {
    while (lines.length > 0) {
      await new Promise<void>((resolve) => {
        endPause = resolve
        if (isClosing) resolve()
        else setTimeout(resolve, gathering)
      })
      const batch = lines
      lines = []
      try {
        const file = await open(path, 'a', 0o640)
        try {
          await file.appendFile(`${batch.join('\n')}\n`)
        } finally {
          await file.close()
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        tell(
          'syslog',
          'error',
          `the log cannot be written (${reason}): ${batch.length} lines lost, the last one ${batch.at(-1)}`,
        )
      }
      waiting -= batch.reduce((sum, line) => sum + line.length, 0)
      if (dropped === 0) continue
      const text = `${dropped} lines of the log are lost: the disk did not take them in time`
      dropped = 0
      lines.push(serializeLine('error', { time: showTime(now()), error: text }))
    }
  }

  /** Node cannot write to the journal's socket itself: one writer is kept, and started again when it has ended. */
  function tell(kind: 'journal' | 'syslog', level: Level, line: string): void {
    child ??= startWriter(kind)
    const pipe = child?.stdin
    if (!pipe || pipe.writableLength > mostWaiting) dropped += 1
    else pipe.write(`<${priorities[level] + (kind === 'syslog' ? mailFacility : 0)}>${line}\n`)
  }

  function startWriter(kind: 'journal' | 'syslog'): ChildProcess | undefined {
    const [command, args] =
      kind === 'journal'
        ? ['systemd-cat', ['-t', program]]
        : ['logger', ['-t', program, '--prio-prefix', '-p', 'mail.info']]
    try {
      const writer = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] })
      const forget = (): void => {
        if (child === writer) child = undefined
      }
      // No such program, or none left to start: the mail goes on without a line.
      writer.on('error', forget).on('exit', forget)
      writer.stdin?.on('error', forget)
      writer.unref()
      return writer
    } catch {
      return undefined
    }
  }

  return {
    log: makeLogOf({ write }),
    write,
    setTarget(next) {
      if (next.kind !== target.kind) {
        child?.stdin?.end()
        child = undefined
      }
      target = next
      if (next.kind === 'file') path = next.path
    },
    async close() {
      isClosing = true
      endPause?.()
      await writing
      child?.stdin?.end()
      child = undefined
    },
  }
}

/** As syslog counts them; the facility of mail is 2, times eight. */
const priorities: Readonly<Record<Level, number>> = { info: 6, warning: 4, error: 3 }
const mailFacility = 16
