// The conformance list: RFC 2033 line by line, and what it takes from RFC 5321 and the extensions it demands.
import { afterEach, describe, expect, test } from 'vitest'
import { type Listening, type ListeningOptions, startListening } from './listening.ts'
import { connectClient, type LmtpClient, openClient } from './lmtp-client.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function listen(options: ListeningOptions = {}): Promise<Listening> {
  const listening = await startListening(options)
  closing.push(() => listening.close())
  return listening
}

async function open(options: ListeningOptions = {}): Promise<{ listening: Listening; client: LmtpClient }> {
  const listening = await listen(options)
  const client = await openClient(listening.address)
  closing.push(() => client.close())
  return { listening, client }
}

async function begin(client: LmtpClient, ...recipients: readonly string[]): Promise<readonly string[]> {
  await client.ask('MAIL FROM:<pat@example.org>')
  const answers: string[] = []
  for (const recipient of recipients) answers.push(await client.ask(`RCPT TO:<${recipient}>`))
  return answers
}

async function send(client: LmtpClient, text = 'Subject: one\r\n\r\nText\r\n'): Promise<string> {
  expect(await client.ask('DATA')).toMatch(/^354 /)
  client.write(`${text}.\r\n`)
  return client.readReply()
}

describe('RFC 2033, 4.1: LHLO', () => {
  test('the greeting comes at once, with 220', async () => {
    const { address } = await listen()
    const client = connectClient(address)
    closing.push(() => client.close())
    expect(await client.readReply()).toMatch(/^220 mail\.example\.com LMTP /)
  })

  test('LHLO is answered as EHLO is: our name, then the extensions', async () => {
    const { address } = await listen()
    const client = connectClient(address)
    closing.push(() => client.close())
    await client.readReply()
    const lines = (await client.ask('LHLO client.example.org')).split('\n')
    expect(lines[0]).toBe('250-mail.example.com')
    expect(lines.every((line) => /^250[- ]/.test(line))).toBe(true)
  })

  test.each(['HELO client.example.org', 'EHLO client.example.org'])('%s is refused with 500', async (line) => {
    const { client } = await open()
    expect(await client.ask(line)).toMatch(/^500 5\.5\.1 /)
  })

  test.each(['MAIL FROM:<pat@example.org>', 'RCPT TO:<kim@example.com>', 'DATA'])(
    '%s before LHLO: 503',
    async (line) => {
      const { address } = await listen()
      const client = connectClient(address)
      closing.push(() => client.close())
      await client.readReply()
      expect(await client.ask(line)).toMatch(/^503 5\.5\.1 /)
    },
  )

  test('LHLO without a name: 501', async () => {
    const { client } = await open()
    expect(await client.ask('LHLO')).toMatch(/^501 5\.5\.4 /)
  })

  test('a second LHLO forgets the mail that had begun', async () => {
    const { listening, client } = await open()
    await begin(client, 'kim@example.com')
    expect(await client.ask('LHLO client.example.org')).toMatch(/^250/)
    expect(await client.ask('RCPT TO:<lee@example.com>')).toMatch(/^503 /)
    expect(listening.abandoned()).toBe(1)
  })
})

