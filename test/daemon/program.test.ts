// The built daemon with a mailbox and a mail system behind it: whole days of good and bad weather.
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openFileStore } from '../../src/store/file/store.ts'
import { buildPrograms, type ProgramFolder, runProgram } from '../support/built-programs.ts'
import { type Receiver, type ReceiverOptions, startReceiver } from '../support/lmtp-receiver.ts'
import {
  type Daemon,
  type DaemonFolder,
  makeDaemonFolder,
  makeInvitation,
  plainMail,
  sendMail,
} from './daemon-program.ts'
import { connectClient, type LmtpClient, openClient } from './lmtp-client.ts'
import { poll } from './poll.ts'

let programs: ProgramFolder
const closing: (() => unknown)[] = []

beforeAll(async () => {
  programs = await buildPrograms()
}, 60_000)

afterAll(() => programs?.remove())

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Site {
  readonly folder: DaemonFolder
  readonly daemon: Daemon
  readonly mailbox: Receiver
  readonly mailSystem: Receiver
}

interface SiteOptions {
  readonly mailbox?: ReceiverOptions
  readonly mailSystem?: ReceiverOptions
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  readonly env?: Readonly<Record<string, string>>
}

async function startSite({
  mailbox: boxOptions,
  mailSystem: systemOptions,
  settings,
  env,
}: SiteOptions = {}): Promise<Site> {
  const mailbox = await startMailServer(boxOptions)
  const mailSystem = await startMailServer({ protocol: 'smtp', ...systemOptions })
  const folder = makeDaemonFolder(programs, { lmtp: mailbox.address, smtp: mailSystem.address, ...settings })
  closing.push(() => folder.remove())
  return { folder, mailbox, mailSystem, daemon: await folder.start({ ...(env ? { env } : {}) }) }
}

async function startMailServer(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options)
  let isClosed = false
  const close = async (): Promise<void> => {
    if (!isClosed) await receiver.close()
    isClosed = true
  }
  closing.push(close)
  return { ...receiver, close }
}

async function enter(address: string): Promise<LmtpClient> {
  const client = await openClient(address)
  closing.push(() => client.close())
  return client
}

function readMetrics(daemon: Daemon, path = '/metrics'): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: daemon.metrics, path }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    asked.on('error', reject)
    asked.end()
  })
}

const readAnswers = (mails: readonly { readonly bytes: Buffer }[]): readonly string[] =>
  mails.map(({ bytes }) => {
    const [, text = ''] =
      /base64\r\n(?:[^\r]+\r\n)*\r\n([A-Za-z0-9+/=\r\n]+?)\r\n--[^\r]*--/.exec(bytes.toString('latin1')) ?? []
    return /PARTSTAT=([A-Z-]+)/.exec(Buffer.from(text, 'base64').toString('utf8'))?.[1] ?? ''
  })

const readIds = (mails: readonly { readonly bytes: Buffer }[]): readonly string[] =>
  mails.map(({ bytes }) => /^Message-ID: (.*)\r$/m.exec(bytes.toString('latin1'))?.[1] ?? '')

