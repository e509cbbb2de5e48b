// Bad input: a person's mail is delivered as it came, a resource stays silent or declines with the reason, the store is untouched,
// and a verdict names the reason.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAnswerMail } from '../support/case-mail.ts'
import { type CaseWorld, type Happened, makeCaseWorld, type StoreKind } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { badCalendars, badMails, oddCalendars } from './bad-mails.ts'

type BadCalendar = keyof typeof badCalendars
type BadMail = keyof typeof badMails

/** The reason's code, and what a resource answers where it can tell whom. RFC 5546, 3.6. */
const calendarRows: readonly { name: BadCalendar; code: string; requestStatus?: string }[] = [
  { name: 'no METHOD', code: 'no-method' },
  { name: 'a METHOD that is none', code: 'unknown-method' },
  { name: 'no UID', code: 'no-uid' },
  { name: 'a UID of 4,000 characters', code: 'uid-too-long' },
  { name: 'a UID that is a path', code: 'uid-like-a-path' },
  { name: 'NUL bytes', code: 'nul-bytes' },
  { name: 'no ORGANIZER', code: 'no-organizer' },
  { name: 'two ORGANIZERs', code: 'two-organizers' },
  { name: 'no DTSTART', code: 'no-start', requestStatus: '3.11;Required component or property missing.' },
  { name: 'two DTSTARTs', code: 'two-starts', requestStatus: '3.5;Invalid date or time.' },
  { name: 'an end before its start', code: 'end-before-start', requestStatus: '3.5;Invalid date or time.' },
  { name: 'a day that does not exist', code: 'bad-date', requestStatus: '3.5;Invalid date or time.' },
  { name: 'an unknown TZID', code: 'unknown-zone', requestStatus: '3.5;Invalid date or time.' },
  { name: 'a rule that is none', code: 'bad-rule', requestStatus: '3.6;Invalid rule.' },
  { name: 'a calendar part of 20 MB', code: 'mail-unreadable' },
  { name: 'a calendar part of 20 MB, folded', code: 'mail-unreadable' },
  { name: 'a text that is no calendar', code: 'no-calendar' },
  { name: 'a calendar that is cut off', code: 'no-start' },
  { name: 'a calendar of garbage', code: 'no-start' },
  { name: 'an empty calendar', code: 'no-method' },
  { name: 'a method without an event', code: 'no-component' },
  { name: 'an event and a to-do', code: 'mixed-components' },
  { name: 'ten thousand attendees', code: 'too-large', requestStatus: '3.10;Request entity too large.' },
  { name: 'five hundred components', code: 'too-large', requestStatus: '3.10;Request entity too large.' },
  { name: 'five hundred published events', code: 'too-large' },
]

/** Without a code there is no calendar in the mail, so there is nothing to give a verdict on. */
const mailRows: readonly { name: BadMail; code?: string }[] = [
  { name: 'nothing at all' },
  { name: 'only line ends' },
  { name: 'only NUL bytes' },
  { name: 'no header' },
  { name: 'a header without an end' },
  { name: 'a multipart without a boundary', code: 'mail-unreadable' },
  { name: 'a boundary that never comes', code: 'mail-unreadable' },
  { name: 'base64 that is none', code: 'no-calendar' },
  { name: 'a transfer encoding nobody knows', code: 'no-calendar' },
  { name: 'a charset nobody knows', code: 'no-calendar' },
  { name: 'three hundred multiparts inside one another', code: 'mail-unreadable' },
  { name: 'a header field of 300 KB', code: 'mail-unreadable' },
  { name: 'bytes of no charset', code: 'no-calendar' },
]

test('every bad mail has its row', () => {
  expect(calendarRows.map(({ name }) => name).sort()).toEqual(Object.keys(badCalendars).sort())
  expect(mailRows.map(({ name }) => name).sort()).toEqual(Object.keys(badMails).sort())
})

test.each(calendarRows)('a person gets it as it came: $name', async ({ name, code }) => {
  await expectDelivered(badCalendars[name], code)
})

test.each(mailRows)('a person gets it as it came: $name', async ({ name, code }) => {
  await expectDelivered(badMails[name], code)
})

test.each(calendarRows)('a resource books nothing: $name', async ({ name, code, requestStatus }) => {
  const happened = await expectNothingBooked(badCalendars[name])
  if (requestStatus === undefined) return expectResent(happened, badCalendars[name], code)
  expect(happened.verdicts).toMatchObject([{ word: 'refused', code }])
  expect(happened.sent).toMatchObject([{ kind: 'answer', recipients: ['kim@example.org'] }])
  const answer = readAnswerMail(happened.sent[0]?.bytes ?? new Uint8Array())
  expect(answer.faults).toEqual([])
  expect(answer.lines).toContain(`REQUEST-STATUS:${requestStatus}`)
  expect(answer.lines).toContain('ATTENDEE;PARTSTAT=DECLINED:mailto:room@example.com')
  // Clients do not show REQUEST-STATUS; the reason stands in plain words, too.
  expect(answer.lines.filter((line) => line.startsWith('COMMENT:'))).toHaveLength(1)
})