describe('RFC 2033, 4.2: DATA', () => {
  test('without an accepted recipient: 503', async () => {
    const { client } = await open({ atRecipient: () => '550 5.1.1 No such user' })
    await begin(client, 'gone@example.com')
    expect(await client.ask('DATA')).toMatch(/^503 5\.5\.1 /)
  })

  test('without RCPT: 503', async () => {
    const { client } = await open()
    await begin(client)
    expect(await client.ask('DATA')).toMatch(/^503 5\.5\.1 /)
  })

  test('one reply for each recipient that was accepted, in their order', async () => {
    const { client } = await open({
      atData: (address) => (address.startsWith('full') ? '452 4.2.2 Mailbox full' : undefined),
    })
    await begin(client, 'kim@example.com', 'full@example.com', 'lee@example.com')
    expect(await send(client)).toMatch(/^250 2\.0\.0 /)
    expect(await client.readReplies(2)).toEqual([
      expect.stringMatching(/^452 4\.2\.2 Mailbox full/),
      expect.stringMatching(/^250 2\.0\.0 /),
    ])
    expect(await client.ask('NOOP')).toMatch(/^250 /)
  })

  test('none for those that were refused', async () => {
    const { client } = await open({
      atRecipient: (address) => (address.startsWith('gone') ? '550 5.1.1 No such user' : undefined),
    })
    await begin(client, 'gone@example.com', 'kim@example.com', 'gone2@example.com')
    expect(await send(client)).toMatch(/^250 /)
    expect(await client.ask('NOOP')).toBe('250 2.0.0 Here')
  })

  test('one for each RCPT even where the same address was named twice; it is delivered to once', async () => {
    const { listening, client } = await open()
    const twice = ['kim@example.com', 'lee@example.com', 'kim@EXAMPLE.com', '"kim"@example.com', 'kim@example.com']
    expect(await begin(client, ...twice)).toEqual(twice.map(() => expect.stringMatching(/^250 /)))
    expect(await send(client)).toMatch(/^250 /)
    expect(await client.readReplies(4)).toEqual(Array(4).fill(expect.stringMatching(/^250 /)))
    expect(await client.ask('NOOP')).toBe('250 2.0.0 Here')
    expect(listening.asked).toEqual(['kim@example.com', 'lee@example.com'])
    expect(listening.mails.map(({ recipients }) => recipients)).toEqual([['kim@example.com', 'lee@example.com']])
  })

  test('an address named twice whose delivery fails has its failure twice', async () => {
    const { client } = await open({
      atData: (address) => (address.startsWith('full') ? '452 4.2.2 Mailbox full' : undefined),
    })
    await begin(client, 'full@example.com', 'kim@example.com', 'full@example.com')
    expect(await send(client)).toMatch(/^452 4\.2\.2 /)
    expect((await client.readReplies(2)).map((reply) => reply.slice(0, 3))).toEqual(['250', '452'])
    expect(await client.ask('NOOP')).toBe('250 2.0.0 Here')
  })

  test('a failure after DATA has the code of each recipient, those that were refused at RCPT left out', async () => {
    const { client } = await open({
      atRecipient: (address) => (address.startsWith('gone') ? '550 5.1.1 No such user' : undefined),
      atData: (address) => (address.startsWith('no') ? '554 5.7.1 Not from you' : undefined),
    })
    await begin(client, 'no@example.com', 'gone@example.com', 'kim@example.com')
    expect(await send(client)).toMatch(/^554 5\.7\.1 /)
    expect(await client.readReply()).toMatch(/^250 /)
    expect(await client.ask('NOOP')).toBe('250 2.0.0 Here')
  })

  test('a refused address named twice is refused twice, and asked for once', async () => {
    const { listening, client } = await open({ atRecipient: () => '550 5.1.1 No such user' })
    expect(await begin(client, 'gone@example.com', 'gone@example.com')).toEqual(Array(2).fill('550 5.1.1 No such user'))
    expect(listening.asked).toHaveLength(1)
  })

  test('local parts that differ by case are two recipients', async () => {
    const { listening, client } = await open()
    await begin(client, 'kim@example.com', 'KIM@example.com')
    await send(client)
    await client.readReply()
    expect(listening.mails[0]?.recipients).toEqual(['kim@example.com', 'KIM@example.com'])
  })

  test('after the replies the next mail may begin; nothing of the first is left', async () => {
    const { listening, client } = await open()
    await begin(client, 'kim@example.com')
    await send(client)
    expect(await client.ask('DATA')).toMatch(/^503 /)
    await begin(client, 'lee@example.com')
    await send(client, 'Subject: two\r\n\r\n')
    expect(listening.mails.map(({ recipients }) => recipients)).toEqual([['kim@example.com'], ['lee@example.com']])
  })

  test('a mail of nothing is a mail', async () => {
    const { listening, client } = await open()
    await begin(client, 'kim@example.com')
    expect(await send(client, '')).toMatch(/^250 /)
    expect(listening.mails[0]?.text).toBe('')
  })
})

