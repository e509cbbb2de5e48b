import { afterEach, describe, expect, test } from 'vitest'
import { makeLmtpTransport } from '../../../src/mail/transport/lmtp.ts'
import type { ServerTransportOptions } from '../../../src/mail/transport/server-transport.ts'
import { makeSmtpTransport } from '../../../src/mail/transport/smtp.ts'
import type { DeliveryResult } from '../../../src/mail/transport/transport.ts'
import { hangUp, type Script, type ScriptedServer, silence, startScriptedServer } from './scripted-server.ts'

const opened: ScriptedServer[] = []
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close()
})

async function start(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script)
  opened.push(server)
  return server
}

interface Sending {
  readonly protocol?: 'lmtp' | 'smtp'
  readonly sender?: string
  readonly recipients?: readonly string[]
  readonly bytes?: Buffer
  readonly timeouts?: ServerTransportOptions['timeouts']
}

const patient = { connect: 5_000, reply: 5_000, data: 5_000, overall: 20_000 }
const impatient = { connect: 5_000, reply: 60, data: 60, overall: 20_000 }

async function send(
  server: ScriptedServer['server'],
  sending: Sending = {},
): Promise<{ atRecipient: readonly DeliveryResult[]; atData: readonly DeliveryResult[] }> {
  const {
    protocol = 'lmtp',
    sender = 'pat@example.com',
    recipients = ['kim@example.com'],
    timeouts = patient,
  } = sending
  const bytes = sending.bytes ?? Buffer.from('Subject: hello\n\nbody\n')
  const make = protocol === 'lmtp' ? makeLmtpTransport : makeSmtpTransport
  const delivery = await make({ server, name: 'agent.example.com', timeouts }).open({
    kind: 'original',
    envelope: { sender, recipients },
    bytes,
  })
  return { atRecipient: delivery.recipients, atData: await delivery.finish(bytes) }
}

const kinds = (results: readonly DeliveryResult[]) => results.map((result) => result.kind)
const three = ['a@example.com', 'b@example.com', 'c@example.com']