test.each(mailRows)('a resource books nothing: $name', async ({ name, code }) => {
  expectResent(await expectNothingBooked(badMails[name]), badMails[name], code)
})

test('a broken REQUEST is answered once, however often it comes', async () => {
  await withWorld('memory', async (world) => {
    const bytes = badCalendars['an unknown TZID'](room)
    expect((await receive(world, room, bytes)).sent).toHaveLength(1)
    expect((await receive(world, room, bytes)).sent).toHaveLength(0)
  })
})

test.each(Object.keys(oddCalendars) as OddCalendar[])('odd, but booked and harmless: %s', async (name) => {
  await withWorld('file', async (world) => {
    const { exit, sent, verdicts } = await receive(world, room, oddCalendars[name](room))
    expect(exit).toBe('0')
    expect(verdicts).toMatchObject([{ word: 'applied', code: 'free' }])
    const answer = readAnswerMail(sent[0]?.bytes ?? new Uint8Array())
    expect(answer.faults).toEqual([])
    expect(answer.lines).toContain('ATTENDEE;PARTSTAT=ACCEPTED:mailto:room@example.com')
    expect(answer.lines.join('')).not.toContain('\0')
    // Nothing but the schedule of the room has come to be, and nothing beside the store.
    expect(await world.listUsers()).toEqual([roomUser])
    const kinds = (await world.showStore(roomUser)).map((line) => line.split(' ')[0])
    expect([...new Set(kinds)]).toEqual(['objects', 'freebusy'])
    expect(readdirSync(world.folder).sort()).toEqual(['preferences', 'publish', 'rates', 'store'])
    expect(readdirSync(join(world.folder, 'store')).filter((file) => file.startsWith('mailto'))).toEqual([roomUser])
    // And the next one finds it there.
    const again = await receive(world, room, oddCalendars[name](room))
    expect(again.verdicts).toMatchObject([{ word: 'ignored', code: 'already-decided' }])
  })
})

type OddCalendar = keyof typeof oddCalendars

const room = 'room@example.com'
const roomUser = 'mailto:room@example.com'
const person = 'pat@example.com'

async function withWorld<Result>(kind: StoreKind, work: (world: CaseWorld) => Promise<Result>): Promise<Result> {
  const world = makeCaseWorld(kind, makeFixedClock('2026-03-02T09:00:00Z'))
  try {
    world.configure({ name: 'resource_organizers', value: 'anyone' })
    return await work(world)
  } finally {
    await world.close()
  }
}

function receive(world: CaseWorld, recipient: string, bytes: Uint8Array): Promise<Happened> {
  const agent = recipient === room ? 'resource' : 'person'
  return world.receive({ agent, sender: 'kim@example.org', recipients: [recipient], options: new Map() }, bytes)
}

async function expectDelivered(make: (recipient: string) => Uint8Array, code: string | undefined): Promise<void> {
  await withWorld('memory', async (world) => {
    const bytes = make(person)
    const { exit, sent, verdicts } = await receive(world, person, bytes)
    expect(exit).toBe('0')
    expect(sent).toMatchObject([{ kind: 'original', way: 'onward', sender: 'kim@example.org', recipients: [person] }])
    expect(Buffer.compare(sent[0]?.bytes ?? new Uint8Array(), bytes)).toBe(0)
    expect(verdicts).toMatchObject(code === undefined ? [] : [{ word: 'passed', code }])
    expect(await world.listUsers()).toEqual([])
  })
}

function expectNothingBooked(make: (recipient: string) => Uint8Array): Promise<Happened> {
  return withWorld('memory', async (world) => {
    const happened = await receive(world, room, make(room))
    expect(happened.exit).toBe('0')
    expect(await world.showStore(roomUser)).toEqual([])
    return happened
  })
}

/** Nobody could be answered: a person reads it. */
function expectResent(happened: Happened, make: (recipient: string) => Uint8Array, code: string | undefined): void {
  expect(happened.verdicts).toMatchObject(code === undefined ? [] : [{ word: 'passed', code }])
  expect(happened.sent).toMatchObject([{ kind: 'original', way: 'outward', recipients: ['postmaster@example.com'] }])
  const bytes = Buffer.from(happened.sent[0]?.bytes ?? new Uint8Array())
  const original = make(room)
  expect(Buffer.compare(bytes.subarray(bytes.length - original.length), original)).toBe(0)
}