describe('RFC 2033, 4: as SMTP otherwise', () => {
  test('RSET forgets sender and recipients', async () => {
    const { listening, client } = await open()
    await begin(client, 'kim@example.com')
    expect(await client.ask('RSET')).toMatch(/^250 2\.0\.0 /)
    expect(await client.ask('DATA')).toMatch(/^503 /)
    expect(listening.abandoned()).toBe(1)
  })

  test('NOOP, with or without words: 250', async () => {
    const { client } = await open()
    expect(await client.ask('NOOP')).toMatch(/^250 2\.0\.0 /)
    expect(await client.ask('noop and more')).toMatch(/^250 2\.0\.0 /)
  })

  test('VRFY does not tell: 252', async () => {
    const { client } = await open()
    expect(await client.ask('VRFY kim')).toMatch(/^252 2\.1\.5 /)
  })

  test('VRFY of nobody: 501; EXPN: 502', async () => {
    const { client } = await open()
    expect(await client.ask('VRFY')).toMatch(/^501 5\.5\.4 /)
    expect(await client.ask('EXPN people')).toMatch(/^502 5\.5\.1 /)
  })

  test.each(['RSET now', 'DATA now', 'QUIT now'])('%s: 501', async (line) => {
    const { client } = await open()
    expect(await client.ask(line)).toMatch(/^501 5\.5\.4 /)
  })

  test.each([
    ['NOOP', /^250 /],
    ['RSET', /^250 /],
    ['VRFY kim', /^252 /],
    ['HELP', /^214 /],
    ['QUIT', /^221 /],
  ])('%s needs no LHLO', async (line, answer) => {
    const { address } = await listen()
    const client = connectClient(address)
    closing.push(() => client.close())
    await client.readReply()
    expect(await client.ask(line)).toMatch(answer)
  })

  test('HELP: 214', async () => {
    const { client } = await open()
    expect(await client.ask('HELP')).toMatch(/^214 2\.0\.0 /)
  })

  test('QUIT: 221, and the end', async () => {
    const { client } = await open()
    expect(await client.ask('QUIT')).toMatch(/^221 2\.0\.0 /)
    await client.closed
  })

  test('QUIT in the middle of a mail: the mail is forgotten', async () => {
    const { listening, client } = await open()
    await begin(client, 'kim@example.com')
    await client.ask('QUIT')
    await client.closed
    expect(listening.abandoned()).toBe(1)
    expect(listening.mails).toEqual([])
  })

  test('verbs in any case', async () => {
    const { client } = await open()
    expect(await client.ask('mail from:<pat@example.org>')).toMatch(/^250 2\.1\.0 /)
    expect(await client.ask('rcpt to:<kim@example.com>')).toMatch(/^250 2\.1\.5 /)
  })

  test.each(['WHAT', '', 'AUTH PLAIN', 'STARTTLS', 'BDAT 10 LAST', 'MAILFROM:<pat@example.org>'])(
    'what is not known (%j): 500',
    async (line) => {
      const { client } = await open()
      expect(await client.ask(line)).toMatch(/^500 5\.5\.1 /)
    },
  )

  test('MAIL twice: 503', async () => {
    const { client } = await open()
    await begin(client)
    expect(await client.ask('MAIL FROM:<lee@example.org>')).toMatch(/^503 5\.5\.1 /)
  })

  test('RCPT before MAIL: 503', async () => {
    const { client } = await open()
    expect(await client.ask('RCPT TO:<kim@example.com>')).toMatch(/^503 5\.5\.1 /)
  })

  test('more recipients than are taken: 452, and the mail goes to those before', async () => {
    const { listening, client } = await open({ bounds: { recipients: 2 } })
    expect(await begin(client, 'a@example.com', 'b@example.com', 'c@example.com')).toEqual([
      expect.stringMatching(/^250 /),
      expect.stringMatching(/^250 /),
      expect.stringMatching(/^452 4\.5\.3 /),
    ])
    await send(client)
    expect(listening.mails[0]?.recipients).toEqual(['a@example.com', 'b@example.com'])
  })
})

