// Agents, daemon, administration and the night at once on the same users, real processes on one store, and the daemon killed among them:
// no time is taken twice, nobody is told two things, nothing is lost.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DaemonFolder, makeDaemonFolder, makeInvitation, sendMail } from '../daemon/daemon-program.ts'
import { openClient } from '../daemon/lmtp-client.ts'
import { buildPrograms, type ProgramFolder, runProgram } from '../support/built-programs.ts'
import { findField, readAnswerMail } from '../support/case-mail.ts'
import { type Receiver, startReceiver } from '../support/lmtp-receiver.ts'

let programs: ProgramFolder
let mailbox: Receiver
let mailSystem: Receiver
let site: DaemonFolder

beforeAll(async () => {
  programs = await buildPrograms()
  mailbox = await startReceiver({ protocol: 'lmtp', listen: 'socket' })
  mailSystem = await startReceiver({ protocol: 'smtp', listen: 'port' })
  site = makeDaemonFolder(programs, { lmtp: mailbox.address, smtp: mailSystem.address, publishing_default: 'publish' })
  mkdirSync(join(site.path, 'preferences'), { recursive: true })
}, 120_000)
afterAll(async () => {
  await site.remove()
  await Promise.all([mailbox.close(), mailSystem.close()])
  programs.remove()
})

const hours = [10, 11, 12]
const askers = ['piped', 'lmtp']

test('each hour of a room is given once, whoever works on it, and the daemon dies in the middle', async () => {
  const first = await site.start()
  const mails = hours.flatMap((hour) => askers.map((asker) => ({ hour, asker, uid: `${asker}-${hour}@example.org` })))
  const write = ({ hour, uid }: (typeof mails)[number]) =>
    makeInvitation({ uid, start: `20270310T${hour}0000Z`, end: `20270310T${hour + 1}0000Z` })
  const toPerson = hours.map((hour) => makeInvitation({ uid: `person-${hour}@example.org`, to: 'kim@example.com' }))

  const piped = mails.filter(({ asker }) => asker === 'piped').map((mail) => runAgent(write(mail)))
  const lmtp = mails.filter(({ asker }) => asker === 'lmtp')
  const given = Promise.all(lmtp.map((mail) => give(first.resource, 'room@example.com', write(mail))))
  const handed = Promise.all(toPerson.map((mail) => give(first.person, 'kim@example.com', mail)))
  const admin = runAdministration()
  // Whoever comes first: some mails are answered, others are not.
  await Promise.race([given, handed, ...piped])
  await first.kill('SIGKILL')
  const [answeredRoom, answeredPerson] = await Promise.all([given, handed])

  // What was not answered comes again, as from any mail system.
  const second = await site.start()
  for (const [index, mail] of lmtp.entries())
    if (!answeredRoom[index]) expect(await give(second.resource, 'room@example.com', write(mail))).toBe(true)
  for (const [index, mail] of toPerson.entries())
    if (!answeredPerson[index]) expect(await give(second.person, 'kim@example.com', mail)).toBe(true)
  expect((await Promise.all(piped)).map(({ code }) => code)).toEqual(hours.map(() => 0))
  expect(await admin).toEqual([])
  await second.kill('SIGTERM')
  await site.runAdmin('outbox', 'flush')

  const shown = JSON.parse(await site.runAdmin('show-store', 'room@example.com', '--json')) as {
    readonly freebusy: readonly { readonly start: string; readonly uid: string }[]
  }
  expect(shown.freebusy.map(({ start }) => start).toSorted()).toEqual(hours.map((hour) => `20270310T${hour}0000Z`))
  const holders = new Set(shown.freebusy.map(({ uid }) => uid))
  const answers = mailSystem.mails.map(({ bytes }) => readAnswer(bytes))
  for (const { uid } of mails) {
    const own = answers.filter((answer) => answer.uid === uid)
    expect(own.length, uid).toBeGreaterThan(0)
    expect(new Set(own.map(({ messageId }) => messageId)).size, uid).toBe(1)
    expect(new Set(own.map(({ participation }) => participation)), uid).toEqual(
      new Set([holders.has(uid) ? 'ACCEPTED' : 'DECLINED']),
    )
  }
  for (const hour of hours)
    expect(mailbox.mails.filter(({ bytes }) => bytes.includes(`person-${hour}@example.org`)).length).toBeGreaterThan(0)
  expect(JSON.parse(await site.runAdmin('outbox', 'list', '--json'))).toEqual([])
  expect(await site.runAdmin('make-freebusy', '--check', 'room@example.com')).toContain(' 0 would change')
  const copy = join(site.path, 'whole')
  await site.runAdmin('copy-store', join(site.path, 'store'), copy)
  expect(await site.runAdmin('show-store', 'room@example.com', '-S', copy)).toBe(
    await site.runAdmin('show-store', 'room@example.com'),
  )
}, 240_000)

function runAgent(mail: string) {
  const args = ['-c', site.configuration, '-o', 'room@example.com', '-s', 'pat@example.org']
  return runProgram(programs.bin('imip-resource'), args, { input: mail, env: { IMIP_AGENT_NODE: process.execPath } })
}

/** Was it taken? A daemon that dies says nothing. */
async function give(address: string, recipient: string, mail: string): Promise<boolean> {
  try {
    const client = await openClient(address)
    const replies = await sendMail(client, [recipient], mail)
    client.close()
    return replies.some((reply) => /^250 .*/.test(reply) && replies.length === 1)
  } catch {
    return false
  }
}

/** What an administrator and cron do meanwhile; which of it went wrong. */
async function runAdministration(): Promise<readonly string[]> {
  const wrong: string[] = []
  const work = [
    ['make-freebusy'],
    ['expire'],
    ['update-quotas'],
    ['outbox', 'flush'],
    ['show-store', 'room@example.com'],
    ['copy-store', join(site.path, 'store'), join(site.path, 'copy')],
  ]
  for (const args of work) {
    const ending = await runProgram(programs.bin('imip-admin'), [...args, '-c', site.configuration])
    if (ending.code !== 0) wrong.push(`${args[0]}: ${ending.code} ${ending.stderr}`)
  }
  return wrong
}

function readAnswer(bytes: Uint8Array) {
  const { header, lines } = readAnswerMail(bytes)
  const find = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined)
  return {
    uid: find(/^UID:(.*)$/),
    participation: find(/^ATTENDEE.*;PARTSTAT=([A-Z-]+)/),
    messageId: findField(header, 'Message-ID'),
  }
}
