// How a person's mailbox gets a mail and its summary, when one of them cannot be delivered, and when the mail is tried again.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import type { DeliveryResult } from '../../src/mail/transport/transport.ts'
import { makeAttempts } from '../../src/pipeline/attempts.ts'
import type { Outcome } from '../../src/pipeline/outcome.ts'
import { processMail } from '../../src/pipeline/process-mail.ts'
import { steps } from '../../src/pipeline/steps.ts'
import type { World } from '../../src/pipeline/world.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import type { Store } from '../../src/store/store.ts'
import { zoneTables } from '../support/calendar-text.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { makeRecordingTransport, type RecordedMail } from '../support/recording-transport.ts'

const clock = makeFixedClock('2026-03-02T09:00:00Z')
const deferred: DeliveryResult = { kind: 'deferred', reply: '452 4.2.2 over quota' }
const refused: DeliveryResult = { kind: 'refused', code: '5.7.1', reply: '550 5.7.1 not from you' }

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deliver-'))
  store = makeMemoryStore({ now: clock.now })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Trial {
  readonly form: string
  readonly lines?: readonly string[]
  /** What the mailbox says to the mail itself, and to a summary. */
  readonly original?: DeliveryResult
  readonly summary?: DeliveryResult
  readonly atRecipient?: DeliveryResult
  readonly change?: (world: World) => World
  readonly settings?: Readonly<Record<string, string>>
}

interface Tried {
  readonly outcome: Outcome
  /** In the order of delivery: `original`, `summary`. */
  readonly delivered: readonly string[]
  readonly mails: readonly RecordedMail[]
  readonly failures: readonly string[]
}

const request = [
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'UID:planning@example.org',
  'DTSTAMP:20260302T085900Z',
  'DTSTART:20260310T100000Z',
  'DTEND:20260310T110000Z',
  'ORGANIZER:mailto:kim@example.org',
  'ATTENDEE;RSVP=TRUE:mailto:pat@example.com',
  'SUMMARY:Planning',
  'END:VEVENT',
]

async function tryMail({
  form,
  lines = request,
  original,
  summary,
  atRecipient,
  change,
  settings = {},
}: Trial): Promise<Tried> {
  const results = { original, summary }
  const failures: string[] = []
  const order: string[] = []
  const mails: RecordedMail[] = []
  const configuration = loadConfig({
    file: '/dev/null',
    environment: {},
    overrides: Object.entries({ incoming_default: form, preferences_dir: folder, tzid: 'UTC', ...settings }).map(
      ([name, value]) => ({ name, value, from: 'test' }),
    ),
  })
  const world: World = {
    agent: 'imip-person',
    delivers: true,
    configuration,
    mode: configuration.mode,
    dryRun: false,
    now: clock.now,
    elapsed: () => 0,
    loadSteps: () => steps,
    openStore: () => store,
    loadZones: () => zoneTables,
    onward: {
      spell: (recipient) => `local+${recipient}`,
      transport: {
        async open(mail) {
          const kind = mail.kind === 'summary' ? 'summary' : 'original'
          const given = (result: DeliveryResult | undefined) => () => result
          const transport = makeRecordingTransport({
            atRecipient: given(kind === 'summary' ? atRecipient : undefined),
            atData: given(results[kind]),
          })
          const delivery = await transport.open(mail)
          return {
            ...delivery,
            async finish(bytes) {
              const said = await delivery.finish(bytes)
              if (said[0]?.kind === 'delivered') {
                order.push(kind)
                mails.push(...transport.mails)
              }
              return said
            },
          }
        },
      },
    },
    outward: makeRecordingTransport(),
    attempts: makeAttempts(join(folder, '.attempts'), 900, clock.now),
    report: { verdict: () => {}, passed: () => {}, failure: (text) => void failures.push(text), shown: () => {} },
  }
  const calendar = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.org//Test//EN', ...lines, 'END:VCALENDAR', '']
  const raw = {
    bytes: Buffer.from(
      `From: kim@example.org\nMessage-ID: <1@example.org>\nContent-Type: text/calendar; charset=utf-8\n\n${calendar.join('\n')}`,
    ),
    sender: 'kim@example.org',
    recipients: ['pat@example.com'],
    originalRecipient: undefined,
    login: undefined,
    client: undefined,
    queueId: undefined,
  }
  const outcome = await processMail(raw, change ? change(world) : world)
  return { outcome, delivered: order, mails, failures }
}

