// imip-admin status and digest: what they see, what they say, what is sent.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Verdict } from '../../src/agents/verdict.ts'
import { parseInstant } from '../../src/calendar/time.ts'
import { TemporaryFailure } from '../../src/failure.ts'
import { makeReason } from '../../src/itip/reason.ts'
import { type AdminRoom, makeAdminRoom, makeInvitation } from './admin-room.ts'

const user = 'mailto:room@example.com'
let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
})
afterEach(() => {
  vi.unstubAllEnvs()
  room.remove()
})

/** Agents whose store cannot be written note their failures in the folder for temporary files, which other tests share. */
const useOwnTemporaryFolder = (): unknown => vi.stubEnv('TMPDIR', room.folder)

const instant = (text: string): number => Number(parseInstant(text))

function makeVerdict(code: string, changes: Partial<Verdict> = {}): Verdict {
  return {
    at: instant('2026-03-01T12:00:00Z'),
    user,
    agent: 'imip-resource',
    uid: 'planning@example.com',
    recurrenceId: null,
    method: 'REQUEST',
    sequence: 0,
    verdict: 'refused',
    answer: null,
    reason: makeReason(code, 'RFC 5546, 6.1', `because of ${code}`),
    notes: [],
    messageId: '<planning@example.com>',
    queueId: null,
    ...changes,
  }
}

const status = async (): Promise<Record<string, unknown>> =>
  JSON.parse((await room.run('status', '--json')).out) as Record<string, unknown>

test('where nothing has happened', async () => {
  useOwnTemporaryFolder()
  expect(await room.run('status')).toEqual({
    code: 0,
    out: [
      'outbox         empty',
      'faults         none in the last hour',
      'failing mails  none',
      'held           none',
      'undeliverable  none in the last 7 days',
      'nightly        never ran',
      '',
    ].join('\n'),
    error: '',
  })
})

test('an answer waits, another did not arrive', async () => {
  await room.receive(makeInvitation('planning@example.com'), 'room@example.com')
  await room.store.transact([user], [], async () => ({
    changes: [
      {
        user,
        outgoing: {
          kind: 'answer',
          messageId: '<waits@example.com>',
          envelope: { sender: 'room@example.com', recipients: ['pat@example.com'] },
          bytes: Buffer.from('Subject: waits\r\n\r\n'),
        },
      },
    ],
    result: undefined,
  }))
  await room.store.noteVerdict(makeVerdict('answer-undeliverable', { at: instant('2026-02-20T12:00:00Z') }))
  await room.store.noteVerdict(makeVerdict('answer-undeliverable'))
  expect(await status()).toMatchObject({
    outbox: { count: 1, oldest: { since: '20260302T090000Z', user, to: ['pat@example.com'], attempts: 0 } },
    undeliverable: {
      days: 7,
      count: 1,
      last: { time: '20260301T120000Z', user, text: 'because of answer-undeliverable' },
    },
  })
  expect((await room.run('status')).out).toContain(
    'outbox         1 to be sent, the oldest since 20260302T090000Z: of room@example.com to pat@example.com, tried 0 times\n',
  )
})

test('messages that came too early', async () => {
  const early = makeInvitation('early@example.com').replaceAll('REQUEST', 'ADD')
  expect(await room.receive(early, 'room@example.com')).toMatchObject([{ verdict: 'held' }])
  expect(await status()).toMatchObject({ held: { messages: 1, users: 1, since: '20260302T090000Z' } })
  // held_age is over.
  room.clock.set('2026-03-17T09:00:00Z')
  expect(await status()).toMatchObject({ held: { messages: 0, users: 0, since: null } })
})