describe('the three roles', () => {
  test('a person’s mail without a calendar is handed on byte for byte, with one line in the log', async () => {
    const { folder, daemon, mailbox } = await startSite()
    const client = await enter(daemon.person)
    expect(await sendMail(client, ['kim@example.com'], `${plainMail}.dot\r\n`)).toEqual(['250 2.0.0 Taken'])
    expect(mailbox.mails.map(({ bytes }) => bytes.toString())).toEqual([`${plainMail}.dot\r\n`])
    expect(mailbox.mails[0]).toMatchObject({ sender: 'pat@example.org', recipients: ['kim@example.com'] })
    await poll(() => folder.readLog().filter((line) => line.verdict === 'passed')).toMatchObject([
      { recipient: 'kim@example.com', reason: 'no-calendar' },
    ])
  })

  test('a person’s invitation is recorded and handed on', async () => {
    const { folder, daemon, mailbox } = await startSite()
    const client = await enter(daemon.person)
    const mail = makeInvitation({ to: 'kim@example.com' })
    expect(await sendMail(client, ['kim@example.com'], mail)).toEqual(['250 2.0.0 Taken'])
    expect(mailbox.mails.map(({ bytes }) => bytes.toString())).toEqual([mail])
    const store = JSON.parse(await folder.runAdmin('show-store', 'kim@example.com', '--json')) as { objects: unknown[] }
    expect(store.objects).toMatchObject([{ uid: 'planning@example.org' }])
  })

  test('a room answers; the second meeting at that time is declined', async () => {
    const { daemon, mailSystem } = await startSite()
    const client = await enter(daemon.resource)
    await sendMail(client, ['room@example.com'], makeInvitation())
    await sendMail(client, ['room@example.com'], makeInvitation({ uid: 'other@example.org' }))
    expect(readAnswers(await mailSystem.waitFor(2))).toEqual(['ACCEPTED', 'DECLINED'])
    expect(mailSystem.mails[0]?.recipients).toEqual(['pat@example.org'])
  })

  test('one invitation to three rooms, one of them named twice: each is booked once and answers once', async () => {
    const { daemon, mailSystem } = await startSite()
    const client = await enter(daemon.resource)
    const rooms = ['room@example.com', 'hall@example.com', 'car@example.com']
    const mail = makeInvitation().replace(
      'SUMMARY',
      'ATTENDEE;RSVP=TRUE:mailto:hall@example.com\r\nATTENDEE;RSVP=TRUE:mailto:car@example.com\r\nSUMMARY',
    )
    expect(await sendMail(client, [...rooms, 'room@example.com'], mail)).toHaveLength(4)
    expect(readAnswers(await mailSystem.waitFor(3))).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED'])
    expect(await client.ask('NOOP')).toMatch(/^250 /)
    expect(mailSystem.mails).toHaveLength(3)
  })

  test('a copy of a sent REPLY keeps the sender’s schedule', async () => {
    const { folder, daemon } = await startSite({ settings: { outgoing_authority: 'envelope' } })
    const invited = makeInvitation({ to: 'kim@example.com' })
    await sendMail(await enter(daemon.person), ['kim@example.com'], invited)
    const reply = invited
      .replace('From: pat@example.org', 'From: kim@example.com')
      .replaceAll('REQUEST', 'REPLY')
      .replace('RSVP=TRUE', 'PARTSTAT=ACCEPTED')
      .replace('<planning@', '<reply@')
    const client = await enter(daemon.personOutgoing)
    expect(await sendMail(client, ['kim@people-outgoing.example.com'], reply, 'kim@example.com')).toEqual([
      '250 2.0.0 Taken',
    ])
    expect(await sendMail(client, ['kim@people-outgoing.example.com'], plainMail, 'kim@example.com')).toEqual([
      '250 2.0.0 Taken',
    ])
    const store = JSON.parse(await folder.runAdmin('show-store', 'kim@example.com', '--json')) as {
      freebusy: unknown[]
    }
    expect(store.freebusy).toMatchObject([{ uid: 'planning@example.org', type: 'BUSY' }])
  })

  test.each(['X-Original-To: saal@example.com', 'Envelope-to: hall@example.com,\r\n saal@example.com'])(
    '%j above the first Received says which attendee is meant',
    async (field) => {
      const { folder, daemon } = await startSite()
      const client = await enter(daemon.resource)
      const mail = `${field}\r\nReceived: from x by y; Mon, 1 Mar 2027 10:00:00 +0000\r\n${makeInvitation({ to: 'saal@example.com' })}`
      await sendMail(client, ['hall@example.com'], mail)
      expect(await folder.runAdmin('show-store', 'hall@example.com')).toContain('planning@example.org')
    },
  )
})