describe('the five forms', () => {
  test.each([
    ['message-only', ['original']],
    ['message-then-summary', ['original', 'summary']],
    ['summary-then-message', ['summary', 'original']],
    ['summary-only', ['summary']],
    ['summary-wraps-message', ['summary']],
  ])('%s', async (form, delivered) => {
    const tried = await tryMail({ form })
    expect(tried).toMatchObject({ outcome: { kind: 'done' }, delivered, failures: [] })
    for (const { kind, envelope } of tried.mails)
      expect(envelope).toEqual({
        sender: kind === 'summary' ? 'calendar@example.com' : 'kim@example.org',
        recipients: ['local+pat@example.com'],
      })
    expect(readdirSync(folder).filter((name) => name !== '.attempts')).toEqual([])
    expect(readdirSync(join(folder, '.attempts'))).toEqual([])
  })
})

describe('a summary never holds the mail back, nor harms it', () => {
  test.each([
    ['message-then-summary', ['original']],
    ['summary-then-message', ['original']],
    ['summary-only', ['original']],
    ['summary-wraps-message', ['original']],
  ])('%s: refused, deferred, or not even taken at RCPT', async (form, delivered) => {
    for (const trial of [{ summary: refused }, { summary: deferred }, { atRecipient: refused }]) {
      store = makeMemoryStore({ now: clock.now })
      const tried = await tryMail({ form, ...trial })
      expect(tried).toMatchObject({ outcome: { kind: 'done' }, delivered })
      expect(tried.failures).toEqual([
        expect.stringMatching(/^the summary for pat@example\.com about <1@example\.org> was not/),
      ])
      expect(readdirSync(join(folder, '.attempts'))).toEqual([])
    }
  })

  test('one that cannot be composed', async () => {
    let isAsked = false
    const tried = await tryMail({
      form: 'summary-only',
      change: (world) => ({
        ...world,
        onward: {
          ...world.onward,
          spell: (recipient) => {
            // The second time it is the summary's turn.
            if (isAsked) throw new Error('no way')
            isAsked = true
            return recipient
          },
        },
      }),
    })
    expect(tried).toMatchObject({ outcome: { kind: 'done' }, delivered: ['original'] })
    expect(tried.failures).toEqual([expect.stringMatching(/failed: no way$/)])
  })

  test('one whose schedule cannot be read is made without conflicts', async () => {
    const tried = await tryMail({
      form: 'message-then-summary',
      change: (world) => ({
        ...world,
        openStore: () => ({
          ...store,
          transact: (users, groups, work) =>
            store.transact(users, groups, (reader) =>
              work({
                ...reader,
                readWindow: async () => {
                  throw new Error('a torn bucket')
                },
              }),
            ),
        }),
      }),
    })
    expect(tried).toMatchObject({ outcome: { kind: 'done' }, delivered: ['original', 'summary'] })
    expect(tried.failures).toEqual(['a summary is made without conflicts: a torn bucket'])
    expect(Buffer.from(tried.mails[1]?.bytes ?? '').toString()).not.toContain('Your schedule')
  })
})