describe('addresses: RFC 5321, 4.1.2', () => {
  const accepted: readonly (readonly [string, string])[] = [
    ['<"a b"@example.com>', '"a b"@example.com'],
    ['<"a@b"@example.com>', '"a@b"@example.com'],
    ['<"a>b"@example.com>', '"a>b"@example.com'],
    ['<"a\\"b"@example.com>', '"a\\"b"@example.com'],
    ['<kim+room@example.com>', 'kim+room@example.com'],
    ['<postmaster>', 'postmaster'],
    ['<kim>', 'kim'],
    ['<kim@[127.0.0.1]>', 'kim@[127.0.0.1]'],
    ['<kim@[IPv6:::1]>', 'kim@[IPv6:::1]'],
    ['<@relay.example.org,@other.example.org:kim@example.com>', 'kim@example.com'],
    ["<o'neil/x=y?@example.com>", "o'neil/x=y?@example.com"],
  ]
  test.each(accepted)('RCPT TO:%s is taken', async (path, address) => {
    const { listening, client } = await open()
    await client.ask('MAIL FROM:<pat@example.org>')
    expect(await client.ask(`RCPT TO:${path}`)).toMatch(/^250 /)
    expect(listening.asked).toEqual([address])
  })

  test('a blank behind the colon is forgiven', async () => {
    const { listening, client } = await open()
    expect(await client.ask('MAIL FROM: <pat@example.org>')).toMatch(/^250 /)
    expect(await client.ask('RCPT TO: <kim@example.com>')).toMatch(/^250 /)
    expect(listening.asked).toEqual(['kim@example.com'])
  })

  test('the null sender', async () => {
    const { listening, client } = await open()
    expect(await client.ask('MAIL FROM:<>')).toMatch(/^250 2\.1\.0 /)
    await client.ask('RCPT TO:<kim@example.com>')
    await send(client)
    expect(listening.mails[0]?.envelope.sender).toBe('')
  })

  test.each([
    'RCPT TO:<>',
    'RCPT TO:kim@example.com',
    'RCPT TO:<kim@example.com',
    'RCPT TO:<kim@>',
    'RCPT TO:<@example.com>',
    'RCPT TO:<a b@example.com>',
    'RCPT TO:<"a b@example.com>',
    'RCPT TO:<kim@exa mple.com>',
    'RCPT TO:<kim@example.com>x',
    'RCPT',
    'RCPT FROM:<kim@example.com>',
    `RCPT TO:<${'a'.repeat(1100)}@example.com>`,
  ])('%s: 501', async (line) => {
    const { client } = await open()
    await client.ask('MAIL FROM:<pat@example.org>')
    expect(await client.ask(line)).toMatch(/^501 5\.(1\.3|5\.4) /)
  })

  test.each(['MAIL FROM:pat@example.org', 'MAIL FROM:<pat@', 'MAIL', 'MAIL TO:<pat@example.org>'])(
    '%s: 501',
    async (line) => {
      const { client } = await open()
      expect(await client.ask(line)).toMatch(/^501 5\.(1\.7|5\.4) /)
    },
  )
})

describe('RFC 2033, 5: the extensions a server must have', () => {
  test('PIPELINING and ENHANCEDSTATUSCODES are offered', async () => {
    const { address } = await listen()
    const client = connectClient(address)
    closing.push(() => client.close())
    await client.readReply()
    const lines = (await client.ask('LHLO client.example.org')).split('\n').map((line) => line.slice(4))
    expect(lines).toContain('PIPELINING')
    expect(lines).toContain('ENHANCEDSTATUSCODES')
  })

  test('RFC 2920: commands that come together are answered in order', async () => {
    const { listening, client } = await open({
      atRecipient: (address) => (address.startsWith('gone') ? '550 5.1.1 No such user' : undefined),
    })
    client.write(
      'RSET\r\nMAIL FROM:<pat@example.org>\r\nRCPT TO:<kim@example.com>\r\nRCPT TO:<gone@example.com>\r\nDATA\r\n',
    )
    expect((await client.readReplies(5)).map((reply) => reply.slice(0, 3))).toEqual(['250', '250', '250', '550', '354'])
    // The end of one mail and all of the next one up to DATA.
    client.write('Text\r\n.\r\nMAIL FROM:<pat@example.org>\r\nRCPT TO:<lee@example.com>\r\nDATA\r\n')
    expect((await client.readReplies(4)).map((reply) => reply.slice(0, 3))).toEqual(['250', '250', '250', '354'])
    client.write('More\r\n.\r\nQUIT\r\n')
    expect((await client.readReplies(2)).map((reply) => reply.slice(0, 3))).toEqual(['250', '221'])
    expect(listening.mails.map(({ text }) => text)).toEqual(['Text\r\n', 'More\r\n'])
  })

  test('RFC 2920: commands byte by byte', async () => {
    const { client } = await open()
    for (const sign of 'MAIL FROM:<pat@example.org>\r\nRCPT TO:<kim@example.com>\r\n') client.write(sign)
    expect(await client.readReplies(2)).toEqual([
      expect.stringMatching(/^250 2\.1\.0 /),
      expect.stringMatching(/^250 2\.1\.5 /),
    ])
  })

  test('RFC 2034: every reply of the classes 2, 4 and 5 has a code, of its own class', async () => {
    const { client } = await open({
      atRecipient: (address) => (address.startsWith('gone') ? '550 5.1.1 No such user' : undefined),
    })
    const lines = [
      'NOOP',
      'RSET',
      'WHAT',
      'EHLO x',
      'DATA',
      'MAIL FROM:<pat@example.org>',
      'RCPT TO:<gone@example.com>',
    ]
    for (const line of [...lines, 'RCPT TO:<kim@example.com>', 'VRFY x', 'HELP', 'QUIT']) {
      const reply = await client.ask(line)
      expect(reply).toMatch(/^([245])\d\d \1\.\d{1,3}\.\d{1,3} ./)
    }
  })
})

