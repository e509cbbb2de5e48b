// imip-admin in the process of the tests: a folder of its own, a store in memory, a clock that stands still, and all that it said.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAdmin } from '../../src/admin/run-admin.ts'
import { Trouble } from '../../src/admin/trouble.ts'
import type { Verdict } from '../../src/agents/verdict.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { noAttempts } from '../../src/pipeline/attempts.ts'
import { processMail } from '../../src/pipeline/process-mail.ts'
import { steps } from '../../src/pipeline/steps.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { Store } from '../../src/store/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { type FixedClock, makeFixedClock } from '../support/fixed-clock.ts'
import {
  makeRecordingTransport,
  type RecordingOptions,
  type RecordingTransport,
} from '../support/recording-transport.ts'

export interface Said {
  readonly code: number
  readonly out: string
  readonly error: string
}

export interface AdminRoom {
  readonly folder: string
  readonly clock: FixedClock
  readonly store: Store
  readonly outward: RecordingTransport
  /** Standard input of the next runs. */
  input: string
  run(...args: readonly string[]): Promise<Said>
  /** The path of a new file with this content. */
  write(name: string, content: string): string
  read(name: string): string
  /** A mail to a room, as the resource agent gets it. */
  receive(mail: string, recipient: string): Promise<readonly Verdict[]>
  remove(): void
}

export interface AdminRoomOptions extends RecordingOptions {
  readonly isTerminal?: boolean
  readonly hasStore?: boolean
}

export function makeAdminRoom({ isTerminal = false, hasStore = true, ...transport }: AdminRoomOptions = {}): AdminRoom {
  const folder = mkdtempSync(join(tmpdir(), 'admin-'))
  const clock = makeFixedClock('2026-03-02T09:00:00Z')
  const store = makeMemoryStore({ now: clock.now })
  const outward = makeRecordingTransport(transport)
  const settings = join(folder, 'config.toml')
  writeFileSync(
    settings,
    [
      ...['store', 'journal', 'preferences', 'publish'].map((name) => `${name}_dir = "${join(folder, name)}"`),
      `log = "${join(folder, 'log', 'agent.log')}"`,
      'tzid = "Europe/Oslo"',
    ].join('\n'),
  )
  let made = 0
  const room: AdminRoom = {
    folder,
    clock,
    store,
    outward,
    input: '',
    async run(...args) {
      let out = ''
      let error = ''
      const code = await runAdmin(['-c', settings, ...args], {
        environment: {},
        write: (text) => {
          out += text
        },
        writeError: (text) => {
          error += text
        },
        isTerminal,
        now: clock.now,
        makeIdentifier: () => `made-${++made}`,
        loadZones: loadSystemZones,
        hasStore: () => hasStore,
        // A store ends with its process, and the memory of this one with the test.
        openStore: () => ({ ...store, close: async () => {} }),
        makeOutward: () => outward,
        readInput: (file) => {
          if (file === undefined || file === '-') return Buffer.from(room.input)
          try {
            return readFileSync(file)
          } catch {
            throw new Trouble(`${file}: there is no such file or directory`)
          }
        },
        codeCachePaths: [],
        makeCodeCaches: async () => [{ kind: 'not-made', path: 'nowhere', reason: 'this is a test' }],
      })
      return { code, out, error }
    },
    write(name, content) {
      const path = join(folder, name)
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, content)
      return path
    },
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    async receive(mail, recipient) {
      const verdicts: Verdict[] = []
      const raw = {
        bytes: Buffer.from(mail),
        sender: 'pat@example.com',
        recipients: [recipient],
        originalRecipient: undefined,
        login: undefined,
        client: undefined,
        queueId: undefined,
      }
      await processMail(raw, {
        agent: 'imip-resource',
        delivers: false,
        configuration: loadConfig({ file: settings, environment: {}, overrides: [] }),
        mode: 'on',
        dryRun: false,
        now: clock.now,
        elapsed: () => 0,
        loadSteps: () => steps,
        openStore: () => store,
        loadZones: loadSystemZones,
        onward: { transport: outward, spell: (address) => address },
        outward,
        attempts: noAttempts,
        report: {
          verdict: (verdict) => verdicts.push(verdict),
          passed: () => {},
          failure: () => {},
          shown: () => {},
        },
      })
      return verdicts
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  return room
}

/** A calendar of these events, each given by its lines. */
export function makeCalendar(...events: readonly (readonly string[])[]): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT'])
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...lines, 'END:VCALENDAR', ''].join('\r\n')
}

/** Ten to eleven on 10 March 2026, in UTC. */
export function makeInvitation(uid: string, ...lines: readonly string[]): string {
  return [
    'From: Pat <pat@example.com>',
    'To: room@example.com',
    `Message-ID: <${uid}>`,
    'Subject: Planning',
    'MIME-Version: 1.0',
    'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
    '',
    'BEGIN:VCALENDAR',
    'METHOD:REQUEST',
    'VERSION:2.0',
    'PRODID:test',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260302T085900Z',
    'DTSTART:20260310T100000Z',
    'DTEND:20260310T110000Z',
    'ORGANIZER:mailto:pat@example.com',
    'ATTENDEE;RSVP=TRUE:mailto:room@example.com',
    'SUMMARY:Planning',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}
