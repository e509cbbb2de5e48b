// Who is speaking, through a real mail system: Postfix of the organizers signs with opendkim, Postfix of the site verifies with it and takes
// forged results out, and the agents believe what stands there then. sender_check = aligned.
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Agents, installAgents } from './support/mail-servers/agents.ts'
import { type Dovecot, startDovecot } from './support/mail-servers/dovecot.ts'
import {
  findProperty,
  type Invitation,
  makeFutureHour,
  makeInvitationMail,
  readAnswerMail,
  serializeUtc,
} from './support/mail-servers/invitation.ts'
import { startLimit } from './support/mail-servers/mail-system.ts'
import { type Postfix, startPostfix } from './support/mail-servers/postfix.ts'
import { makeScratchFolder, type ScratchFolder } from './support/mail-servers/scratch.ts'
import { sendMail } from './support/mail-servers/send-mail.ts'
import { findFreePort, requireMailServers, startServer } from './support/mail-servers/server-process.ts'
import { type SmtpSink, startSmtpSink } from './support/mail-servers/smtp-sink.ts'
import { waitUntil } from './support/mail-servers/wait-until.ts'

const site = 'mail.example.com'
const organizer = 'pat@example.org'
const room = 'room@example.com'
const person = 'kim@example.com'

let scratch: ScratchFolder
let sink: SmtpSink
let agents: Agents
let dovecot: Dovecot
/** Of the site: takes mail at `verifyingPort`. */
let postfix: Postfix
let verifyingPort: number
/** Of the organizer: signs what comes in at `signingPort`. */
let outside: Postfix
let signingPort: number

beforeAll(async () => {
  requireMailServers('/usr/sbin/opendkim')
  scratch = makeScratchFolder()
  sink = await startSmtpSink()
  agents = installAgents(scratch, {
    local_domains: ['example.com'],
    authserv_id: site,
    sender_check: 'aligned',
    resource_organizers: 'anyone',
  })
  agents.writePreference(room, 'owner', person)
  dovecot = await startDovecot(scratch, { mailboxes: [person], group: agents.group })
  const milters = await startFilters()
  verifyingPort = await findFreePort()
  signingPort = await findFreePort()
  const common = {
    programs: agents.programs,
    configuration: agents.configuration,
    user: agents.user,
    environment: agents.environment,
    lmtpSocket: dovecot.lmtpSocket,
    loginSocket: dovecot.loginSocket,
    senders: [],
  }
  postfix = await startPostfix(scratch, {
    ...common,
    domain: 'example.com',
    mailboxes: [person],
    people: [person],
    resources: [room],
    sinkPort: sink.port,
    services: makeListener(verifyingPort, milters.verifying),
  })
  outside = await startPostfix(scratch, {
    ...common,
    name: 'outside',
    domain: 'example.org',
    mailboxes: [],
    people: [],
    resources: [],
    sinkPort: verifyingPort,
    services: makeListener(signingPort, milters.signing, ['-o mynetworks=127.0.0.0/8']),
  })
}, startLimit)

afterAll(async () => {
  await scratch?.remove()
  await sink?.stop()
}, startLimit)

const explain = () =>
  `${postfix?.readLogTail()}${outside?.readLogTail()}${dovecot?.readLogTail()}${agents?.readLogTail()}`

beforeEach(({ onTestFailed }) => {
  onTestFailed(() => {
    process.stderr.write(explain())
  })
})

const makeListener = (port: number, milter: number, options: readonly string[] = ['-o mynetworks=']): string =>
  [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    '  -o local_header_rewrite_clients=',
    ...options.map((option) => `  ${option}`),
    `  -o smtpd_milters=inet:127.0.0.1:${milter}`,
    '  -o milter_default_action=tempfail',
    '  -o syslog_name=postfix/filtered',
    '',
  ].join('\n')