describe('8BITMIME, SMTPUTF8, SIZE', () => {
  const offered = async (offer: ListeningOptions['offer']): Promise<readonly string[]> => {
    const { address } = await listen(offer ? { offer } : {})
    const client = connectClient(address)
    closing.push(() => client.close())
    await client.readReply()
    return (await client.ask('LHLO client.example.org')).split('\n').map((line) => line.slice(4))
  }

  test('are offered as the receiver has them', async () => {
    expect(await offered({ greatestMail: 1234 })).toEqual(expect.arrayContaining(['8BITMIME', 'SMTPUTF8', 'SIZE 1234']))
    const none = await offered({ has8bit: false, hasUtf8: false })
    expect(none).not.toContain('8BITMIME')
    expect(none).not.toContain('SMTPUTF8')
  })

  test('reach the receiver', async () => {
    const { listening, client } = await open()
    expect(await client.ask('MAIL FROM:<pat@example.org> SIZE=20 BODY=8BITMIME SMTPUTF8 AUTH=<>')).toMatch(/^250 /)
    await client.ask('RCPT TO:<kim@example.com>')
    await send(client)
    expect(listening.mails[0]?.envelope).toMatchObject({ size: 20, is8bit: true, isUtf8: true })
  })

  test.each(['SIZE=x', 'SIZE', 'BODY=BINARYMIME', 'SMTPUTF8=1', 'SIZE=1 SIZE=2', '=1'])(
    'MAIL with %s: 501',
    async (given) => {
      const { client } = await open()
      expect(await client.ask(`MAIL FROM:<pat@example.org> ${given}`)).toMatch(/^501 5\.5\.4 /)
    },
  )

  test.each(['RET=HDRS', 'ENVID=1', 'WHAT=1'])('MAIL with %s, which is not offered: 555', async (given) => {
    const { client } = await open()
    expect(await client.ask(`MAIL FROM:<pat@example.org> ${given}`)).toMatch(/^555 5\.5\.4 /)
  })

  test('MAIL with what this mailbox does not have: 555', async () => {
    const { client } = await open({ offer: { has8bit: false, hasUtf8: false } })
    expect(await client.ask('MAIL FROM:<pat@example.org> BODY=8BITMIME')).toMatch(/^555 /)
    expect(await client.ask('MAIL FROM:<pat@example.org> SMTPUTF8')).toMatch(/^555 /)
  })

  test('RCPT with a parameter: 555', async () => {
    const { client } = await open()
    await begin(client)
    expect(await client.ask('RCPT TO:<kim@example.com> NOTIFY=NEVER')).toMatch(/^555 5\.5\.4 /)
  })

  test('an address outside ASCII needs SMTPUTF8: 553; a sender only where it is not offered', async () => {
    const { client: plain } = await open({ offer: { hasUtf8: false } })
    expect(await plain.ask('MAIL FROM:<jörg@example.org>')).toMatch(/^553 5\.6\.7 /)
    const { listening, client } = await open()
    expect(await client.ask('MAIL FROM:<jörg@example.org>')).toMatch(/^250 /)
    await client.ask('RSET')
    await client.ask('MAIL FROM:<pat@example.org>')
    expect(await client.ask('RCPT TO:<käthe@example.com>')).toMatch(/^553 5\.6\.7 /)
    await client.ask('RSET')
    await client.ask('MAIL FROM:<jörg@example.org> SMTPUTF8')
    expect(await client.ask('RCPT TO:<käthe@example.com>')).toMatch(/^250 /)
    expect(listening.asked).toEqual(['käthe@example.com'])
  })

  test('what is no UTF-8: 500', async () => {
    const { client } = await open()
    client.write(Buffer.from('MAIL FROM:<k\xe4the@example.org> SMTPUTF8\r\n', 'latin1'))
    expect(await client.readReply()).toMatch(/^500 5\.5\.2 /)
  })

  test('RFC 1870: a mail declared too large is refused at MAIL: 552', async () => {
    const { client } = await open({ offer: { greatestMail: 1000 } })
    expect(await client.ask('MAIL FROM:<pat@example.org> SIZE=1001')).toMatch(/^552 5\.3\.4 /)
    expect(await client.ask('MAIL FROM:<pat@example.org> SIZE=1000')).toMatch(/^250 /)
  })

  test('RFC 1870: a mail that is larger than was said is read to its end, then 552 for each recipient', async () => {
    const { listening, client } = await open({ offer: { greatestMail: 1000 } })
    await begin(client, 'kim@example.com', 'lee@example.com')
    expect(await send(client, `${'a'.repeat(1000)}\r\n`)).toMatch(/^552 5\.3\.4 /)
    expect(await client.readReply()).toMatch(/^552 5\.3\.4 /)
    expect(listening.mails).toEqual([])
    expect(await client.ask('NOOP')).toMatch(/^250 /)
  })
})

