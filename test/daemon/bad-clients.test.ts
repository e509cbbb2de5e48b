// Clients that are slow, silent, too early, too loud or without end: bounded, told in the words of mail systems, and never in the way of others.
import { afterEach, expect, test } from 'vitest'
import { makeAdmission } from '../../src/daemon/admission.ts'
import { type Listening, type ListeningOptions, startListening } from './listening.ts'
import { connectClient, type LmtpClient, openClient } from './lmtp-client.ts'
import { poll } from './poll.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(options: ListeningOptions = {}): Promise<{ listening: Listening; client: LmtpClient }> {
  const listening = await startListening(options)
  closing.push(() => listening.close())
  return { listening, client: await join(listening) }
}

async function join({ address }: Listening): Promise<LmtpClient> {
  const client = await openClient(address)
  closing.push(() => client.close())
  return client
}

async function begin(client: LmtpClient, parameters = ''): Promise<void> {
  expect(await client.ask(`MAIL FROM:<pat@example.org>${parameters}`)).toMatch(/^250 /)
  expect(await client.ask('RCPT TO:<kim@example.com>')).toMatch(/^250 /)
}

test('one that goes away before the end of its mail: nothing was received', async () => {
  const { listening, client } = await open()
  await begin(client)
  await client.ask('DATA')
  client.write('half a mail\r\n')
  client.close()
  await poll(() => listening.abandoned()).toBe(1)
  expect(listening.mails).toEqual([])
  expect(listening.admission.count()).toEqual({ mails: 0, bytes: 0, waiting: 0 })
})

test('one that goes away at the final dot: the mail was received, and the conversation ends', async () => {
  const { listening, client } = await open()
  await begin(client)
  await client.ask('DATA')
  client.write('a mail\r\n.\r\n')
  client.close()
  await poll(() => listening.mails).toHaveLength(1)
  await poll(() => listening.listener.countClients()).toBe(0)
  expect(listening.faults).toEqual([])
})

test('one that says nothing: 421 after its time', async () => {
  const { listening, client } = await open({ bounds: { silence: 50 } })
  expect(await client.readReply()).toMatch(/^421 4\.4\.2 /)
  await client.closed
  expect(listening.refusals).toEqual(['silent'])
})

test('one that falls silent in the middle of a mail: 421, and nothing was received', async () => {
  const { listening, client } = await open({ bounds: { silence: 100 } })
  await begin(client)
  await client.ask('DATA')
  client.write('half a mail\r\n')
  expect(await client.readReply()).toMatch(/^421 4\.4\.2 /)
  expect(listening.mails).toEqual([])
  expect(listening.admission.count().mails).toBe(0)
})

test('one whose mail drips: 421 when the time for all of it is over', async () => {
  const { client } = await open({ bounds: { receiving: 200 } })
  await begin(client)
  await client.ask('DATA')
  const dripping = setInterval(() => client.write('.'), 10)
  closing.push(() => clearInterval(dripping))
  expect(await client.readReply()).toMatch(/^421 4\.4\.2 /)
})

test('one that speaks before the greeting is heard all the same: the greeting comes at once', async () => {
  const listening = await startListening()
  closing.push(() => listening.close())
  const client = connectClient(listening.address)
  closing.push(() => client.close())
  client.write('LHLO client.example.org\r\n')
  expect((await client.readReplies(2)).map((reply) => reply.slice(0, 3))).toEqual(['220', '250'])
})

test('one that sends its mail without waiting for 354 is cut off: no line of the mail becomes a command', async () => {
  const { listening, client } = await open()
  await begin(client)
  client.write('DATA\r\nRSET\r\nMAIL FROM:<x@example.net>\r\nRCPT TO:<lee@example.com>\r\n.\r\n')
  expect(await client.readReply()).toMatch(/^421 4\.5\.0 /)
  await client.closed
  expect(listening.asked).toEqual(['kim@example.com'])
  expect(listening.refusals).toEqual(['out-of-step'])
})

test('the same where nobody was accepted', async () => {
  const { listening, client } = await open({ atRecipient: () => '550 5.1.1 No such user' })
  client.write('MAIL FROM:<pat@example.org>\r\nRCPT TO:<kim@example.com>\r\nDATA\r\nMAIL FROM:<x@example.net>\r\n')
  expect((await client.readReplies(4)).map((reply) => reply.slice(0, 3))).toEqual(['250', '550', '503', '421'])
  expect(listening.mails).toEqual([])
})

test('10,000 recipients: those above the bound are told 452, the others get the mail', async () => {
  const { listening, client } = await open({ bounds: { recipients: 1000 } })
  await client.ask('MAIL FROM:<pat@example.org>')
  for (let number = 0; number < 10_000; number++) client.write(`RCPT TO:<user${number}@example.com>\r\n`)
  const answers = await client.readReplies(10_000)
  expect(answers.slice(0, 1000).every((answer) => answer.startsWith('250 '))).toBe(true)
  expect(answers.slice(1000).every((answer) => answer.startsWith('452 4.5.3 '))).toBe(true)
  expect(await client.ask('DATA')).toMatch(/^354 /)
  client.write('Text\r\n.\r\n')
  expect(await client.readReplies(1000)).toHaveLength(1000)
  expect(await client.ask('NOOP')).toMatch(/^250 2\.0\.0 Here/)
  expect(listening.mails[0]?.recipients).toHaveLength(1000)
})

test('a line of 1 MB: 500, and the next one is heard', async () => {
  const { client } = await open()
  client.write(`RCPT TO:<${'a'.repeat(1024 * 1024)}@example.com>\r\n`)
  expect(await client.readReply()).toMatch(/^500 5\.5\.2 /)
  expect(await client.ask('NOOP')).toMatch(/^250 /)
})