test('a room that cannot be read does not hide the rest', async () => {
  await room.store.noteVerdict(makeVerdict('early-add', { verdict: 'held' }))
  const { transact } = room.store
  Object.assign(room.store, {
    transact: async () => {
      throw new TemporaryFailure('the store is damaged')
    },
  })
  expect(await room.run('status')).toMatchObject({
    code: 1,
    out: expect.stringContaining('outbox         empty\n') as string,
    error: 'imip-admin: room@example.com: the store is damaged\n',
  })
  Object.assign(room.store, { transact })
})

test('faults of the last hour, over more than one block and the turn of the log', async () => {
  const line = (time: string, level: string, n: number): string =>
    `${JSON.stringify({ time, uid: `${n}-æøå`, level, error: `trouble ${n}` })}\n`
  room.write('log/agent.log.1', line('2026-03-02T07:30:00.000Z', 'error', 1) + line('2026-03-02T08:01:00Z', 'error', 2))
  const many = Array.from({ length: 9000 }, (_, n) =>
    line('2026-03-02T08:30:00.500Z', n % 3 === 0 ? 'error' : 'warning', n),
  )
  room.write('log/agent.log', `${many.join('')}not ours\n${line('2026-03-02T08:59:59.900Z', 'error', 9000)}{"torn`)
  expect(await status()).toMatchObject({
    faults: { lastHour: 3002, atLeast: false, last: { time: '20260302T085959Z', text: 'trouble 9000' }, unseen: null },
  })
  expect((await room.run('status', '--set', 'log=journal')).out).toContain(
    'faults         not to be seen from here: the log goes to journal\n',
  )
})

test('mails that the mail system keeps because of us, and the nightly marks', async () => {
  useOwnTemporaryFolder()
  const name = 'a'.repeat(40)
  room.write(`store/.attempts/${name}`, JSON.stringify({ failingSince: instant('2026-03-02T08:00:00Z'), done: [] }))
  room.write(`store/.attempts/${'b'.repeat(40)}`, JSON.stringify({ done: ['room@example.com'] }))
  room.write(
    'store/.nightly/make-freebusy',
    JSON.stringify({ at: '2026-03-02T03:17:00Z', exit: 1, result: 'free/busy: 3 published' }),
  )
  room.write('store/.nightly/expire', '{"at":')
  const { out } = await room.run('status')
  expect(out).toContain('failing mails  the mail system keeps 1 because of us, the oldest since 20260302T080000Z\n')
  expect(out).toContain('nightly        make-freebusy 20260302T031700Z, exit 1: free/busy: 3 published\n')
})

test('the nightly work leaves its mark, unless somebody only tries it', async () => {
  await room.run('make-freebusy', 'room@example.com')
  expect((await room.run('status')).out).toContain('never ran')
  await room.run('make-freebusy')
  // There is no directory of the store: it is not made for a mark.
  expect((await room.run('status')).out).toContain('never ran')
  room.write('store/FORMAT', '')
  await room.run('make-freebusy')
  expect(await status()).toMatchObject({
    nightly: [
      {
        task: 'make-freebusy',
        time: '20260302T090000Z',
        exit: 0,
        result: expect.stringMatching(/^free\/busy: /) as string,
      },
    ],
  })
})

test('who refuses an answer for good while the outbox is flushed is remembered', async () => {
  room.remove()
  room = makeAdminRoom({ atRecipient: () => ({ kind: 'refused', code: '5.1.1', reply: '550 5.1.1 unknown' }) })
  await room.receive(makeInvitation('planning@example.com'), 'room@example.com')
  await room.store.transact([user], [], async () => ({
    changes: [
      {
        user,
        outgoing: {
          kind: 'answer',
          messageId: '<waits@example.com>',
          envelope: { sender: 'room@example.com', recipients: ['pat@example.com'] },
          bytes: Buffer.from('Subject: waits\r\n\r\n'),
        },
      },
    ],
    result: undefined,
  }))
  expect(await room.run('outbox', 'flush')).toMatchObject({ code: 1 })
  expect(await status()).toMatchObject({ outbox: { count: 0 }, undeliverable: { count: 2 } })
})