describe('the bytes of a mail: RFC 5321, 4.5.2', () => {
  test.each([
    ['a dot in front is taken away', '..one\r\n.two\r\n...\r\n', '.one\r\ntwo\r\n..\r\n'],
    ['a bare LF ends no line', 'one\n.\ntwo\n..\r\n', 'one\n.\ntwo\n..\r\n'],
    ['a bare CR ends no line', 'one\r.\rtwo\r..\r\n', 'one\r.\rtwo\r..\r\n'],
    ['LF . CRLF ends no mail', 'one\n.\r\ntwo\r\n', 'one\n.\r\ntwo\r\n'],
    ['CRLF . CR ends no mail', 'one\r\n.\rtwo\r\n', 'one\r\n\rtwo\r\n'],
    ['CR CR LF', 'one\r\r\n..two\r\n', 'one\r\r\n.two\r\n'],
    ['NUL and bytes above ASCII', 'a\0b\xff\xfe\r\n', 'a\0b\xff\xfe\r\n'],
    ['a line of 1 MB, though SMTP has 1000 signs', `${'x'.repeat(1_000_000)}\r\n`, `${'x'.repeat(1_000_000)}\r\n`],
    ['lines that begin with dots, cut anywhere', `${'..\r\n'.repeat(3)}...\r\n.. \r\n`, '.\r\n.\r\n.\r\n..\r\n. \r\n'],
    ['a line of 5000 signs', `${'x'.repeat(5000)}\r\n`, `${'x'.repeat(5000)}\r\n`],
  ])('%s', async (_, wire, text) => {
    const { listening, client } = await open()
    await begin(client, 'kim@example.com')
    expect(await client.ask('DATA')).toMatch(/^354 /)
    client.write(Buffer.from(`${wire}.\r\n`, 'latin1'))
    expect(await client.readReply()).toMatch(/^250 /)
    expect(listening.mails[0]?.text).toBe(text)
  })
})

describe('XFORWARD', () => {
  test('what the mail system knows of its client reaches the receiver', async () => {
    const { listening, client } = await open()
    expect(await client.ask('XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.1 PROTO=ESMTP')).toMatch(/^250 /)
    expect(await client.ask('XFORWARD IDENT=4ABC+2Bx')).toMatch(/^250 /)
    await begin(client, 'kim@example.com')
    await send(client)
    expect(listening.mails[0]?.envelope).toMatchObject({ client: '192.0.2.1', queueId: '4ABC+x' })
  })

  test.each(['XFORWARD', 'XFORWARD WHAT=1', 'XFORWARD IDENT=+zz', 'XFORWARD IDENT=+0A'])('%s: 501', async (line) => {
    const { client } = await open()
    expect(await client.ask(line)).toMatch(/^501 5\.5\.4 /)
  })

  test('in the middle of a mail: 503', async () => {
    const { client } = await open()
    await begin(client)
    expect(await client.ask('XFORWARD IDENT=4ABC')).toMatch(/^503 5\.5\.1 /)
  })
})