test('10 MB of dots', async () => {
  const { listening, client } = await open()
  await begin(client)
  await client.ask('DATA')
  client.write('..\r\n'.repeat(2_500_000))
  client.write('.\r\n')
  expect(await client.readReply()).toMatch(/^250 /)
  expect(listening.mails[0]?.text.length).toBe(7_500_000)
  expect(listening.mails[0]?.text.startsWith('.\r\n.\r\n')).toBe(true)
})

test('nothing but nonsense: 421 after a while', async () => {
  const { listening, client } = await open()
  for (let number = 0; number < 30; number++) client.write('What is this?\r\n')
  const answers = await client.readReplies(21)
  expect(answers.slice(0, 20).every((answer) => answer.startsWith('500 '))).toBe(true)
  expect(answers[20]).toMatch(/^421 4\.7\.0 /)
  await client.closed
  expect(listening.refusals.at(-1)).toBe('too-many-faults')
})

test('one that does not read what it is answered is not read either', async () => {
  const { listening, client } = await open()
  client.socket.pause()
  const line = 'NOOP\r\n'.repeat(10_000)
  let isTaken = true
  // Far more than any buffer between us holds.
  for (let turn = 0; turn < 2_000 && isTaken; turn++) {
    isTaken =
      client.socket.write(line) ||
      (await new Promise((resolve) => {
        const stuck = setTimeout(() => resolve(false), 300)
        client.socket.once('drain', () => {
          clearTimeout(stuck)
          resolve(true)
        })
      }))
  }
  expect(isTaken).toBe(false)
  expect(listening.faults).toEqual([])
})

test('more clients than are served: 421', async () => {
  const { listening } = await open({ mostClients: 1 })
  const second = connectClient(listening.address)
  closing.push(() => second.close())
  expect(await second.readReply()).toMatch(/^421 4\.3\.2 /)
  await second.closed
  expect(listening.refusals).toEqual(['too-many-clients'])
})

test('more mails than may be under way: the next DATA waits until one is done', async () => {
  let finish = (): void => {}
  const held = new Promise<void>((resolve) => {
    finish = resolve
  })
  const admission = makeAdmission({ mails: 1, bytes: 10 * 1024 * 1024, patience: 10_000 })
  const { listening, client } = await open({ admission, beforeAnswer: () => held })
  await begin(client)
  await client.ask('DATA')
  client.write('one\r\n.\r\n')
  await poll(() => listening.mails).toHaveLength(1)
  const second = await join(listening)
  await begin(second)
  const go = second.ask('DATA')
  await poll(() => admission.count().waiting).toBe(1)
  finish()
  expect(await client.readReply()).toMatch(/^250 /)
  expect(await go).toMatch(/^354 /)
})

test('and who waits too long is told 451', async () => {
  const admission = makeAdmission({ mails: 1, bytes: 10 * 1024 * 1024, patience: 30 })
  let finish = (): void => {}
  const held = new Promise<void>((resolve) => {
    finish = resolve
  })
  const { listening, client } = await open({ admission, beforeAnswer: () => held })
  await begin(client)
  await client.ask('DATA')
  client.write('one\r\n.\r\n')
  await poll(() => listening.mails).toHaveLength(1)
  const second = await join(listening)
  await begin(second)
  expect(await second.ask('DATA')).toMatch(/^451 4\.3\.2 /)
  expect(await second.ask('DATA')).toMatch(/^503 /)
  expect(listening.refusals).toEqual(['busy', 'sequence'])
  finish()
  expect(await client.readReply()).toMatch(/^250 /)
})

test('mails whose sizes together are too much wait for each other', async () => {
  const admission = makeAdmission({ mails: 10, bytes: 1024 * 1024, patience: 10_000 })
  const { listening, client } = await open({ admission })
  await begin(client, ' SIZE=1000000')
  expect(await client.ask('DATA')).toMatch(/^354 /)
  const second = await join(listening)
  await begin(second, ' SIZE=1000000')
  const go = second.ask('DATA')
  await poll(() => admission.count().waiting).toBe(1)
  client.write('one\r\n.\r\n')
  expect(await go).toMatch(/^354 /)
})

test('a mail that grows where no memory is left is read to its end, and told 452', async () => {
  const admission = makeAdmission({ mails: 10, bytes: 256 * 1024, patience: 10_000 })
  const { listening, client } = await open({ admission })
  await begin(client)
  await client.ask('DATA')
  client.write(`${'a'.repeat(1024 * 1024)}\r\n.\r\n`)
  expect(await client.readReply()).toMatch(/^452 4\.3\.1 /)
  expect(listening.refusals).toEqual(['no-memory'])
  expect(admission.count()).toEqual({ mails: 0, bytes: 0, waiting: 0 })
  await begin(client)
  expect(await client.ask('DATA')).toMatch(/^354 /)
})

test('a stop: who is idle is told 421 at once, who has a mail under way gets its answer first', async () => {
  let finish = (): void => {}
  const held = new Promise<void>((resolve) => {
    finish = resolve
  })
  const { listening, client: busy } = await open({ beforeAnswer: () => held })
  const idle = await join(listening)
  const halfway = await join(listening)
  await begin(halfway)
  await begin(busy)
  await busy.ask('DATA')
  busy.write('one\r\n.\r\n')
  await poll(() => listening.mails).toHaveLength(1)
  const stopped = listening.listener.stop()
  expect(await idle.readReply()).toMatch(/^421 4\.3\.2 /)
  expect(await halfway.readReply()).toMatch(/^421 4\.3\.2 /)
  const late = connectClient(listening.address)
  expect(await late.readReply()).toBe('')
  finish()
  expect(await busy.readReply()).toMatch(/^250 /)
  expect(await busy.readReply()).toMatch(/^421 /)
  await stopped
})