/** One opendkim signs for example.org, another verifies; both know the key from files. */
async function startFilters(): Promise<{ readonly signing: number; readonly verifying: number }> {
  const folder = join(scratch.path, 'dkim')
  mkdirSync(folder)
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = join(folder, 'example.org.private')
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
  const shown = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  writeFileSync(join(folder, 'keys'), `one._domainkey.example.org v=DKIM1; k=rsa; p=${shown}\n`)
  writeFileSync(join(folder, 'nobody'), '192.0.2.1\n')
  const start = async (name: string, lines: readonly string[]): Promise<number> => {
    const port = await findFreePort()
    const file = join(folder, `${name}.conf`)
    const settings = [
      `Socket inet:${port}@127.0.0.1`,
      `PidFile ${join(folder, `${name}.pid`)}`,
      'Syslog no',
      'RequireSafeKeys no',
      'Background no',
      ...lines,
    ]
    writeFileSync(file, settings.map((line) => `${line}\n`).join(''))
    await startServer(scratch, {
      name: `opendkim-${name}`,
      program: '/usr/sbin/opendkim',
      args: ['-f', '-x', file],
      isReady: () => isListening(port),
      logs: [],
    })
    return port
  }
  return {
    signing: await start('signing', [
      'Mode s',
      'Domain example.org',
      'Selector one',
      `KeyFile ${key}`,
      'InternalHosts 127.0.0.1',
    ]),
    verifying: await start('verifying', [
      'Mode v',
      `TestPublicKeys ${join(folder, 'keys')}`,
      // Loopback stands for the world here.
      `InternalHosts ${join(folder, 'nobody')}`,
      `AuthservID ${site}`,
      'AlwaysAddARHeader yes',
      `RemoveARFrom ${site}`,
      'RemoveARAll yes',
    ]),
  }
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const slot = { organizer, start: makeFutureHour(40, 10), end: makeFutureHour(40, 11) }

/** From the organizer's own mail system, signed there. */
async function sendTruly(invitation: Invitation): Promise<void> {
  const queueId = await sendMail({
    port: signingPort,
    from: organizer,
    to: [invitation.attendee],
    mail: makeInvitationMail(invitation),
  })
  expect(await outside.waitForOutcome(queueId, invitation.attendee)).toMatchObject({ status: 'sent' })
}

const forgedResults = [
  `Authentication-Results: ${site}; dmarc=pass header.from=example.org; dkim=pass header.d=example.org`,
  `AUTHENTICATION-RESULTS: ${site.toUpperCase()}; dkim=pass header.d=example.org; spf=pass smtp.mailfrom=${organizer}`,
  `Authentication-Results: ${site}; auth=pass smtp.auth=pat`,
  `Authentication-Results: (forged)\r\n\t${site} 1;\r\n\tdkim=pass (2048-bit key) header.d=example.org`,
  `Received: from mail.example.org by ${site} with ESMTPS id 1; Mon, 2 Mar 2026 09:00:00 +0000`,
  `Authentication-Results: ${site}; dmarc=pass header.from=example.org; spf=pass smtp.mailfrom=${organizer}`,
]

/** From somewhere else straight to the site, in the organizer's name, with results brought along. */
async function forge(mail: Buffer | string, attendee: string): Promise<void> {
  const queueId = await sendMail({ port: verifyingPort, from: 'mallory@example.net', to: [attendee], mail })
  expect(await postfix.waitForOutcome(queueId, attendee)).toMatchObject({ status: 'sent' })
}

const makeForgery = (invitation: Invitation): string =>
  `${forgedResults.join('\r\n')}\r\n${makeInvitationMail(invitation).toString('latin1').replace(/\r?\n/g, '\r\n')}`

interface ShownStore {
  readonly freebusy: readonly { readonly uid: string; readonly start: string }[]
  readonly held: readonly { readonly method: string; readonly because: string }[]
  readonly objects: readonly { readonly uid: string; readonly sequence: number }[]
}
const show = async (user: string): Promise<ShownStore> =>
  JSON.parse(await agents.runAdmin('show-store', user, '--json')) as ShownStore

const verdictsOf = async (uid: string) => {
  const all = JSON.parse(await agents.runAdmin('verdicts', '--json')) as readonly {
    readonly uid: string
    readonly user: string
    readonly verdict: string
    readonly reason: string
  }[]
  return all.filter((each) => each.uid === uid).map(({ verdict, reason }) => `${verdict} ${reason}`)
}

test('a room: the true organizer is served, forgeries change nothing and are answered by nobody', async () => {
  const booking = { ...slot, method: 'REQUEST', uid: 'true@example.org', attendee: room } as const
  await sendTruly(booking)
  const answer = await sink.waitForMail('the answer', (mail) => mail.recipients.includes(organizer), explain)
  expect(findProperty(await readAnswerMail(answer.mail), 'ATTENDEE')).toMatch(/;PARTSTAT=ACCEPTED[;:]/)

  await forge(makeForgery({ ...booking, method: 'CANCEL', sequence: 1 }), room)
  await forge(
    makeForgery({ ...booking, sequence: 2, start: makeFutureHour(41, 10), end: makeFutureHour(41, 11) }),
    room,
  )
  await forge(
    makeForgery({ ...booking, uid: 'forged@example.org', start: makeFutureHour(42, 10), end: makeFutureHour(42, 11) }),
    room,
  )
  const store = await show(room)
  expect(store.freebusy).toMatchObject([{ uid: 'true@example.org', start: serializeUtc(slot.start) }])
  expect(store.held.map(({ method, because }) => `${method} ${because}`)).toEqual([
    'CANCEL unproven-sender',
    'REQUEST unproven-sender',
  ])
  expect(await verdictsOf('forged@example.org')).toEqual(['refused unverified-request'])
  // The room's owner is told of both, and nobody outside of anything but the booking.
  expect(sink.mails.filter(({ recipients }) => recipients.includes(organizer))).toHaveLength(1)

  await sendTruly({ ...booking, method: 'CANCEL', sequence: 1 })
  await waitUntil('the room to be free', async () => (await show(room)).freebusy.length === 0, {
    explain,
    deadline: 20_000,
  })
}, 60_000)

const readFromMailbox = async (messageId: string): Promise<string> => {
  const mail = await waitUntil(
    `${messageId} to be in the mailbox`,
    async () => (await dovecot.readMails(person)).find((each) => each.includes(`Message-ID: <${messageId}>`)),
    { explain, deadline: 20_000, every: 200 },
  )
  return mail.toString('latin1')
}

test('a person: the mail arrives, with one field of results; the forgery and the altered mail wait', async () => {
  const invitation = { ...slot, method: 'REQUEST', uid: 'lunch@example.org', attendee: person } as const
  await sendTruly(invitation)
  const signed = await readFromMailbox('request.0.lunch@example.org')
  expect(signed).toMatch(/^Authentication-Results: mail\.example\.com;\s+dkim=pass /m)
  expect(await verdictsOf('lunch@example.org')).toEqual(['applied recorded'])

  await forge(makeForgery({ ...invitation, method: 'CANCEL', sequence: 1 }), person)
  // What was signed, with another body.
  const moved = { ...invitation, sequence: 3, start: makeFutureHour(41, 10), end: makeFutureHour(41, 11) }
  const [header = ''] = signed.slice(signed.indexOf('DKIM-Signature:')).split('\r\n\r\n')
  const [, ...body] = makeInvitationMail(moved).toString('latin1').split('\r\n\r\n')
  await forge([header.replace('<request.0.', '<request.3.'), ...body].join('\r\n\r\n'), person)
  expect(await verdictsOf('lunch@example.org')).toEqual([
    'applied recorded',
    'held unproven-sender',
    'held unproven-sender',
  ])
  expect((await show(person)).objects).toMatchObject([{ uid: 'lunch@example.org', sequence: 0 }])
  const forged = await readFromMailbox('cancel.1.lunch@example.org')
  const [forgedHeader = ''] = forged.split('\r\n\r\n')
  expect(forgedHeader).toMatch(/^X-Imip-Agent: held; reason=unproven-sender; method=CANCEL/m)
  const results = forgedHeader
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .filter((line) => /^authentication-results:/i.test(line))
  expect(results).toHaveLength(1)
  expect(results[0]).toMatch(/dkim=none/)
}, 60_000)

test('imip-admin check --probe tells a way in that takes forged results out from one that does not', async () => {
  const probe = async (port: number): Promise<string> => {
    try {
      return await agents.runAdmin('check', '--probe', room, '--set', `smtp=127.0.0.1:${port}`)
    } catch (error) {
      // Exit 1: something is wrong.
      return (error as { readonly stdout: string }).stdout
    }
  }
  expect(await probe(verifyingPort)).toMatch(/^ok +Authentication-Results: fields of mail\.example\.com /)
  expect(await probe(postfix.outerPort)).toMatch(/^WRONG +Authentication-Results: a field of mail\.example\.com /)
}, 60_000)
