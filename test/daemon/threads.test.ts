// What becomes of mails whose thread throws, exits, loops, eats all memory, or says nothing: "not now", and the daemon goes on.
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readConfig } from '../../src/config/load-config.ts'
import type { MailJob } from '../../src/daemon/thread-messages.ts'
import { makeThreads, type Threads } from '../../src/daemon/threads.ts'
import { poll } from './poll.ts'

const program = join(import.meta.dirname, 'odd-thread.mjs')
let threads: Threads | undefined
let reasons: string[] = []

afterEach(async () => {
  await threads?.end()
  threads = undefined
})

function start(limit = '300s', count = '2'): Threads {
  reasons = []
  const overrides = [
    { name: 'daemon_mail_limit', value: limit, from: 'test' },
    { name: 'daemon_threads', value: count, from: 'test' },
  ]
  const { configuration } = readConfig({ file: '/dev/null', environment: {}, overrides })
  threads = makeThreads({
    program,
    configuration,
    now: undefined,
    onLog: () => undefined,
    noteLost: (reason) => reasons.push(reason),
  })
  return threads
}

const makeJob = (sender: string, ...recipients: readonly string[]): MailJob => ({
  role: 'imip-resource',
  sender,
  recipients: recipients.length > 0 ? recipients : ['room@example.com'],
  bytes: new Uint8Array(Buffer.from('a mail')),
  client: undefined,
  queueId: undefined,
})

const done = { kind: 'done' }
const notNow = { kind: 'temporary' }

test('each recipient has its outcome, whichever thread it went to', async () => {
  const recipients = Array.from({ length: 40 }, (_, number) => `room${number}@example.com`)
  expect(await start().process(makeJob('is-good', ...recipients))).toEqual(recipients.map(() => done))
})

test.each(['throws', 'exits', 'eats'])(
  'one that %s: not now; the next mail is taken',
  { timeout: 60_000 },
  async (sender) => {
    const started = start()
    expect(await started.process(makeJob(sender))).toMatchObject([notNow])
    expect(await started.process(makeJob('is-good'))).toEqual([done])
    expect(started.count().lost).toBe(1)
    expect(reasons).toHaveLength(1)
  },
)

test.each(['loops', 'is-silent'])('one that %s is given up after its time', { timeout: 60_000 }, async (sender) => {
  const started = start('1s')
  expect(await started.process(makeJob(sender))).toMatchObject([notNow])
  expect(await started.process(makeJob('is-good'))).toEqual([done])
  expect(reasons).toEqual(['a mail took longer than daemon_mail_limit'])
})

test('what was done before stays done', async () => {
  const started = start('1s', '1')
  expect(await started.process(makeJob('does-half', 'a@example.com', 'b@example.com'))).toMatchObject([done, notNow])
})

test('others in the thread come to their end before it is ended', { timeout: 60_000 }, async () => {
  const started = start('2s', '1')
  const silent = started.process(makeJob('is-silent'))
  await poll(() => started.count().underWay).toBe(1)
  expect(await started.process(makeJob('is-good'))).toEqual([done])
  expect(await silent).toMatchObject([notNow])
})

test('more mails than a thread takes at once wait, and come to their turn', async () => {
  const started = start('300s', '1')
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => started.process(makeJob('is-good'))))
  expect(outcomes.flat()).toEqual(Array(200).fill(done))
  expect(started.count()).toMatchObject({ underWay: 0, waiting: 0 })
})

test('outboxes are sent by one of them', async () => {
  expect(await start().flushOutboxes()).toEqual({ found: 2, left: 1 })
})

test('the end answers what waits', async () => {
  const started = start('300s', '1')
  const all = Promise.all(Array.from({ length: 20 }, () => started.process(makeJob('is-silent'))))
  await poll(() => started.count().underWay).toBe(16)
  await started.end()
  expect((await all).flat()).toEqual(Array(20).fill(expect.objectContaining(notNow)))
})
