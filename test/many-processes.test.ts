// The room under many processes at once, and under `kill -9`: the real programs, the file store, an SMTP receiver for the answers.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CalendarAddress } from '../src/calendar/calendar-address.ts'
import { openFileStore } from '../src/store/file/store.ts'
import { buildPrograms, type ProgramFolder, runProgram } from './support/built-programs.ts'
import { type Receiver, startReceiver } from './support/lmtp-receiver.ts'

const room: CalendarAddress = 'mailto:room@example.com'
let programs: ProgramFolder
let receiver: Receiver
let folder: string

beforeAll(async () => {
  programs = await buildPrograms()
})
afterAll(() => programs.remove())

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imip-many-'))
  receiver = await startReceiver({ protocol: 'smtp', listen: 'port' })
  return async () => {
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('40 processes at once', () => {
  it('ask for the same time: exactly one is accepted', async () => {
    const endings = await Promise.all(numbers(40).map((number) => ask(makeRequest(`same-${number}`, 10))))
    expect(endings.map((ending) => ending.code)).toEqual(numbers(40).map(() => 0))
    expect(readAnswers().filter((answer) => answer.participation === 'ACCEPTED')).toHaveLength(1)
    expect(readAnswers().filter((answer) => answer.participation === 'DECLINED')).toHaveLength(39)
    expect(await readBookings()).toHaveLength(1)
  }, 120_000)

  it('ask for 40 times: all are accepted', async () => {
    const endings = await Promise.all(numbers(40).map((number) => ask(makeRequest(`own-${number}`, number))))
    expect(endings.map((ending) => ending.code)).toEqual(numbers(40).map(() => 0))
    expect(readAnswers().filter((answer) => answer.participation === 'ACCEPTED')).toHaveLength(40)
    expect(await readBookings()).toHaveLength(40)
  }, 120_000)
})

describe('kill -9', () => {
  it('at 50 random moments of a run, then the same mail again: one booking, at least one answer, always the same', async () => {
    const seed = Number(process.env.SEED ?? 20_260_302)
    const random = makeRandom(seed)
    const whole = await timeOf(() => ask(makeRequest('measure', 500)))
    for (const round of numbers(50)) {
      const mail = makeRequest(`killed-${round}`, round)
      // A moment of the run cannot be met by waiting for an event: every event is one of the moments.
      await askAndKill(mail, random() * whole * 1.2)
      expect((await ask(mail)).code, `seed ${seed}, round ${round}`).toBe(0)
      const answers = readAnswers().filter((answer) => answer.uid === `killed-${round}@example.com`)
      expect(answers.length, `seed ${seed}, round ${round}`).toBeGreaterThan(0)
      expect(new Set(answers.map((answer) => answer.messageId)).size, `seed ${seed}, round ${round}`).toBe(1)
      expect(answers[0]?.participation).toBe('ACCEPTED')
    }
    const booked = (await readBookings()).map((booking) => booking.uid).sort()
    expect(booked).toEqual([...numbers(50).map((round) => `killed-${round}@example.com`), 'measure@example.com'].sort())
  }, 300_000)
})

function listArguments(): readonly string[] {
  return [
    ...['-S', join(folder, 'store'), '-p', join(folder, 'preferences')],
    ...['--set', `log=${join(folder, 'log')}`, '--smtp', receiver.address],
    ...['-o', 'room@example.com', '-s', 'pat@example.com', '--now', '2026-03-02T09:00:00Z'],
  ]
}

function ask(mail: string) {
  return runProgram(programs.bin('imip-resource'), listArguments(), { input: mail })
}

function askAndKill(mail: string, after: number): Promise<void> {
  return new Promise((resolve) => {
    const program = join(programs.path, 'dist/imip-resource.cjs')
    const child = spawn(process.execPath, [program, ...listArguments()], { stdio: ['pipe', 'ignore', 'ignore'] })
    child.stdin.on('error', () => undefined)
    child.stdin.end(mail)
    const timer = setTimeout(() => child.kill('SIGKILL'), after)
    child.on('exit', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

interface Answer {
  readonly uid: string
  readonly participation: string
  readonly messageId: string
}

function readAnswers(): readonly Answer[] {
  return receiver.mails.map(({ bytes }) => {
    const text = bytes.toString('utf8')
    const encoded = text.slice(text.lastIndexOf('base64') + 'base64'.length, text.lastIndexOf('\r\n--'))
    const calendar = Buffer.from(encoded, 'base64').toString('utf8')
    return {
      uid: /^UID:(.*)\r$/m.exec(calendar)?.[1] ?? '',
      participation: /PARTSTAT=([A-Z]+)/.exec(calendar)?.[1] ?? '',
      messageId: /^Message-ID: (.*)\r$/m.exec(text)?.[1] ?? '',
    }
  })
}

async function readBookings() {
  const store = openFileStore({ directory: join(folder, 'store'), now: () => 1_772_442_000 })
  try {
    return (await store.readUser(room)).bookings
  } finally {
    await store.close()
  }
}

/** An hour of its own for each number. */
function makeRequest(uid: string, hour: number): string {
  const start = Date.UTC(2026, 2, 10) + hour * 3_600_000
  const stamp = (time: number) => new Date(time).toISOString().replace(/[-:]|\.000/g, '')
  return [
    'From: pat@example.com',
    'To: room@example.com',
    `Subject: ${uid}`,
    `Message-ID: <${uid}.mail@example.com>`,
    'MIME-Version: 1.0',
    'Content-Type: text/calendar; charset=utf-8; method=REQUEST',
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//example.com//many//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${uid}@example.com`,
    'DTSTAMP:20260302T085900Z',
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(start + 3_600_000)}`,
    'SUMMARY:Planning',
    'ORGANIZER:mailto:pat@example.com',
    'ATTENDEE;RSVP=TRUE:mailto:room@example.com',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\n')
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** A small generator of numbers from 0 to 1; the same seed gives the same run. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
