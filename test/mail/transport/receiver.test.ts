// The transports against a real server implementation, whole mails of all kinds.
import { afterEach, expect, test } from 'vitest'
import { makeLmtpTransport } from '../../../src/mail/transport/lmtp.ts'
import { parseServerAddress, type ServerAddress } from '../../../src/mail/transport/server-address.ts'
import { makeSmtpTransport } from '../../../src/mail/transport/smtp.ts'
import { type Receiver, type ReceiverOptions, startReceiver } from '../../support/lmtp-receiver.ts'

const opened: Receiver[] = []
afterEach(async () => {
  for (const receiver of opened.splice(0)) await receiver.close()
})

async function start(options: ReceiverOptions): Promise<{ receiver: Receiver; server: ServerAddress }> {
  const receiver = await startReceiver(options)
  opened.push(receiver)
  const server = parseServerAddress(receiver.address)
  if (!server) throw new Error(`no address: ${receiver.address}`)
  return { receiver, server }
}

test.each([
  ['lmtp', 'socket'],
  ['lmtp', 'port'],
  ['smtp', 'socket'],
  ['smtp', 'port'],
] as const)('%s over a %s: envelope and bytes arrive', async (protocol, listen) => {
  const { receiver, server } = await start({ protocol, listen })
  const transport = (protocol === 'lmtp' ? makeLmtpTransport : makeSmtpTransport)({ server })
  const bytes = Buffer.from('Subject: \xff\r\n\r\n.\r\n..\r\n.a\r\n\0\r\n', 'latin1')
  const envelope = { sender: '', recipients: ['pat@example.com', 'kim@example.com'] }
  const delivery = await transport.open({ kind: 'original', envelope, bytes })
  const results = await delivery.finish(bytes)
  expect(results.map((result) => result.kind)).toEqual(['delivered', 'delivered'])
  expect(await receiver.waitFor(1)).toEqual([{ ...envelope, bytes }])
})

test('20 MB with LF line ends', async () => {
  const { receiver, server } = await start({})
  const bytes = Buffer.alloc(20 * 1024 * 1024, 'It is a line of a mail that came through a pipe.\n')
  const transport = makeLmtpTransport({ server })
  const delivery = await transport.open({
    kind: 'original',
    envelope: { sender: 'pat@example.com', recipients: ['kim@example.com'] },
    bytes,
  })
  expect(await delivery.finish(bytes)).toMatchObject([{ kind: 'delivered' }])
  const arrived = receiver.mails[0]?.bytes.toString('latin1') ?? ''
  expect(arrived === `${bytes.toString('latin1')}`.replaceAll('\n', '\r\n').replace(/(?<!\r\n)$/, '\r\n')).toBe(true)
})

test('answers as told', async () => {
  const { receiver, server } = await start({
    atRecipient: (recipient) => (recipient.startsWith('nobody') ? '550 5.1.1 No such user' : undefined),
    atData: (recipient) => (recipient.startsWith('full') ? '452 4.2.2 Mailbox full' : undefined),
  })
  const delivery = await makeLmtpTransport({ server }).open({
    kind: 'original',
    envelope: { sender: 'pat@example.com', recipients: ['nobody@example.com', 'full@example.com', 'kim@example.com'] },
    bytes: Buffer.from('x'),
  })
  expect(await delivery.finish(Buffer.from('x'))).toMatchObject([
    { kind: 'refused', code: '5.1.1' },
    { kind: 'deferred', reply: '452 4.2.2 Mailbox full' },
    { kind: 'delivered' },
  ])
  expect(receiver.mails).toMatchObject([{ recipients: ['full@example.com', 'kim@example.com'] }])
})