describe('an ordinary delivery', () => {
  test('by LMTP: what is said and what arrives', async () => {
    const server = await start({})
    const { atRecipient, atData } = await send(server.server)
    expect(server.heard.slice(0, 4)).toEqual([
      'LHLO agent.example.com',
      'MAIL FROM:<pat@example.com>',
      'RCPT TO:<kim@example.com>',
      'DATA',
    ])
    expect(server.mails.map(String)).toEqual(['Subject: hello\r\n\r\nbody\r\n'])
    expect(atRecipient).toEqual([{ kind: 'delivered', reply: '250 2.1.5 ok' }])
    expect(atData).toEqual([{ kind: 'delivered', reply: '250 2.0.0 taken' }])
  })

  test('by SMTP: one answer counts for all', async () => {
    const server = await start({ dot: () => '451 4.3.0 later' })
    const { atData } = await send(server.server, { protocol: 'smtp', recipients: three })
    expect(server.heard[0]).toBe('EHLO agent.example.com')
    expect(atData).toEqual(three.map(() => ({ kind: 'deferred', reply: '451 4.3.0 later' })))
  })

  test('to a server that knows only HELO, which offers nothing', async () => {
    const server = await start({ hello: '502 5.5.2 unknown' })
    expect(kinds((await send(server.server, { protocol: 'smtp' })).atData)).toEqual(['deferred'])
    expect(server.heard.slice(0, 2)).toEqual(['EHLO agent.example.com', 'HELO agent.example.com'])
  })

  test('without pipelining one command waits for the other', async () => {
    const server = await start({ hello: '250 there', dot: (accepted) => accepted.map(() => '250 ok') })
    expect(kinds((await send(server.server, { recipients: three })).atRecipient)).toEqual(three.map(() => 'delivered'))
    expect(server.heard.length).toBe(6)
  })

  test('what the server offers is used: SIZE, BODY=8BITMIME, SMTPUTF8', async () => {
    const hello = ['250-there', '250-SIZE 1000000', '250-8BITMIME', '250-SMTPUTF8', '250 PIPELINING']
    const server = await start({ hello })
    const bytes = Buffer.from('Subject: Grüße\r\n\r\n')
    await send(server.server, { bytes, recipients: ['kïm@example.com'], sender: '' })
    expect(server.heard[1]).toBe(`MAIL FROM:<> SIZE=${bytes.length} BODY=8BITMIME SMTPUTF8`)
    const plain = await start({ hello })
    await send(plain.server)
    expect(plain.heard[1]).toBe('MAIL FROM:<pat@example.com> SIZE=21')
  })

  test('8-bit bytes arrive as they are, also where nothing is offered', async () => {
    const server = await start({ hello: '250 there' })
    const bytes = Buffer.from('X: \xff\xfe\0\x80\r\n\r\n\xc3\xbc\r\n', 'latin1')
    await send(server.server, { bytes })
    expect(server.mails).toEqual([bytes])
  })

  test('an address named twice is said once and answered twice', async () => {
    const server = await start({ dot: (accepted) => accepted.map((recipient) => `250 2.0.0 ${recipient}`) })
    const recipients = ['a@example.com', 'b@example.com', 'a@EXAMPLE.com', 'A@example.com']
    const { atData } = await send(server.server, { recipients })
    expect(server.heard.filter((line) => line.startsWith('RCPT'))).toEqual([
      'RCPT TO:<a@example.com>',
      'RCPT TO:<b@example.com>',
      'RCPT TO:<A@example.com>',
    ])
    expect(atData.map((result) => result.reply)).toEqual([
      '250 2.0.0 a@example.com',
      '250 2.0.0 b@example.com',
      '250 2.0.0 a@example.com',
      '250 2.0.0 A@example.com',
    ])
  })

  test('giving up says no DATA', async () => {
    const server = await start({})
    const transport = makeLmtpTransport({ server: server.server, timeouts: patient })
    const envelope = { sender: '', recipients: ['kim@example.com'] }
    const delivery = await transport.open({ kind: 'original', envelope, bytes: Buffer.from('x') })
    await delivery.abandon()
    await expect.poll(() => server.heard.at(-1)).toBe('QUIT')
    expect(server.heard).not.toContain('DATA')
    expect(kinds(await delivery.finish(Buffer.from('x')))).toEqual(['deferred'])
    expect(server.mails).toEqual([])
  })
})