describe('the mailbox', () => {
  test('down: 451 at RCPT; the mail is taken when it is back', async () => {
    const { folder, daemon, mailbox } = await startSite()
    const client = await enter(daemon.person)
    await mailbox.close()
    expect(await sendMail(client, ['kim@example.com'], plainMail)).toEqual([expect.stringMatching(/^451 4\.3\.0 /)])
    const back = await startMailServer()
    folder.writeSettings({ lmtp: back.address })
    daemon.child.kill('SIGHUP')
    await poll(() => folder.readLog().some(({ error }) => error === 'the configuration was read again')).toBe(true)
    expect(await sendMail(client, ['kim@example.com'], plainMail)).toEqual(['250 2.0.0 Taken'])
    expect(back.mails).toHaveLength(1)
  })

  test('down: an invitation is not recorded before the mailbox takes it', async () => {
    const { folder, daemon, mailbox } = await startSite()
    await mailbox.close()
    const client = await enter(daemon.person)
    expect(await sendMail(client, ['kim@example.com'], makeInvitation({ to: 'kim@example.com' }))).toEqual([
      expect.stringMatching(/^451 /),
    ])
    expect(await folder.runAdmin('show-store', 'kim@example.com')).not.toContain('planning')
  })

  test('refusing one of three at RCPT, full for another at the end: each its own words, with and without a calendar', async () => {
    const { daemon, mailbox } = await startSite({
      mailbox: {
        atRecipient: (recipient) => (recipient.startsWith('gone') ? '550 5.1.1 No such user' : undefined),
        atData: (recipient) => (recipient.startsWith('full') ? '452 4.2.2 Mailbox full' : undefined),
      },
    })
    const client = await enter(daemon.person)
    for (const mail of [plainMail, makeInvitation({ to: 'kim@example.com' })]) {
      await client.ask('MAIL FROM:<pat@example.org>')
      expect(await client.ask('RCPT TO:<kim@example.com>')).toMatch(/^250 2\.1\.5 /)
      expect(await client.ask('RCPT TO:<gone@example.com>')).toBe('550 5.1.1 No such user')
      expect(await client.ask('RCPT TO:<full@example.com>')).toMatch(/^250 2\.1\.5 /)
      await client.ask('DATA')
      client.write(`${mail}.\r\n`)
      expect(await client.readReplies(2)).toEqual(['250 2.0.0 Taken', '451 4.2.2 Mailbox full'])
    }
    expect(mailbox.mails.flatMap(({ recipients }) => recipients).filter((to) => to === 'kim@example.com')).toHaveLength(
      2,
    )
  })

  test('a refusal for good after DATA is told in its own code', async () => {
    const { daemon } = await startSite({ mailbox: { atData: () => '552 5.2.2 Over quota' } })
    const client = await enter(daemon.person)
    expect(await sendMail(client, ['kim@example.com'], plainMail)).toEqual(['552 5.2.2 Over quota'])
    expect(await sendMail(client, ['kim@example.com'], makeInvitation({ to: 'kim@example.com' }))).toEqual([
      '552 5.2.2 Over quota',
    ])
  })

  test('silent: 451 after reply_timeout, and others are served meanwhile', async () => {
    const { createServer } = await import('node:net')
    const silent = createServer(() => undefined)
    const { folder, daemon } = await startSite({ settings: { reply_timeout: '1s' } })
    const path = join(folder.path, 'silent')
    await new Promise<void>((resolve) => silent.listen(path, resolve))
    closing.push(() => silent.close())
    folder.writeSettings({ lmtp: path, reply_timeout: '1s' })
    daemon.child.kill('SIGHUP')
    await poll(() => folder.readLog().some(({ error }) => error === 'the configuration was read again')).toBe(true)
    const client = await enter(daemon.person)
    const waiting = sendMail(client, ['kim@example.com'], plainMail)
    const room = await enter(daemon.resource)
    expect(await sendMail(room, ['room@example.com'], makeInvitation())).toEqual(['250 2.0.0 Taken'])
    expect(await waiting).toEqual([expect.stringMatching(/^451 4\.3\.0 .*silent/)])
  })

  test('what it offers is what we offer', async () => {
    const { daemon } = await startSite()
    const client = connectClient(daemon.person)
    closing.push(() => client.close())
    await client.readReply()
    const hello = await client.ask('LHLO client.example.org')
    // The receiver in the tests takes 60 MB.
    expect(hello).toContain('SIZE 62914560')
    expect(hello).toContain('8BITMIME')
    expect(hello).toContain('SMTPUTF8')
  })
})

