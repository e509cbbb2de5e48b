// What breaks around the agents, through both mail systems, by pipe and by daemon: no mail is lost, none comes twice, and senders hear why.

import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { isWholly } from './support/mail-servers/arrived-mail.ts'
import { findProperty, makeFutureHour, makeInvitationMail, readAnswerMail } from './support/mail-servers/invitation.ts'
import { startLimit } from './support/mail-servers/mail-system.ts'
import { sendMail } from './support/mail-servers/send-mail.ts'
import type { Site, Surroundings, Way } from './support/mail-servers/site.ts'
import { makeSurroundings, startSite } from './support/mail-servers/site.ts'
import { waitUntil } from './support/mail-servers/wait-until.ts'

const { tryLock } = createRequire(import.meta.url)('fs-native-extensions') as {
  tryLock(file: number): boolean
}

let around: Surroundings

beforeAll(async () => {
  around = await makeSurroundings({
    people: ['pat@example.com', 'kim@example.com', 'gone@example.com', 'full@example.com'],
    resources: ['room@example.com', 'hall@example.com', 'yard@example.com'],
    mailboxes: ['pat@example.com', 'kim@example.com', 'full@example.com'],
    aliases: [],
    quotas: { 'full@example.com': 3000 },
  })
  // Each would hand on to the other what is no invitation, for ever.
  around.agents.writePreference('hall@example.com', 'owner', 'yard@example.com')
  around.agents.writePreference('yard@example.com', 'owner', 'hall@example.com')
}, startLimit)

afterAll(() => around?.remove(), startLimit)

const ways: readonly Way[] = (['postfix', 'exim'] as const).flatMap((system) =>
  (['pipe', 'daemon'] as const).map((by): Way => ({ system, who: 'lists', by, onward: 'lmtp' })),
)

const rows = ways.map((way, number) => [`${way.system}, ${way.by}`, way, number] as const)