describe("each recipient's own answer", () => {
  test('one of three refused at RCPT, one deferred: the third gets the mail', async () => {
    const server = await start({
      rcpt: (recipient) =>
        recipient.startsWith('a') ? '550 5.1.1 No such user' : recipient.startsWith('b') ? '452 4.2.2 full' : '250 ok',
    })
    const { atRecipient, atData } = await send(server.server, { recipients: three })
    expect(atRecipient).toEqual([
      { kind: 'refused', code: '5.1.1', reply: '550 5.1.1 No such user' },
      { kind: 'deferred', reply: '452 4.2.2 full' },
      { kind: 'delivered', reply: '250 ok' },
    ])
    expect(atData).toEqual([atRecipient[0], atRecipient[1], { kind: 'delivered', reply: '250 2.0.0 taken' }])
  })

  test('LMTP answers after the dot in the order of those accepted', async () => {
    const server = await start({
      rcpt: (recipient) => (recipient.startsWith('b') ? '550 no' : '250 ok'),
      dot: () => ['552 5.2.2 quota', '250 2.0.0 taken'],
    })
    const { atData } = await send(server.server, { recipients: three })
    expect(atData).toEqual([
      { kind: 'refused', code: '5.2.2', reply: '552 5.2.2 quota' },
      { kind: 'refused', code: '5.0.0', reply: '550 no' },
      { kind: 'delivered', reply: '250 2.0.0 taken' },
    ])
  })

  test('all refused: no DATA', async () => {
    const server = await start({ rcpt: () => '550 5.1.1 no' })
    expect(kinds((await send(server.server, { recipients: three })).atData)).toEqual(three.map(() => 'refused'))
    await expect.poll(() => server.heard.at(-1)).toBe('QUIT')
    expect(server.heard).not.toContain('DATA')
  })

  test.each([
    ['with pipelining', undefined],
    ['without', '250 there'],
  ])('a refused sender counts for all, %s', async (_, hello) => {
    const server = await start({
      mail: '553 5.1.8 unknown domain',
      rcpt: () => '503 5.5.1 MAIL first',
      ...(hello ? { hello } : {}),
    })
    const { atRecipient } = await send(server.server, { recipients: three })
    expect(atRecipient).toEqual(
      three.map(() => ({ kind: 'refused', code: '5.1.8', reply: '553 5.1.8 unknown domain' })),
    )
  })

  test.each([
    ['550 5.7.1 Not you', '5.7.1'],
    ['550 4.7.1 mixed up', '5.0.0'],
    ['550', '5.0.0'],
    ['550 5.7.1', '5.7.1'],
    ['550 5.7.1x', '5.0.0'],
    ['599 something', '5.0.0'],
  ])('enhanced code of %j', async (reply, code) => {
    const server = await start({ rcpt: () => reply })
    expect((await send(server.server)).atRecipient).toEqual([{ kind: 'refused', code, reply }])
  })

  test('a reply of several lines is one text', async () => {
    const server = await start({ rcpt: () => ['550-5.1.1 No such', '550-5.1.1 user', '550 5.1.1 here'] })
    expect((await send(server.server)).atRecipient).toEqual([
      { kind: 'refused', code: '5.1.1', reply: '550 5.1.1 No such user here' },
    ])
  })

  test('a reply is harmless and bounded', async () => {
    const server = await start({ rcpt: () => `550 \x1b[2J\x07${'x'.repeat(5000)}` })
    const [result] = (await send(server.server)).atRecipient
    expect(result?.reply).toMatch(/^550 \?\[2J\?x+$/)
    expect(result?.reply.length).toBeLessThan(600)
  })

  test('DATA refused: each accepted recipient has the answer', async () => {
    const server = await start({ data: '554 5.5.1 no valid recipients' })
    expect((await send(server.server, { recipients: ['a@example.com', 'b@example.com'] })).atData).toEqual([
      { kind: 'refused', code: '5.5.1', reply: '554 5.5.1 no valid recipients' },
      { kind: 'refused', code: '5.5.1', reply: '554 5.5.1 no valid recipients' },
    ])
  })
})

describe('what goes wrong means "not now"', () => {
  const rows: [why: string, script: Script, reply: RegExp, sending?: Sending][] = [
    ['a greeting that refuses', { greeting: '554 no service' }, /greeted with 554 no service/],
    ['421 in place of a greeting', { greeting: ['421 4.3.2 closing', hangUp] }, /greeted with 421/],
    ['a hello that is refused', { hello: '550 go away' }, /answered the hello with 550/],
    ['silence instead of a greeting', { greeting: silence }, /was silent for 0\.06 s/, { timeouts: impatient }],
    ['silence after the hello', { hello: silence }, /was silent/, { timeouts: impatient }],
    ['silence after MAIL', { mail: silence }, /was silent/, { timeouts: impatient }],
    ['silence after RCPT', { rcpt: () => silence }, /was silent/, { timeouts: impatient }],
    ['silence after DATA', { data: silence }, /was silent/, { timeouts: impatient }],
    ['silence after the dot', { dot: () => silence }, /was silent/, { timeouts: impatient }],
    ['hanging up at once', { greeting: hangUp }, /closed the connection|ECONNRESET|EPIPE/],
    ['hanging up after MAIL', { mail: hangUp }, /closed the connection|ECONNRESET|EPIPE/],
    ['hanging up after DATA', { data: hangUp }, /closed the connection|ECONNRESET|EPIPE/],
    ['hanging up in the middle of the mail', { dieAfter: 5 }, /closed the connection|ECONNRESET|EPIPE/],
    ['hanging up after the dot', { dot: () => hangUp }, /closed the connection|ECONNRESET|EPIPE/],
    ['421 at RCPT', { rcpt: () => ['421 4.4.2 too long', hangUp] }, /421 4\.4\.2/],
    ['something that is no reply', { greeting: 'HTTP/1.1 400 Bad Request' }, /no reply: "HTTP/],
    ['a code that does not exist', { rcpt: () => '999 what' }, /no reply/],
    ['a code of a wrong kind', { rcpt: () => '354 go on' }, /354 go on/],
    ['DATA answered with 250', { data: '250 ok' }, /answered DATA with 250/],
    ['a line without end', { greeting: Buffer.alloc(100_000, 'x') }, /line without end/],
    ['a line that is too long', { greeting: `220 ${'x'.repeat(10_000)}` }, /line without end/],
    ['a reply without end', { greeting: Buffer.from('220-x\r\n'.repeat(2_000)) }, /reply without end/],
  ]
  test.each(rows)('%s', async (_, script, reply, sending = {}) => {
    const server = await start(script)
    const { atData } = await send(server.server, { ...sending, recipients: ['a@example.com', 'b@example.com'] })
    expect(kinds(atData)).toEqual(['deferred', 'deferred'])
    expect(atData[0]?.reply).toMatch(reply)
  })

  test('nobody listens', async () => {
    const { atRecipient } = await send({ kind: 'socket', path: '/nowhere/at/all' })
    expect(atRecipient).toEqual([{ kind: 'deferred', reply: '/nowhere/at/all: ENOENT' }])
  })

  test('those answered before the connection was lost keep their answers', async () => {
    const server = await start({ dot: () => ['250 2.0.0 taken', '550 5.2.0 no', hangUp] })
    expect(kinds((await send(server.server, { recipients: three })).atData)).toEqual([
      'delivered',
      'refused',
      'deferred',
    ])
  })

  test('a server that takes none of a great mail', async () => {
    const server = await start({ stopReadingAtData: true })
    const { atData } = await send(server.server, {
      timeouts: impatient,
      bytes: Buffer.alloc(20 * 1024 * 1024, 'x\r\n'),
    })
    expect(atData).toEqual([{ kind: 'deferred', reply: expect.stringMatching(/took nothing/) }])
  })

  test('a server that is slow in all, though never silent for long', async () => {
    const server = await start({ greeting: silence })
    const timeouts = { ...patient, overall: 60 }
    expect((await send(server.server, { timeouts })).atData[0]?.reply).toMatch(/longer than 0\.06 s in all/)
  })

  test('a connection lost between RCPT and DATA', async () => {
    const server = await start({})
    const transport = makeLmtpTransport({ server: server.server, timeouts: patient })
    const envelope = { sender: '', recipients: ['kim@example.com'] }
    const delivery = await transport.open({ kind: 'original', envelope, bytes: Buffer.from('x') })
    expect(kinds(delivery.recipients)).toEqual(['delivered'])
    await server.close()
    expect(kinds(await delivery.finish(Buffer.from('x')))).toEqual(['deferred'])
  })
})

describe('addresses', () => {
  test.each([
    'a@example.com>\r\nDATA',
    'a@example.com\r\nRCPT TO:<eve@example.net',
    '<a@example.com>',
    'a b@example.com',
    'a@example.com SIZE=1',
    'a\0@example.com',
    '',
    `${'a'.repeat(600)}@example.com`,
  ])('%j is never said', async (bad) => {
    const server = await start({})
    const { atData } = await send(server.server, { recipients: [bad, 'kim@example.com'] })
    expect(atData[0]).toMatchObject({ kind: 'refused', code: '5.1.3' })
    expect(atData[1]).toMatchObject({ kind: 'delivered' })
    expect(server.heard.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<kim@example.com>'])
  })

  test('nor is such a sender; the mail is kept', async () => {
    const server = await start({})
    expect(kinds((await send(server.server, { sender: 'x@example.com>\r\nQUIT' })).atData)).toEqual(['deferred'])
    await expect.poll(() => server.heard).toEqual(['LHLO agent.example.com', 'QUIT'])
  })

  test.each(['"a b"@example.com', '"a\\"b"@example.com', 'user@[192.0.2.1]', 'local', 'a+b=c@example.com'])(
    '%s is said as it stands',
    async (good) => {
      const server = await start({})
      await send(server.server, { recipients: [good] })
      expect(server.heard[2]).toBe(`RCPT TO:<${good}>`)
    },
  )

  test('one outside ASCII is refused where the server does not offer SMTPUTF8', async () => {
    const server = await start({})
    const { atData } = await send(server.server, { recipients: ['kïm@example.com', 'kim@example.com'] })
    expect(atData).toMatchObject([{ kind: 'refused', code: '5.6.7' }, { kind: 'delivered' }])
  })
})