describe('killed and repeated', () => {
  test('in the middle of DATA: the same mail again is answered once', async () => {
    const { folder, daemon, mailSystem } = await startSite()
    const client = await enter(daemon.resource)
    const mail = makeInvitation()
    await client.ask('MAIL FROM:<pat@example.org>')
    await client.ask('RCPT TO:<room@example.com>')
    await client.ask('DATA')
    client.write(mail.slice(0, 300))
    await daemon.kill('SIGKILL')
    expect(await client.readReply()).toBe('')
    const next = await folder.start()
    expect(await sendMail(await enter(next.resource), ['room@example.com'], mail)).toEqual(['250 2.0.0 Taken'])
    expect(readAnswers(await mailSystem.waitFor(1))).toEqual(['ACCEPTED'])
    expect(mailSystem.mails).toHaveLength(1)
  })

  test('at moments nobody chose, after the final dot: one booking, one answer by its Message-ID', async () => {
    const { folder, daemon, mailSystem } = await startSite()
    let running = daemon
    const count = 6
    for (let number = 0; number < count; number++) {
      const mail = makeInvitation({
        uid: `m${number}@example.org`,
        start: `20270310T1${number}0000Z`,
        end: `20270310T1${number}3000Z`,
      })
      const client = await enter(running.resource)
      await client.ask('MAIL FROM:<pat@example.org>')
      await client.ask('RCPT TO:<room@example.com>')
      await client.ask('DATA')
      client.write(`${mail}.\r\n`)
      // As soon as this much has happened: nothing yet, a file of the attempt, the log of the room, the answer, the reply.
      if (number % 3 === 1) await mailSystem.waitFor(new Set(readIds(mailSystem.mails)).size + 1)
      else if (number % 3 === 2) await client.readReply()
      await running.kill('SIGKILL')
      running = await folder.start()
      expect(await sendMail(await enter(running.resource), ['room@example.com'], mail)).toEqual(['250 2.0.0 Taken'])
    }
    await poll(() => new Set(readIds(mailSystem.mails)).size).toBe(count)
    expect(new Set(readAnswers(mailSystem.mails))).toEqual(new Set(['ACCEPTED']))
    const store = JSON.parse(await folder.runAdmin('show-store', 'room@example.com', '--json')) as {
      objects: unknown[]
    }
    expect(store.objects).toHaveLength(count)
  }, 60_000)
})

describe('answers', () => {
  test('that the mail system defers: 451, and the answer goes with the next try', async () => {
    let isReady = false
    const { daemon, mailSystem } = await startSite({
      mailSystem: { atRecipient: () => (isReady ? undefined : '450 4.2.0 Come again') },
    })
    const client = await enter(daemon.resource)
    const mail = makeInvitation()
    expect(await sendMail(client, ['room@example.com'], mail)).toEqual([
      expect.stringMatching(/^451 4\.2\.0 Come again/),
    ])
    isReady = true
    expect(await sendMail(client, ['room@example.com'], mail)).toEqual(['250 2.0.0 Taken'])
    expect(readAnswers(await mailSystem.waitFor(1))).toEqual(['ACCEPTED'])
  })

  test('that are left over are sent again by the daemon’s own timer', async () => {
    let isReady = false
    const { folder, daemon, mailSystem } = await startSite({
      settings: { daemon_outbox_interval: '200ms' },
      mailSystem: { atRecipient: () => (isReady ? undefined : '450 4.2.0 Come again') },
    })
    await sendMail(await enter(daemon.resource), ['room@example.com'], makeInvitation())
    await poll(() => readMetrics(daemon)).toContain('imip_agent_outbox 1')
    isReady = true
    expect(readAnswers(await mailSystem.waitFor(1))).toEqual(['ACCEPTED'])
    await poll(() => readMetrics(daemon)).toContain('imip_agent_outbox 0')
    await poll(() => folder.readLog().some(({ error }) => /^1 answers were sent/.test(String(error)))).toBe(true)
  })
})

