// Connections that are kept open: used again, bounded, given up, and replaced where the server has ended them meanwhile.
import { afterEach, expect, test } from 'vitest'
import { makePool, type PoolOptions, type SessionPool } from '../../../src/mail/transport/pool.ts'
import { makePooledTransport } from '../../../src/mail/transport/pooled-transport.ts'
import { openStepwiseDelivery } from '../../../src/mail/transport/stepwise-delivery.ts'
import { type Receiver, type ReceiverOptions, startReceiver } from '../../support/lmtp-receiver.ts'
import { type Script, type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const timeouts = { connect: 2000, reply: 2000, data: 2000, overall: 5000 }

function startPool(server: PoolOptions['server'], options: Partial<PoolOptions> = {}): SessionPool {
  const pool = makePool({ protocol: 'lmtp', server, most: 2, idle: 60_000, timeouts, ...options })
  closing.push(() => pool.close())
  return pool
}

async function startScript(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script)
  closing.push(() => server.close())
  return server
}

async function startMailbox(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options)
  closing.push(() => receiver.close())
  return receiver
}

const bytes = Buffer.from('Subject: one\r\n\r\nText\r\n')
const makeMail = (...recipients: string[]) => ({
  kind: 'original' as const,
  envelope: { sender: 'pat@example.org', recipients },
  bytes,
})
const envelope = { sender: 'pat@example.org', size: undefined, is8bit: false, isUtf8: false }

test('two mails go through one connection', async () => {
  const { server, heard, mails } = await startScript({})
  const pool = startPool(server)
  const transport = makePooledTransport(pool)
  for (let turn = 0; turn < 2; turn++)
    expect(await (await transport.open(makeMail('kim@example.com'))).finish(bytes)).toMatchObject([
      { kind: 'delivered' },
    ])
  expect(mails).toHaveLength(2)
  expect(heard.filter((line) => line.startsWith('LHLO'))).toHaveLength(1)
  expect(pool.count()).toEqual({ open: 1, unused: 1, waiting: 0 })
})

test('what was refused is taken back before the next mail', async () => {
  const { server, heard } = await startScript({
    rcpt: (recipient) => (recipient.startsWith('no') ? '550 5.1.1 no' : '250 ok'),
  })
  const transport = makePooledTransport(startPool(server, { most: 1 }))
  const refused = await transport.open(makeMail('no@example.com'))
  expect(await refused.finish(bytes)).toMatchObject([{ kind: 'refused', code: '5.1.1' }])
  const left = await transport.open(makeMail('kim@example.com'))
  await left.abandon()
  expect(await (await transport.open(makeMail('kim@example.com'))).finish(bytes)).toMatchObject([{ kind: 'delivered' }])
  expect(heard.filter((line) => line === 'RSET')).toHaveLength(2)
  expect(heard.filter((line) => line.startsWith('LHLO'))).toHaveLength(1)
})

test('who comes when all are in use waits for the first to be given back', async () => {
  const { server } = await startScript({})
  const pool = startPool(server, { most: 1 })
  const transport = makePooledTransport(pool)
  const first = await transport.open(makeMail('kim@example.com'))
  const second = transport.open(makeMail('lee@example.com'))
  await expect.poll(() => pool.count().waiting).toBe(1)
  await first.finish(bytes)
  expect(await (await second).finish(bytes)).toMatchObject([{ kind: 'delivered' }])
  expect(pool.count().open).toBe(1)
})

test('who waits too long is deferred', async () => {
  const { server } = await startScript({})
  const transport = makePooledTransport(startPool(server, { most: 1, timeouts: { ...timeouts, reply: 50 } }))
  const first = await transport.open(makeMail('kim@example.com'))
  const second = await transport.open(makeMail('lee@example.com'))
  expect(second.recipients).toMatchObject([{ kind: 'deferred', reply: expect.stringContaining('in use') }])
  await first.abandon()
})

test('an unused connection ends after its time', async () => {
  const { server, heard } = await startScript({})
  const pool = startPool(server, { idle: 20 })
  await (await makePooledTransport(pool).open(makeMail('kim@example.com'))).finish(bytes)
  await expect.poll(() => pool.count().open).toBe(0)
  await expect.poll(() => heard.includes('QUIT')).toBe(true)
})