describe.each(rows)('%s', (_title, way, number) => {
  const name = `bad${number}`
  let site: Site

  beforeAll(async () => {
    site = await startSite(way, name, around)
  }, startLimit)

  afterAll(() => site?.stop(), startLimit)

  const explain = () => `${site?.readLogTail() ?? ''}${around.agents.readLogTail()}${around.dovecot.readLogTail()}`

  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      process.stderr.write(explain())
    })
  })

  /** The first is the one invited. */
  const invite = async (subject: string, to: readonly string[], hour: number) => {
    const uid = `${subject}-${name}@example.net`
    const [attendee = ''] = to
    const day = 40 + number
    const slot = { start: makeFutureHour(day, hour), end: makeFutureHour(day, hour + 1) }
    const mail = makeInvitationMail({ method: 'REQUEST', uid, organizer: uid, attendee, ...slot })
    await sendMail({ port: site.outerPort, from: uid, to, mail })
    return { uid, mail: mail.toString('latin1') }
  }

  const readUids = async (address: string): Promise<readonly string[]> => {
    const shown = JSON.parse(await around.agents.runAdmin('show-store', address, '--json')) as {
      readonly objects: readonly { readonly uid: string }[]
    }
    return shown.objects.map((object) => object.uid)
  }

  /** Mails that say this, wholly as they were sent. */
  const countCopies = async (address: string, mail: string) =>
    (await around.dovecot.readMails(address)).filter((one) => isWholly(one.toString('latin1'), mail)).length

  const waitForCopies = (address: string, mail: string) =>
    waitUntil(
      `the mail in the mailbox of ${address}`,
      async () => {
        await site.flush()
        return (await countCopies(address, mail)) > 0
      },
      { deadline: 60_000, every: 500, explain },
    )

  const findAnswers = (organizer: string) =>
    around.sink.mails.filter(({ sender, recipients }) => sender !== '' && recipients.includes(organizer))

  const waitForBounce = (organizer: string) =>
    around.sink.waitForMail(
      'the bounce',
      ({ sender, recipients }) => sender === '' && recipients.includes(organizer),
      explain,
    )

  const waitForDeferral = (address: string, before: string) =>
    waitUntil(
      `a deferral for ${address}`,
      () =>
        site
          .readLog()
          .slice(before.length)
          .split('\n')
          .some((line) => line.includes(address) && / == |status=deferred/.test(line)),
      { explain },
    )

  test('the mailbox server is down: a room answers all the same; the mail comes once, when it is back, and is recorded then', {
    timeout: 120_000,
  }, async () => {
    await around.dovecot.stop()
    onTestFinished(() => around.dovecot.start())
    const before = site.readLog()
    const { uid, mail } = await invite('down', ['room@example.com', 'pat@example.com'], 9)
    await waitForDeferral('pat@example.com', before)
    expect(await readUids('pat@example.com')).not.toContain(uid)
    await waitUntil('the answer of the room', () => findAnswers(uid).length > 0, { explain })
    await around.dovecot.start()
    await waitForCopies('pat@example.com', mail)
    await waitUntil('the schedule', async () => (await readUids('pat@example.com')).includes(uid))
    expect(await countCopies('pat@example.com', mail)).toBe(1)
    expect(findAnswers(uid)).toHaveLength(1)
  })

  test('one of three has no mailbox: the others get the mail once, and the sender hears of the one, in the words of the mailbox', async () => {
    const { uid, mail } = await invite('three', ['pat@example.com', 'gone@example.com', 'kim@example.com'], 10)
    await waitForCopies('pat@example.com', mail)
    await waitForCopies('kim@example.com', mail)
    const bounce = await waitForBounce(uid)
    expect(bounce.mail.toString()).toMatch(/User doesn't exist:\s+gone@example\.com/)
    expect(await readUids('gone@example.com')).toEqual([])
    for (const address of ['pat@example.com', 'kim@example.com']) {
      expect(await countCopies(address, mail)).toBe(1)
      expect(await readUids(address)).toContain(uid)
    }
  })

  test('a full mailbox: the sender hears it in the words of the mailbox', async () => {
    const sender = `full-${name}@example.net`
    const mail = `From: ${sender}\r\nSubject: large\r\n\r\n${'many words\r\n'.repeat(1000)}`
    await sendMail({ port: site.outerPort, from: sender, to: ['full@example.com'], mail })
    expect((await waitForBounce(sender)).mail.toString()).toMatch(/5\.2\.2[\s\S]{0,80}Quota\s+exceeded/)
  })

  test('the store is away: what needs it waits, all other mail goes on; then it is decided and answered once', {
    timeout: 120_000,
  }, async () => {
    const { store } = around.agents
    renameSync(store, `${store}.away`)
    onTestFinished(() => {
      if (existsSync(`${store}.away`)) renameSync(`${store}.away`, store)
    })
    const before = site.readLog()
    const { uid, mail } = await invite('store', ['room@example.com', 'kim@example.com'], 11)
    const plain = `From: ann@example.net\r\nSubject: Lunch\r\nMessage-ID: <lunch-${name}@example.net>\r\n\r\nAt noon.\r\n`
    await sendMail({ port: site.outerPort, from: 'ann@example.net', to: ['kim@example.com'], mail: plain })
    await waitForCopies('kim@example.com', plain)
    await waitForDeferral('room@example.com', before)
    expect(await countCopies('kim@example.com', mail)).toBe(0)
    renameSync(`${store}.away`, store)
    await waitForCopies('kim@example.com', mail)
    await waitUntil('the answer', () => findAnswers(uid).length > 0, { deadline: 60_000, explain })
    const answer = await readAnswerMail(findAnswers(uid)[0]?.mail ?? Buffer.alloc(0))
    expect(findProperty(answer, 'ATTENDEE')).toContain('PARTSTAT=ACCEPTED')
    expect(await readUids('kim@example.com')).toContain(uid)
    expect([await countCopies('kim@example.com', mail), findAnswers(uid).length]).toEqual([1, 1])
  })

  test('killed in the middle: the mail is given again, booked once, answered once', { timeout: 120_000 }, async () => {
    // The store is there from here on, and whoever wants a schedule waits.
    await invite('before', ['room@example.com'], 12)
    await waitUntil('the first answer', () => findAnswers(`before-${name}@example.net`).length > 0, { explain })
    const attempts = join(around.agents.store, '.attempts')
    const listAttempts = () => (existsSync(attempts) ? readdirSync(attempts).length : 0)
    const file = openSync(join(around.agents.store, '.lock'), 'r+')
    await waitUntil('the lock', () => tryLock(file), { explain })
    const { uid } = await invite('killed', ['room@example.com'], 13)
    const { mail } = await invite('killed-too', ['pat@example.com'], 14)
    await waitUntil('the agents to have begun', () => listAttempts() > 0, { explain })
    if (way.by === 'daemon') await site.killDaemon()
    else killPrograms(around.agents.configuration)
    closeSync(file)
    await site.startDaemon()
    await waitForCopies('pat@example.com', mail)
    await waitUntil('the answer', () => findAnswers(uid).length > 0, { deadline: 60_000, every: 200, explain })
    await waitUntil('nothing to be under way', async () => listAttempts() === 0, { deadline: 60_000, explain })
    expect(await countCopies('pat@example.com', mail)).toBe(1)
    expect(findAnswers(uid)).toHaveLength(1)
    expect((await readUids('room@example.com')).filter((one) => one === uid)).toHaveLength(1)
  })

  test.each([
    ['the room itself', 'room@example.com'],
    ['another room', 'hall@example.com'],
    ['the address of the copies', 'pat@people-outgoing.example.com'],
    ['the prefix of mail that is handed back', 'local+pat@example.com'],
  ])('an organizer who is %s: the room decides, and nothing goes round', async (_who, organizer) => {
    const uid = `own-${organizer}-${name}`
    const day = 60 + number
    const slot = { start: makeFutureHour(day, organizer.length), end: makeFutureHour(day, organizer.length + 1) }
    const mail = makeInvitationMail({ method: 'REQUEST', uid, organizer, attendee: 'room@example.com', ...slot })
    await sendMail({ port: site.outerPort, from: `ann-${name}@example.net`, to: ['room@example.com'], mail })
    const findRuns = () =>
      around.agents
        .readLog()
        .split('\n')
        .filter((line) => line.includes(`"uid":"${uid}"`))
    await waitUntil('a verdict', () => findRuns().length > 0, { explain })
    await waitUntil('the mail system to be done', async () => (await site.countQueue()) === 0, {
      deadline: 60_000,
      explain,
    })
    expect(findRuns().length).toBeLessThanOrEqual(2)
  })

  test('two rooms that hand mail on to each other: it goes round once', { timeout: 60_000 }, async () => {
    const sender = `round-${name}@example.net`
    const mail = `From: ${sender}\r\nSubject: Keys\r\nMessage-ID: <round-${name}@example.net>\r\n\r\nWho has them?\r\n`
    await sendMail({ port: site.outerPort, from: sender, to: ['hall@example.com'], mail })
    await waitUntil('the end of the way', () => site.readLog().includes('mail forwarding loop for hall@example.com'), {
      deadline: 60_000,
      explain,
    })
  })
})

/** Ends every run of an agent with this configuration, as the kernel does where memory is short. */
const killPrograms = (configuration: string): void => {
  for (const pid of readdirSync('/proc').filter((entry) => /^[0-9]+$/.test(entry))) {
    const words = readWords(pid)
    if (words[1]?.endsWith('.cjs') && words.includes(configuration)) process.kill(Number(pid), 'SIGKILL')
  }
}

const readWords = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}