describe('a mail that is too much for a thread', () => {
  test('one that takes too long: 451 for it, the others go on, and the schedule is not locked', async () => {
    // The mail system keeps the answer waiting, and with it the mail.
    const { createServer } = await import('node:net')
    const silent = createServer(() => undefined)
    const { folder, daemon, mailbox } = await startSite({ settings: { daemon_mail_limit: '2s', daemon_threads: 1 } })
    const path = join(folder.path, 'silent')
    await new Promise<void>((resolve) => silent.listen(path, resolve))
    closing.push(() => silent.close())
    folder.writeSettings({ lmtp: mailbox.address, smtp: path, daemon_mail_limit: '2s', daemon_threads: 1 })
    daemon.child.kill('SIGHUP')
    await poll(() => folder.readLog().some(({ error }) => error === 'the configuration was read again')).toBe(true)
    const waiting = sendMail(await enter(daemon.resource), ['room@example.com'], makeInvitation())
    const person = await enter(daemon.person)
    const invitation = makeInvitation({ to: 'kim@example.com' })
    expect(await sendMail(person, ['kim@example.com'], invitation)).toEqual(['250 2.0.0 Taken'])
    expect(await waiting).toEqual([expect.stringMatching(/^451 4\.3\.0 /)])
    expect(await readMetrics(daemon)).toContain('imip_agent_threads_lost_total 1')
    const mailSystem = await startMailServer({ protocol: 'smtp' })
    folder.writeSettings({ lmtp: mailbox.address, smtp: mailSystem.address })
    daemon.child.kill('SIGHUP')
    await poll(() => folder.readLog().filter(({ error }) => error === 'the configuration was read again').length).toBe(
      2,
    )
    expect(await sendMail(await enter(daemon.resource), ['room@example.com'], makeInvitation())).toEqual([
      '250 2.0.0 Taken',
    ])
    expect(readAnswers(await mailSystem.waitFor(1))).toEqual(['ACCEPTED'])
  }, 60_000)
})

describe('memory', () => {
  test('a mail of 50 MB is held once', async () => {
    const { daemon, mailbox } = await startSite()
    const client = await enter(daemon.person)
    const line = `${'x'.repeat(998)}\r\n`
    const before = readMemory(daemon)
    const text = `${plainMail}${line.repeat(50_000)}`
    await client.ask(`MAIL FROM:<pat@example.org> SIZE=${text.length}`)
    await client.ask('RCPT TO:<kim@example.com>')
    await client.ask('DATA')
    client.write(`${text}.\r\n`)
    expect(await client.readReply()).toBe('250 2.0.0 Taken')
    expect(mailbox.mails[0]?.bytes.length).toBe(text.length)
    // The mail once, and what lies about until it is collected; that does not grow with the mail.
    expect(readMemory(daemon, 'VmHWM') - before).toBeLessThan(text.length + 100 * 1024 * 1024)
  }, 60_000)
})

function readMemory({ child }: Daemon, field = 'VmRSS'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
}

