// The daemon as an administrator has it: the built program in a process of its own, with a folder, a mailbox and a mail system behind it.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type ProgramFolder, runProgram } from '../support/built-programs.ts'
import type { LmtpClient } from './lmtp-client.ts'
import { poll } from './poll.ts'

export interface Daemon {
  readonly child: ChildProcess
  readonly person: string
  readonly personOutgoing: string
  readonly resource: string
  readonly metrics: string
  /** Resolves with code or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  readError(): string
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

export interface DaemonFolder {
  readonly path: string
  readonly configuration: string
  start(options?: StartOptions): Promise<Daemon>
  writeSettings(settings: Readonly<Record<string, string | number | boolean>>): void
  writePreference(user: string, name: string, value: string): void
  readLog(): readonly Record<string, unknown>[]
  runAdmin(...args: readonly string[]): Promise<string>
  remove(): Promise<void>
}

export interface StartOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export function makeDaemonFolder(
  programs: ProgramFolder,
  settings: Readonly<Record<string, string | number | boolean>>,
): DaemonFolder {
  const path = mkdtempSync(join(tmpdir(), 'imip-lmtpd-'))
  const configuration = join(path, 'config.toml')
  const log = join(path, 'log')
  const daemons = new Set<Daemon>()
  let starts = 0

  const writeSettings: DaemonFolder['writeSettings'] = (changed) => {
    const all = {
      store_dir: join(path, 'store'),
      preferences_dir: join(path, 'preferences'),
      log,
      resource_organizers: 'anyone',
      ...settings,
      ...changed,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    writeFileSync(configuration, lines.join(''))
  }
  writeSettings({})

  return {
    path,
    configuration,
    writeSettings,
    writePreference(user, name, value) {
      const place = join(path, 'preferences', `mailto:${user}`)
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, name), `${value}\n`)
    },
    readLog: () => readLines(log).map((line) => JSON.parse(line) as Record<string, unknown>),
    async runAdmin(...args) {
      const { stdout, stderr, code } = await runProgram(programs.bin('imip-admin'), [...args, '-c', configuration])
      if (code !== 0) throw new Error(`imip-admin ${args.join(' ')}: ${code} ${stderr}`)
      return stdout
    },
    async start({ args = [], env = {} } = {}) {
      const name = `s${++starts}`
      const socket = (role: string) => join(path, `${name}.${role}`)
      const child = spawn(
        programs.bin('imip-lmtpd'),
        [
          ...['-c', configuration, '--person', socket('person'), '--person-outgoing', socket('outgoing')],
          ...['--resource', socket('resource'), '--metrics', socket('metrics'), ...args],
        ],
        { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
      )
      let said = ''
      child.stderr?.on('data', (chunk) => {
        said += chunk
      })
      const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
        child.once('exit', (code, signal) => resolve(code ?? signal))
      })
      const daemon: Daemon = {
        child,
        ended,
        person: socket('person'),
        personOutgoing: socket('outgoing'),
        resource: socket('resource'),
        metrics: socket('metrics'),
        readError: () => said,
        kill(signal) {
          child.kill(signal)
          return ended
        },
      }
      daemons.add(daemon)
      void ended.then(() => daemons.delete(daemon))
      // The listener for measures is the last.
      await poll(async () => child.exitCode !== null || (await isListening(daemon.metrics))).toBe(true)
      if (child.exitCode !== null) throw new Error(`imip-lmtpd ended with ${child.exitCode}: ${said}`)
      return daemon
    },
    async remove() {
      await Promise.all([...daemons].map((daemon) => daemon.kill('SIGKILL')))
      rmSync(path, { recursive: true, force: true })
    },
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return []
  }
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** One whole mail; the replies to it, one for each recipient that was accepted. */
export async function sendMail(
  client: LmtpClient,
  recipients: readonly string[],
  mail: string,
  sender = 'pat@example.org',
): Promise<readonly string[]> {
  expect(await client.ask(`MAIL FROM:<${sender}>`)).toMatch(/^250 /)
  const answers: string[] = []
  for (const recipient of recipients) answers.push(await client.ask(`RCPT TO:<${recipient}>`))
  const accepted = answers.filter((answer) => answer.startsWith('250')).length
  if (accepted === 0) {
    await client.ask('RSET')
    return answers
  }
  expect(await client.ask('DATA')).toMatch(/^354 /)
  client.write(`${mail.replace(/^\./gm, '..')}.\r\n`)
  return client.readReplies(accepted)
}

export const plainMail = makeLines(
  'From: pat@example.org',
  'To: kim@example.com',
  'Subject: Lunch',
  'Message-ID: <lunch@example.org>',
  '',
  'At noon.',
)

export interface InvitationOptions {
  readonly uid?: string
  readonly to?: string
  readonly start?: string
  readonly end?: string
  readonly messageId?: string
}

export function makeInvitation({
  uid = 'planning@example.org',
  to = 'room@example.com',
  start = '20270310T100000Z',
  end = '20270310T110000Z',
  messageId = uid,
}: InvitationOptions = {}): string {
  return makeLines(
    'From: pat@example.org',
    `To: ${to}`,
    'Subject: Planning',
    `Message-ID: <${messageId}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/calendar; method=REQUEST; charset=UTF-8',
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//Test//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20270101T085900Z',
    `DTSTART:${start}`,
    `DTEND:${end}`,
    'ORGANIZER:mailto:pat@example.org',
    `ATTENDEE;RSVP=TRUE:mailto:${to}`,
    'SUMMARY:Planning',
    'END:VEVENT',
    'END:VCALENDAR',
  )
}

export function makeLines(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`
}