const readMail = (): string => Buffer.from(room.outward.mails[0]?.bytes ?? []).toString('utf8')

test('the digest: by reason and sender domain', async () => {
  const at = (n: number): Partial<Verdict> => ({ at: instant('2026-02-27T12:00:00Z') + n })
  for (let n = 0; n < 3; n += 1)
    await room.store.noteVerdict(makeVerdict('not-the-organizer', { ...at(n), from: 'example.net' }))
  await room.store.noteVerdict(makeVerdict('not-the-organizer', { ...at(3), from: 'example.org' }))
  await room.store.noteVerdict(makeVerdict('party-crasher', at(4)))
  await room.store.noteVerdict(makeVerdict('unknown-uid', { ...at(5), verdict: 'held', from: 'example.org' }))
  await room.store.noteVerdict(makeVerdict('unknown-zone', { ...at(6), verdict: 'passed', from: 'example.org' }))
  await room.store.noteVerdict(makeVerdict('auto-replied', { ...at(7), verdict: 'passed', from: 'example.org' }))
  await room.store.noteVerdict(makeVerdict('answer-undeliverable', at(8)))
  await room.store.noteVerdict(makeVerdict('not-the-organizer', { at: instant('2026-02-01T12:00:00Z') }))
  expect(await room.run('digest', '--set', 'digest_to=postmaster@example.com')).toEqual({ code: 0, out: '', error: '' })
  expect(room.outward.mails).toMatchObject([
    { envelope: { sender: 'calendar@example.com', recipients: ['postmaster@example.com'] } },
  ])
  const mail = readMail()
  expect(mail).toContain('Subject: Calendar mail from 2026-02-23 to 2026-03-02\r\n')
  expect(mail).toContain('Auto-Submitted: auto-generated\r\n')
  expect(mail.split('\r\n\r\n').slice(1).join('\n\n').replaceAll('=\r\n', '').replaceAll('\r\n', '\n')).toBe(
    [
      'From 2026-02-23 to 2026-03-02 imip-agent decided about 8 messages. What it did not follow:',
      '',
      'Refused: 5',
      '  4  not-the-organizer: example.net (3), example.org (1)',
      '     such as: because of not-the-organizer',
      '  1  party-crasher: no sender (1)',
      '     such as: because of party-crasher',
      '',
      'Held until its partner comes: 1',
      '  1  unknown-uid: example.org (1)',
      '     such as: because of unknown-uid',
      '',
      'Not understood: 1',
      '  1  unknown-zone: example.org (1)',
      '     such as: because of unknown-zone',
      '',
      'Answers that could not be delivered: 1',
      '  room@example.com: because of answer-undeliverable',
      '',
      'No answer waits to be sent.',
      '',
      'More of each: imip-admin verdicts --since 8d. What is so now: imip-admin status.',
      '',
    ].join('\n'),
  )
})

test('a digest that nobody wants, that cannot be sent, that a person looks at', async () => {
  expect(await room.run('digest')).toEqual({ code: 0, out: '', error: '' })
  expect(await room.run('digest', '--to', 'postmaster@example.com', '-d')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Outgoing parts for postmaster@example.com...') as string,
  })
  expect(JSON.parse((await room.run('digest', '--json')).out)).toMatchObject({ messages: 0, to: '2026-03-02' })
  expect(await room.run('digest', '--days', 'many', '--to', 'postmaster@example.com')).toMatchObject({ code: 64 })
  expect(await room.run('digest', '--to', 'postmaster')).toMatchObject({ code: 64 })
  expect(room.outward.mails).toEqual([])
  room.remove()
  room = makeAdminRoom({ atRecipient: () => ({ kind: 'deferred', reply: '451 later' }) })
  expect(await room.run('digest', '--to', 'postmaster@example.com')).toMatchObject({
    code: 75,
    error: 'imip-admin: the digest was not sent, run it again: 451 later\n',
  })
})