describe('the life of the daemon', () => {
  test('SIGTERM: the mail under way is finished, idle clients are told, and the code is 0', async () => {
    let answer = (): void => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    const { createServer } = await import('node:net')
    // A mailbox that takes its time at the end of the mail.
    const slow = createServer((socket) => {
      let unread = ''
      let inMail = false
      socket.on('error', () => undefined)
      socket.write('220 slow\r\n')
      socket.on('data', (chunk) => {
        unread += chunk
        for (let end = unread.indexOf('\r\n'); end >= 0; end = unread.indexOf('\r\n')) {
          const line = unread.slice(0, end)
          unread = unread.slice(end + 2)
          if (inMail && line === '.') void held.then(() => socket.write('250 2.0.0 at last\r\n'))
          else if (line === 'DATA') socket.write('354 go\r\n')
          else if (!inMail) socket.write('250 2.0.0 good\r\n')
          inMail = line === 'DATA' || (inMail && line !== '.')
        }
      })
    })
    const { folder, daemon } = await startSite()
    const path = join(folder.path, 'slow')
    await new Promise<void>((resolve) => slow.listen(path, resolve))
    closing.push(() => slow.close())
    folder.writeSettings({ lmtp: path })
    daemon.child.kill('SIGHUP')
    await poll(() => folder.readLog().some(({ error }) => error === 'the configuration was read again')).toBe(true)
    const busy = await enter(daemon.person)
    const idle = await enter(daemon.person)
    await busy.ask('MAIL FROM:<pat@example.org>')
    await busy.ask('RCPT TO:<kim@example.com>')
    await busy.ask('DATA')
    busy.write('Text\r\n.\r\n')
    await poll(() => readMetrics(daemon)).toMatch(/imip_agent_mails_under_way 1/)
    daemon.child.kill('SIGTERM')
    expect(await idle.readReply()).toMatch(/^421 4\.3\.2 /)
    answer()
    expect(await busy.readReply()).toBe('250 2.0.0 Taken')
    expect(await daemon.ended).toBe(0)
    expect(() => statSync(daemon.person)).toThrow()
  })

  test('SIGHUP with a faulty configuration: the old one stays, and the log says what is wrong', async () => {
    const { folder, daemon, mailbox } = await startSite()
    writeFileSync(folder.configuration, 'lmpt = "x"\n')
    daemon.child.kill('SIGHUP')
    await poll(() => folder.readLog().map(({ error }) => error)).toContain(
      'the configuration has faults: the one read before stays',
    )
    await poll(() =>
      folder.readLog().some(({ error }) => /line 1: setting "lmpt": is not known/.test(String(error))),
    ).toBe(true)
    expect(await sendMail(await enter(daemon.person), ['kim@example.com'], plainMail)).toEqual(['250 2.0.0 Taken'])
    expect(mailbox.mails).toHaveLength(1)
    expect(await readMetrics(daemon)).toContain('imip_agent_reloads_total{result="faulty"} 1')
  })

  test('a faulty configuration at the start: no daemon', async () => {
    const folder = makeDaemonFolder(programs, { lmtp: '/x', nonsense: 1 })
    closing.push(() => folder.remove())
    const { code, stderr } = await runProgram(programs.bin('imip-lmtpd'), [
      '-c',
      folder.configuration,
      '--person',
      join(folder.path, 'p'),
    ])
    expect(code).toBe(75)
    expect(stderr).toContain('setting "nonsense": is not known')
  })

  test('the socket of a killed daemon is taken over, that of a living one is not', async () => {
    const { folder, daemon } = await startSite()
    const second = await runProgram(programs.bin('imip-lmtpd'), ['-c', folder.configuration, '--person', daemon.person])
    expect(second).toMatchObject({ code: 75, stderr: expect.stringContaining('somebody else does') })
    await daemon.kill('SIGKILL')
    const third = await folder.start({ args: [] })
    const fourth = await runProgram(programs.bin('imip-lmtpd'), [
      '-c',
      folder.configuration,
      '--person',
      folder.configuration,
    ])
    expect(fourth).toMatchObject({ code: 75, stderr: expect.stringContaining('something else is there') })
    expect(await third.kill('SIGTERM')).toBe(0)
  })

  test.each([
    [['--person', '127.0.0.1:25'], /port 25/],
    [['--person', 'nonsense'], /neither a path nor host:port/],
    [[], /at least one of/],
    [['--person', '/x', '-d'], /hands? none on/],
    [['--person', '/x', '--dry-run'], /hands? none on/],
    [['--person', '/x', '-o', 'kim@example.com'], /about one mail/],
    [['--person', '/x', '--person', '/y'], /twice/],
    [['--person'], /needs a value/],
    [['--nonsense'], /is not known/],
  ])('wrong usage %j: 64 and the reason', async (args, reason) => {
    expect(await runProgram(programs.bin('imip-lmtpd'), args)).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(reason),
    })
  })

  test('--help and --version', async () => {
    expect((await runProgram(programs.bin('imip-lmtpd'), ['--help'])).stdout).toContain('--person-outgoing ADDRESS')
    expect((await runProgram(programs.bin('imip-lmtpd'), ['--version'])).stdout).toMatch(/^imip-lmtpd \d/)
  })

  test('systemd is told: ready, reloading, stopping', async () => {
    const notes = join(programs.path, 'notes')
    const bin = join(programs.path, 'bin')
    writeFileSync(join(bin, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${notes}\n`, { mode: 0o755 })
    const { daemon } = await startSite({ env: { NOTIFY_SOCKET: '/run/none', PATH: `${bin}:${process.env.PATH}` } })
    const read = (): readonly string[] => readFileSync(notes, 'utf8').trim().split('\n')
    await poll(() => read().length).toBe(1)
    daemon.child.kill('SIGHUP')
    await poll(() => read().length).toBe(3)
    await daemon.kill('SIGTERM')
    await poll(() => read().length).toBe(4)
    expect(read().map((line) => line.split(' ').at(-1))).toEqual(['--ready', 'RELOADING=1', '--ready', 'STOPPING=1'])
    expect(read()[0]).toContain(`--pid=${daemon.child.pid}`)
  })

  test('measures in the form of Prometheus', async () => {
    const { daemon } = await startSite()
    await sendMail(await enter(daemon.person), ['kim@example.com'], plainMail)
    await sendMail(await enter(daemon.resource), ['room@example.com'], makeInvitation())
    const text = await readMetrics(daemon)
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[\d.e+-]+)$/)
    expect(text).toContain('imip_agent_mails_total{role="imip-person",verdict="passed"} 1')
    expect(text).toContain('imip_agent_mails_total{role="imip-resource",verdict="applied"} 1')
    expect(text).toContain('imip_agent_mail_seconds_count{role="imip-resource"} 1')
    expect(await readMetrics(daemon, '/')).toContain('There is only')
  })

  test('mode = pass hands all on without opening the store', async () => {
    const { folder, daemon, mailbox } = await startSite({ settings: { mode: 'pass' } })
    const mail = makeInvitation({ to: 'kim@example.com' })
    expect(await sendMail(await enter(daemon.person), ['kim@example.com'], mail)).toEqual(['250 2.0.0 Taken'])
    expect(mailbox.mails.map(({ bytes }) => bytes.toString())).toEqual([mail])
    await poll(() => folder.readLog().map(({ reason }) => reason)).toContain('mode-pass')
  })

  test('a log that cannot be written costs lines, no mail', async () => {
    const { daemon, mailbox } = await startSite({ settings: { log: '/nowhere/at/all' } })
    expect(await sendMail(await enter(daemon.person), ['kim@example.com'], plainMail)).toEqual(['250 2.0.0 Taken'])
    expect(mailbox.mails).toHaveLength(1)
  })
})

test('the store is away: 451, and nothing is handed on', async () => {
  const { folder, daemon, mailbox } = await startSite({ settings: { store_dir: '/dev/null/store' } })
  expect(
    await sendMail(await enter(daemon.person), ['kim@example.com'], makeInvitation({ to: 'kim@example.com' })),
  ).toEqual([expect.stringMatching(/^451 4\.3\.0 .*store/)])
  expect(mailbox.mails).toEqual([])
  expect(await sendMail(await enter(daemon.person), ['kim@example.com'], plainMail)).toEqual(['250 2.0.0 Taken'])
  await poll(() => folder.readLog().some(({ error }) => /store/.test(String(error)))).toBe(true)
})

test('another program has a room’s lock: its mail waits, and all others go on in the same thread', async () => {
  const { folder, daemon, mailbox } = await startSite({ settings: { daemon_threads: 1 } })
  const client = await enter(daemon.resource)
  expect(await sendMail(client, ['room@example.com'], makeInvitation())).toEqual(['250 2.0.0 Taken'])
  const other = openFileStore({ directory: join(folder.path, 'store'), now: () => 1_798_794_000 })
  let letGo = (): void => {}
  const isFree = new Promise<void>((resolve) => {
    letGo = resolve
  })
  closing.push(() => letGo())
  await new Promise<void>((resolve) => {
    void other.transact(['mailto:room@example.com'], [], async () => {
      resolve()
      await isFree
      return { changes: [], result: undefined }
    })
  })
  let isAnswered = false
  const second = makeInvitation({ uid: 'second@example.org' })
  const waiting = sendMail(client, ['room@example.com'], second).finally(() => {
    isAnswered = true
  })
  const hall = await enter(daemon.resource)
  for (const uid of ['one@example.org', 'two@example.org'])
    expect(await sendMail(hall, ['hall@example.com'], makeInvitation({ uid, to: 'hall@example.com' }))).toEqual([
      '250 2.0.0 Taken',
    ])
  expect(await sendMail(await enter(daemon.person), ['kim@example.com'], plainMail)).toEqual(['250 2.0.0 Taken'])
  expect(mailbox.mails).toHaveLength(1)
  expect(isAnswered).toBe(false)
  letGo()
  expect(await waiting).toEqual(['250 2.0.0 Taken'])
})

test('the store is taken away and comes back: 451 meanwhile, no other store is begun in its place, and nothing is forgotten', async () => {
  const { folder, daemon, mailbox, mailSystem } = await startSite({ settings: { daemon_outbox_interval: '1s' } })
  const store = join(folder.path, 'store')
  const rooms = await enter(daemon.resource)
  const people = await enter(daemon.person)
  const second = makeInvitation({ uid: 'second@example.org' })
  const toKim = makeInvitation({ to: 'kim@example.com' })
  expect(await sendMail(rooms, ['room@example.com'], makeInvitation())).toEqual(['250 2.0.0 Taken'])
  renameSync(store, `${store}.away`)
  const isAway = expect.stringMatching(/^451 4\.3\.0 .*store/)
  expect(await sendMail(rooms, ['room@example.com'], second)).toEqual([isAway])
  expect(await sendMail(people, ['kim@example.com'], toKim)).toEqual([isAway])
  await poll(() => folder.readLog().some(({ error }) => /outboxes cannot be sent: .*ENOENT/.test(String(error)))).toBe(
    true,
  )
  expect(existsSync(store)).toBe(false)
  renameSync(`${store}.away`, store)
  expect(await sendMail(rooms, ['room@example.com'], second)).toEqual(['250 2.0.0 Taken'])
  expect(await sendMail(people, ['kim@example.com'], toKim)).toEqual(['250 2.0.0 Taken'])
  expect(readAnswers(await mailSystem.waitFor(2))).toEqual(['ACCEPTED', 'DECLINED'])
  expect(mailbox.mails).toHaveLength(1)
})

test('not built: 75 and the reason', async () => {
  const { makeProgramFolder } = await import('../support/built-programs.ts')
  const empty = makeProgramFolder()
  closing.push(() => empty.remove())
  expect(await runProgram(empty.bin('imip-lmtpd'), ['--person', '/x'])).toMatchObject({
    code: 75,
    stderr: 'imip-lmtpd: is not built (npm run build)\n',
  })
})
