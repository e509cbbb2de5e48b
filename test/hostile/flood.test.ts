// A flood: one sender asks one room without end, straight into the daemon; others are served, memory stays flat, answers are as many as
// set, and the administrator is told. `npm run flood` sends 100,000; here it is a short one.
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Daemon, makeDaemonFolder, makeInvitation, plainMail, sendMail } from '../daemon/daemon-program.ts'
import { type LmtpClient, openClient } from '../daemon/lmtp-client.ts'
import { buildPrograms, type ProgramFolder } from '../support/built-programs.ts'
import { startReceiver } from '../support/lmtp-receiver.ts'

const mails = Number(process.env.IMIP_FLOOD ?? 1000)
/** How many of it are worked on within the hour. */
const rate = 50
/** What others send meanwhile, each to a room of its own, to the flooded room, and to a person. */
const others = 20
const connections = 4

let programs: ProgramFolder
const closing: (() => unknown)[] = []

beforeAll(async () => {
  programs = await buildPrograms()
}, 120_000)

afterAll(() => programs?.remove())

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

test.each(['silence', 'defer'] as const)('%s', { timeout: 120_000 + mails * 100 }, async (mode) => {
  const mailbox = await startReceiver()
  const mailSystem = await startReceiver({ protocol: 'smtp' })
  closing.push(mailbox.close, mailSystem.close)
  const folder = makeDaemonFolder(programs, {
    lmtp: mailbox.address,
    smtp: mailSystem.address,
    organizer_requests_per_hour: rate,
    resource_requests_per_hour: 0,
    rate_exceeded: mode,
    digest_to: 'postmaster@example.com',
  })
  closing.push(() => folder.remove())
  const daemon = await folder.start({ args: ['--now', '2027-01-02T09:00:00Z'] })
  const replies: string[] = []
  let sent = 0
  let early = 0

  const flood = async (): Promise<void> => {
    const client = await enter(daemon.resource)
    while (sent < mails) {
      const number = sent++
      replies.push(...(await sendMail(client, ['room@example.com'], makeRequestOf('pat@example.org', 'room', number))))
      if (number === Math.floor(mails / 5)) early = readResident(daemon)
    }
  }
  const isServed = async (): Promise<void> => {
    const resource = await enter(daemon.resource)
    const person = await enter(daemon.person)
    for (let number = 0; number < others; number++) {
      for (const room of ['car', 'room'])
        expect(
          await sendMail(resource, [`${room}@example.com`], makeRequestOf('kim@example.net', room, number)),
        ).toEqual([expect.stringMatching(/^250 /)])
      expect(await sendMail(person, ['kim@example.com'], plainMail)).toEqual([expect.stringMatching(/^250 /)])
      // Spread over the flood.
      while (sent < (number * mails) / others) await resource.ask('NOOP')
    }
  }
  await Promise.all([isServed(), ...Array.from({ length: connections }, flood)])
  const late = readResident(daemon)

  const beyond = mode === 'silence' ? /^250 / : /^451 /
  expect(replies).toHaveLength(mails)
  expect(replies.filter((reply) => beyond.test(reply)).length).toBe(mode === 'silence' ? mails : mails - rate)
  const recipients = mailSystem.mails.flatMap((mail) => mail.recipients)
  expect(recipients.filter((recipient) => recipient === 'pat@example.org')).toHaveLength(rate)
  expect(recipients.filter((recipient) => recipient === 'kim@example.net')).toHaveLength(2 * others)
  expect(mailbox.mails).toHaveLength(others)
  // Threads warm up, and collect their garbage when they like; what grows with each mail is seen in the long run.
  expect(late).toBeLessThan(early * 1.5 + 100)

  const digest = JSON.parse(await folder.runAdmin('digest', '--json', '--now', '2027-01-02T10:00:00Z'))
  const refused = digest.groups.find((group: { kind: string }) => group.kind === 'refused')
  expect(refused.reasons.shown[0]).toMatchObject({
    code: 'organizer-rate',
    count: mode === 'silence' ? mails - rate : 1,
    senders: { shown: [{ domain: 'example.org' }] },
  })
  if (process.env.IMIP_FLOOD !== undefined)
    process.stderr.write(
      `${mode}: ${mails} mails, ${rate} answered, ${recipients.length - rate} answers to others, ${mailbox.mails.length} mails to a person; resident ${early} MB after a fifth, ${late} MB at the end\n`,
    )
})

async function enter(address: string): Promise<LmtpClient> {
  const client = await openClient(address)
  closing.push(() => client.close())
  return client
}

/** Each at another hour, so that a room says yes to all. */
function makeRequestOf(organizer: string, room: string, number: number): string {
  const first = Date.UTC(2027, 0, organizer.startsWith('pat') ? 4 : 3)
  const name = (instant: number) => `${new Date(instant).toISOString().slice(0, 13).replaceAll('-', '')}0000Z`
  const start = first + (number % 8000) * 3_600_000
  return makeInvitation({
    uid: `flood-${number}-${room}@${organizer.split('@')[1]}`,
    to: `${room}@example.com`,
    start: name(start),
    end: name(start + 3_600_000),
  }).replaceAll('pat@example.org', organizer)
}

/** Megabytes. */
function readResident({ child }: Daemon): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes ?? 0) / 1024)
}