describe('the mail is deferred and tried again', () => {
  test('message-then-summary: no summary before the mail; the second try tells what the first would have told', async () => {
    const first = await tryMail({ form: 'message-then-summary', original: deferred })
    expect(first).toMatchObject({ outcome: { kind: 'temporary', theirs: true }, delivered: [] })
    const second = await tryMail({ form: 'message-then-summary' })
    expect(second).toMatchObject({ outcome: { kind: 'done' }, delivered: ['original', 'summary'] })
    expect(Buffer.from(second.mails[1]?.bytes ?? '').toString()).toContain('You are asked to answer')
    expect(readdirSync(join(folder, '.attempts'))).toEqual([])
  })

  test('summary-then-message: a summary that has reached the mailbox is not repeated', async () => {
    const first = await tryMail({ form: 'summary-then-message', original: deferred })
    expect(first).toMatchObject({ outcome: { kind: 'temporary' }, delivered: ['summary'] })
    const again = await tryMail({ form: 'summary-then-message', original: deferred })
    expect(again).toMatchObject({ outcome: { kind: 'temporary' }, delivered: [] })
    expect(await tryMail({ form: 'summary-then-message' })).toMatchObject({
      outcome: { kind: 'done' },
      delivered: ['original'],
    })
  })

  test.each(['summary-only', 'summary-wraps-message', 'message-then-summary'])(
    '%s: both deferred, then the same bytes as if nothing had happened',
    async (form) => {
      const settings = { verdict_header: 'true' }
      const plain = await tryMail({ form, settings })
      store = makeMemoryStore({ now: clock.now })
      expect(await tryMail({ form, settings, original: deferred, summary: deferred })).toMatchObject({
        outcome: { kind: 'temporary' },
        delivered: [],
      })
      const again = await tryMail({ form, settings })
      expect(again.mails.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
        plain.mails.map(({ bytes }) => Buffer.from(bytes).toString()),
      )
    },
  )

  test('where nothing could be kept, the same Message-ID tells that it is a repetition', async () => {
    const change = (world: World): World => ({
      ...world,
      attempts: { ...world.attempts, keepPlan: () => {}, recallPlan: () => undefined },
    })
    const readId = ({ mails }: Tried) =>
      mails.flatMap(({ bytes }) => /^Message-ID: (<summary\S+)/m.exec(Buffer.from(bytes).toString())?.[1] ?? [])
    const first = await tryMail({ form: 'summary-then-message', original: deferred, change })
    const second = await tryMail({ form: 'summary-then-message', change })
    expect(readId(first)).toHaveLength(1)
    expect(readId(second)).toEqual(readId(first))
  })
})

describe('what a summary cannot tell', () => {
  test.each([
    ['summary-only', ['original']],
    ['summary-wraps-message', ['summary']],
    ['message-then-summary', ['original', 'summary']],
  ])('%s: a request that cannot be used', async (form, delivered) => {
    const lines = request.filter((line) => !line.startsWith('DTSTART'))
    expect(await tryMail({ form, lines })).toMatchObject({ outcome: { kind: 'done' }, delivered })
  })

  test.each(['summary-only', 'summary-wraps-message', 'message-then-summary'])(
    '%s: no METHOD, no words',
    async (form) => {
      const lines = request.filter((line) => !line.startsWith('METHOD'))
      expect(await tryMail({ form, lines })).toMatchObject({ outcome: { kind: 'done' }, delivered: ['original'] })
    },
  )

  test('observing changes no mail', async () => {
    const settings = { mode: 'observe', verdict_header: 'true' }
    const tried = await tryMail({ form: 'summary-only', settings })
    expect(tried.delivered).toEqual(['original'])
    expect(Buffer.from(tried.mails[0]?.bytes ?? '').toString()).toMatch(/^From: kim@example\.org/)
  })

  test('a published calendar of many events is told in part, beside it', async () => {
    const lines = [
      'METHOD:PUBLISH',
      ...Array.from({ length: 14 }, (_, index) => [
        'BEGIN:VEVENT',
        `UID:${index}@example.org`,
        'DTSTAMP:20260302T085900Z',
        'DTSTART:20260310T100000Z',
        'ORGANIZER:mailto:kim@example.org',
        `SUMMARY:Lecture ${index}`,
        'END:VEVENT',
      ]).flat(),
    ]
    const beside = await tryMail({ form: 'message-then-summary', lines })
    const text = Buffer.from(beside.mails[1]?.bytes ?? '').toString()
    expect(text).toContain('Subject: Published: Lecture 0 (and 13 more)')
    expect(text).toContain('There are 4 messages more in the same mail.')
    store = makeMemoryStore({ now: clock.now })
    expect(await tryMail({ form: 'summary-only', lines })).toMatchObject({ delivered: ['original'] })
  })
})

test('a dry run shows the summary and sends nothing', async () => {
  const shown: string[] = []
  const tried = await tryMail({
    form: 'message-then-summary',
    change: (world) => ({
      ...world,
      dryRun: true,
      report: { ...world.report, shown: ({ kind }) => void shown.push(kind) },
    }),
  })
  expect(shown).toEqual(['summary'])
  expect(tried.delivered).toEqual(['original'])
})