test('a mailbox that has gone is noticed', async () => {
  const mailbox = await startScriptedServer({})
  const pool = startPool(mailbox.server)
  const transport = makePooledTransport(pool)
  await (await transport.open(makeMail('kim@example.com'))).finish(bytes)
  await mailbox.close()
  const away = await transport.open(makeMail('kim@example.com'))
  expect(away.recipients).toMatchObject([{ kind: 'deferred' }])
  expect(pool.count()).toEqual({ open: 0, unused: 0, waiting: 0 })
})

test('a connection that the server ends at the next MAIL is replaced', async () => {
  let mails = 0
  const { server } = await startScript({
    get mail() {
      mails += 1
      return mails === 2 ? ['421 4.4.2 too long unused'] : '250 ok'
    },
    get rcpt() {
      return (_: string) => (mails === 2 ? [] : '250 ok')
    },
  })
  const transport = makePooledTransport(startPool(server, { timeouts: { ...timeouts, reply: 200 } }))
  await (await transport.open(makeMail('kim@example.com'))).finish(bytes)
  expect(await (await transport.open(makeMail('kim@example.com'))).finish(bytes)).toMatchObject([{ kind: 'delivered' }])
  expect(mails).toBe(3)
})

test('recipients one by one, each with its answer, and the mail for those who were accepted', async () => {
  const receiver = await startMailbox({
    atRecipient: (recipient) => (recipient.startsWith('no') ? '550 5.1.1 No such user' : undefined),
    atData: (recipient) => (recipient.startsWith('full') ? '452 4.2.2 Mailbox full' : undefined),
  })
  const pool = startPool({ kind: 'socket', path: receiver.address })
  const delivery = openStepwiseDelivery(pool, envelope, 10_000)
  expect(await delivery.addRecipient('kim@example.com')).toMatchObject({ kind: 'delivered' })
  expect(await delivery.addRecipient('no@example.com')).toMatchObject({ kind: 'refused', code: '5.1.1' })
  expect(await delivery.addRecipient('full@example.com')).toMatchObject({ kind: 'delivered' })
  expect(await delivery.finish(bytes)).toMatchObject([{ kind: 'delivered' }, { kind: 'deferred' }])
  expect(receiver.mails.map((mail) => mail.recipients)).toEqual([['kim@example.com', 'full@example.com']])
  expect(pool.count()).toMatchObject({ open: 1, unused: 1 })
})

test('a silent client does not keep the connection; at the end its recipients are named anew', async () => {
  const { server, heard, mails } = await startScript({})
  const pool = startPool(server, { most: 1 })
  const delivery = openStepwiseDelivery(pool, envelope, 10)
  await delivery.addRecipient('kim@example.com')
  await delivery.addRecipient('lee@example.com')
  await expect.poll(() => pool.count().unused).toBe(1)
  expect(await delivery.finish(bytes)).toMatchObject([{ kind: 'delivered' }, { kind: 'delivered' }])
  expect(heard.filter((line) => line.startsWith('MAIL'))).toHaveLength(2)
  expect(heard.filter((line) => line.startsWith('RCPT'))).toHaveLength(4)
  expect(mails).toHaveLength(1)
})

test('given up, the connection is free again', async () => {
  const { server } = await startScript({})
  const pool = startPool(server, { most: 1 })
  const delivery = openStepwiseDelivery(pool, envelope, 10_000)
  await delivery.addRecipient('kim@example.com')
  delivery.abandon()
  await expect.poll(() => pool.count().unused).toBe(1)
})

test('a mailbox that is away defers every recipient', async () => {
  const pool = startPool({ kind: 'socket', path: '/nowhere/socket' })
  const delivery = openStepwiseDelivery(pool, envelope, 10_000)
  expect(await delivery.addRecipient('kim@example.com')).toMatchObject({ kind: 'deferred' })
  expect(await delivery.finish(bytes)).toEqual([])
})
