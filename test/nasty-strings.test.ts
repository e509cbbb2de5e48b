// What senders write reaches no path unencoded, no log line unescaped, no HTML unescaped, no header unfolded, and no shell: the whole way of a
// mail, with strings made for each of them in every place that a sender fills in.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Log, makeLog } from '../src/log.ts'
import { fc } from './fast-check.ts'
import { type CaseWorld, makeCaseWorld, type SentMail } from './support/case-world.ts'
import { makeFixedClock } from './support/fixed-clock.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasty-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What stands in all of them, so that it is found wherever it comes out. */
const marks = {
  path: '../../../../tmp/nasty-escaped',
  shell: '$(touch /tmp/nasty-touched)`touch /tmp/nasty-touched`;touch /tmp/nasty-touched|& touch /tmp/nasty-touched',
  html: '"><img src=x onerror=alert(1)><script>alert(1)</script>&lt;b&gt;\'<!--',
  header: 'x\r\nX-Nasty: yes\r\n\r\nX-Nasty: body',
  control: '\u0000\u0007\u001b[31mred\u001b[0m\u009b\u202e\u2028\u0085\u007f',
  percent: '%00%2e%2e%2f%s%n%d{{7*7}}',
  long: 'ö'.repeat(600),
} as const

const nasty = fc.oneof(
  fc.constantFrom(...Object.values(marks)),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(...Object.values(marks), 'a', '/', '\\', '.', '\n', '\t', '"', ':', ';', ',', '<', '>', '&'),
      {
        maxLength: 8,
      },
    )
    .map((pieces) => pieces.join('')),
)

interface Places {
  readonly uid: string
  readonly summary: string
  readonly location: string
  readonly description: string
  readonly comment: string
  readonly name: string
  readonly from: string
  readonly subject: string
  readonly messageId: string
  readonly tzid: string
  readonly local: string
}

const places: fc.Arbitrary<Places> = fc.record({
  uid: nasty,
  summary: nasty,
  location: nasty,
  description: nasty,
  comment: nasty,
  name: nasty,
  from: nasty,
  subject: nasty,
  messageId: nasty,
  tzid: nasty,
  local: nasty,
})

/** As a sender's program would write it; what cannot stand in a line is folded or escaped there, too. */
const text = (value: string): string => value.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n|\r/g, '\\n')
const parameter = (value: string): string => `"${value.replace(/"/g, "^'").replace(/\r?\n|\r/g, '^n')}"`
const word = (value: string): string => `=?utf-8?b?${Buffer.from(value).toString('base64')}?=`
/** Written as it is, apart from the end of the line: a sender that follows no rule. */
const raw = (value: string): string => value.replace(/[\r\n]/g, ' ')

function makeMail(given: Places, method: string): Uint8Array {
  const local = encodeURIComponent(given.local.replace(/[\ud800-\udfff]/g, '')).slice(0, 80)
  return Buffer.from(
    [
      `From: ${word(given.from)} <pat@example.org>`,
      `Sender: "${raw(given.from).replace(/["\\]/g, '\\$&')}" <pat@example.org>`,
      'To: room@example.com',
      `Subject: ${word(given.subject)}`,
      `Message-ID: <${raw(given.messageId)}@example.org>`,
      `References: <${raw(given.messageId)}> <1@example.org>`,
      `Thread-Topic: ${raw(given.subject)}`,
      'MIME-Version: 1.0',
      `Content-Type: text/calendar; charset=utf-8; method=${method}`,
      '',
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      `PRODID:${text(given.name)}`,
      `METHOD:${method}`,
      'BEGIN:VEVENT',
      `UID:${text(given.uid)}`,
      'DTSTAMP:20260302T080000Z',
      `DTSTART;TZID=${parameter(given.tzid)}:20260310T100000`,
      'DTSTART:20260310T100000Z',
      'DTEND:20260310T110000Z',
      `SUMMARY:${text(given.summary)}`,
      `LOCATION;ALTREP=${parameter(given.location)}:${text(given.location)}`,
      `DESCRIPTION:${text(given.description)}`,
      `COMMENT:${text(given.comment)}`,
      `URL:javascript:${text(given.description)}`,
      `ORGANIZER;CN=${parameter(given.name)}:mailto:pat@example.org`,
      `ATTENDEE;CN=${parameter(given.name)}:mailto:room@example.com`,
      `ATTENDEE;CN=${parameter(given.name)}:mailto:kim@example.com`,
      `ATTENDEE;CN=${parameter(given.comment)}:mailto:${local}@example.net`,
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]
      .filter((line) => !line.startsWith('DTSTART;') || given.tzid.length % 2 === 0)
      .filter(
        (line, _, lines) => line !== 'DTSTART:20260310T100000Z' || !lines.some((other) => other.startsWith('DTSTART;')),
      )
      .join('\r\n'),
  )
}

function makeWorld(): CaseWorld {
  const world = makeCaseWorld('file', makeFixedClock('2026-03-02T09:00:00Z'))
  world.configure({ name: 'resource_organizers', value: 'anyone' })
  world.writePreferences('mailto:kim@example.com', [{ name: 'incoming', value: 'summary-wraps-message' }])
  world.writePreferences('mailto:room@example.com', [
    { name: 'scheduling_function', value: 'schedule_in_freebusy' },
    { name: 'freebusy_sharing', value: 'share' },
    { name: 'freebusy_publishing', value: 'publish' },
  ])
  return world
}

test('paths, headers, HTML and the log, along the whole way of a mail', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(places, fc.constantFrom('REQUEST', 'CANCEL', 'ADD', 'PUBLISH'), async (given, method) => {
      const world = makeWorld()
      const before = new Set(readdirSync(tmpdir()))
      try {
        for (const [agent, recipient] of [
          ['resource', 'room@example.com'],
          ['person', 'kim@example.com'],
        ] as const) {
          const route = { agent, sender: 'pat@example.org', recipients: [recipient], options: new Map() }
          const { exit, sent, verdicts } = await world.receive(route, makeMail(given, method))
          expect(exit).toBe('0')
          expect(verdicts.length).toBeGreaterThan(0)
          for (const mail of sent) await expectHarmless(mail)
        }
        for (const path of readdirSync(world.folder, { recursive: true, encoding: 'utf8' }))
          for (const name of path.split('/')) {
            expect(name).toMatch(/^[A-Za-z0-9._+=@:%-]{1,255}$/)
            expect(name).not.toMatch(/^\.{1,2}$/)
          }
        const appeared = readdirSync(tmpdir()).filter((name) => name.includes('nasty-') && !before.has(name))
        expect(appeared).toEqual([])
        expectReadable(given)
      } finally {
        await world.close()
      }
    }),
    { numRuns: 40 },
  )
  // It was about something: answers and summaries went out, and the words of the sender stood in them.
  expect(seen.answers).toBeGreaterThan(5)
  expect(seen.summaries).toBeGreaterThan(10)
  expect(seen.escaped).toBeGreaterThan(3)
})

const seen = { answers: 0, summaries: 0, escaped: 0 }

/** Of mails that we make: originals are somebody else's words. */
async function expectHarmless({ kind, bytes }: SentMail): Promise<void> {
  if (kind === 'original') return
  const [header = ''] = Buffer.from(bytes).toString('latin1').split('\r\n\r\n')
  for (const line of header.split('\r\n')) {
    expect(line).toMatch(/^(?:[A-Za-z][A-Za-z0-9-]*:(?: |$)|[ \t])/)
    expect(line).not.toMatch(/[\0-\x08\x0a-\x1f\x7f]/)
    expect(line).not.toMatch(/^X-Nasty/i)
    expect(line.length).toBeLessThanOrEqual(998)
  }
  const read = await simpleParser(Buffer.from(bytes), { skipHtmlToText: true, skipTextToHtml: true })
  const html = typeof read.html === 'string' ? read.html : ''
  if (html === '') seen.answers++
  else seen.summaries++
  if (/&lt;img/.test(html)) seen.escaped++
  expect(html).not.toMatch(/<(?:img|script|b)[\s>]/i)
  expect(html).not.toMatch(/(?:href|src)\s*=\s*["']?\s*javascript:/i)
  expect(html).not.toMatch(/\son\w+\s*=\s*(?!&)[^<>]*alert\(1\)[^<>]*>/i)
  expect(html).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/)
  expect(read.text ?? '').not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/)
}

let files = 0
/** Each thing that is told is one line of JSON, which a terminal shows as it is. */
function expectReadable(given: Places): void {
  const path = join(folder, `log-${++files}`)
  const log: Log = makeLog({ kind: 'file', path }, 'imip-resource', () => new Date(0))
  const line = { queue: given.subject, messageId: given.messageId, recipient: given.local, user: given.name }
  const rest = { method: given.summary, uid: given.uid, recurrenceId: given.tzid, sequence: 0, verdict: 'applied' }
  log.writeMail({ ...line, ...rest, reason: given.comment, answer: null, ms: 1 })
  log.writeError(given.description, { uid: given.uid })
  const lines = readFileSync(path, 'utf8').split('\n')
  expect(lines).toHaveLength(3)
  for (const each of lines.slice(0, 2)) {
    expect(() => JSON.parse(each) as unknown).not.toThrow()
    expect(each).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  }
}

test('no program is started through a shell, and none by what a mail says', () => {
  const sources = readdirSync(join(import.meta.dirname, '../src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, '../src', name), 'utf8') }))
  const starting = sources.filter(({ text }) => text.includes("'node:child_process'"))
  // The log's writers, the doctor's questions to the mail system, and systemd: each with a list of arguments.
  expect(starting.map(({ name }) => name).sort()).toEqual([
    'admin/checks/check-mail-system.ts',
    'daemon/log-writer.ts',
    'daemon/systemd.ts',
    'log.ts',
  ])
  for (const { name, text } of sources) {
    expect(text, name).not.toMatch(
      /\bexecSync\b|\bshell:\s*(?!false)|import \{[^}]*\bexec\b[^}]*\} from 'node:child_process'/,
    )
    expect(text, name).not.toMatch(/\beval\(|new Function\(/)
  }
})
