// A private Postfix, Dovecot and daemon for measuring, made of the pieces of the tests.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { createConnection } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildBundles } from '../build.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/** Who is delivered how: `direct`, `piped` and `served` have mailboxes; rooms are served. */
export const rooms = Array.from({ length: 20 }, (_, number) => `room${number}@example.com`)

/** More people who are served, so that no mailbox grows until Dovecot does nothing but look after it. */
export const crowd = Array.from({ length: 50 }, (_, number) => `served${number}@example.com`)

/** `more`: further routes, and services as they stand in master.cf, made from what is there by then. */
export async function startSite(more = () => ({ mailboxes: [], routes: [], services: '' })) {
  // The servers alone do not keep this program waiting for their end.
  setInterval(() => undefined, 1000)
  await buildBundles()
  const { runnerImport } = await import('vite')
  const load = async (name) => {
    const file = join(root, 'test/support/mail-servers', name)
    return (await runnerImport(file, { configFile: false, logLevel: 'error' })).module
  }
  const [{ makeScratchFolder }, { installAgents }, { startDovecot }, { startPostfix }, servers] = await Promise.all(
    ['scratch.ts', 'agents.ts', 'dovecot.ts', 'postfix.ts', 'server-process.ts'].map(load),
  )
  const scratch = makeScratchFolder()
  const sinkPort = await servers.findFreePort()
  const sink = spawn('/usr/sbin/smtp-sink', ['-u', 'nobody', `127.0.0.1:${sinkPort}`, '200'], { stdio: 'ignore' })
  scratch.keepProcess(sink.pid)
  const agents = installAgents(scratch, {
    local_domains: ['example.com'],
    resource_organizers: 'anyone',
    organizer_requests_per_hour: 0,
    resource_requests_per_hour: 0,
  })
  const { mailboxes: others } = more({})
  const mailboxes = ['direct@example.com', 'piped@example.com', 'served@example.com', ...crowd, ...others]
  const dovecot = await startDovecot(scratch, { mailboxes, group: agents.group })
  const { routes, services } = more({ agents, dovecot, scratch })
  const place = join(scratch.path, 'daemon')
  mkdirSync(place)
  chmodSync(place, 0o777)
  const postfix = await startPostfix(scratch, {
    domain: 'example.com',
    mailboxes,
    people: ['piped@example.com'],
    resources: ['pipedroom@example.com'],
    senders: [],
    aliases: [],
    routes: [
      ...['served@example.com', ...crowd, 'gone@example.com'].map((person) => [person, `lmtp:unix:${place}/person`]),
      ...rooms.map((room) => [room, `lmtp:unix:${place}/resource`]),
      ...routes,
    ],
    services,
    programs: agents.programs,
    configuration: agents.configuration,
    user: agents.user,
    environment: agents.environment,
    lmtpSocket: dovecot.lmtpSocket,
    loginSocket: dovecot.loginSocket,
    sinkPort,
  })
  appendFileSync(
    agents.configuration,
    `lmtp = "${dovecot.lmtpSocket}"\nsmtp = "127.0.0.1:${postfix.innerPort}"\ndaemon_socket_permissions = "0666"\n`,
  )
  const log = join(scratch.path, 'postfix.log')
  let daemon

  const site = {
    port: postfix.outerPort,
    scratch,
    agents,
    dovecot,
    postfix,
    log,
    daemonPid: () => daemon?.pid,
    async startDaemon() {
      const output = openSync(join(scratch.path, 'daemon.output'), 'a')
      daemon = spawn(
        join(agents.programs, 'imip-lmtpd'),
        [
          '-c',
          agents.configuration,
          '--person',
          `${place}/person`,
          '--resource',
          `${place}/resource`,
          '--metrics',
          `${place}/metrics`,
        ],
        {
          cwd: '/',
          // A session of its own, as of a service: on a busy machine Linux shares the processors out among sessions.
          detached: true,
          uid: 65_534,
          gid: 65_534,
          env: { PATH: '/usr/bin:/bin', ...agents.environment },
          stdio: ['ignore', output, output],
        },
      )
      scratch.keepProcess(daemon.pid)
      const until = Date.now() + 20_000
      while (!(await canConnect(`${place}/metrics`))) {
        if (Date.now() > until || daemon.exitCode !== null)
          throw new Error(`the daemon did not start: ${readFileSync(join(scratch.path, 'daemon.output'), 'utf8')}`)
        await pause(50)
      }
    },
    async stopDaemon(signal = 'SIGTERM') {
      const stopping = daemon
      daemon = undefined
      if (!stopping || stopping.exitCode !== null) return
      const ended = new Promise((resolve) => stopping.once('exit', resolve))
      stopping.kill(signal)
      await ended
      scratch.forgetProcess(stopping.pid)
    },
    readMetrics: () =>
      execFileSync('curl', ['-s', '--unix-socket', `${place}/metrics`, 'http://x/metrics'], { encoding: 'utf8' }),
    stop: () => scratch.remove(),
  }
  await site.startDaemon()
  return site
}

/** Milliseconds of processor time that all programs started here have used so far, those that have ended included. */
export function readProcessorTime() {
  const processes = new Map()
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
      processes.set(Number(pid), { parent: Number(fields[1]), time: ticks * 10 })
    } catch {
      // It has ended meanwhile; its parent has its time.
    }
  }
  const isOurs = (pid) => pid !== 0 && pid !== undefined && (pid === process.pid || isOurs(processes.get(pid)?.parent))
  let sum = 0
  for (const [pid, { time }] of processes) if (pid !== process.pid && isOurs(pid)) sum += time
  return sum
}

/**
 * What Postfix did from now on: `{ to, relay, delay, status }` for each line about a recipient, in `outcomes` or, where they would
 * be too many, told to `note` one by one.
 */
export function followLog(path, note) {
  const file = openSync(path, 'r')
  let position = fstatSync(file).size
  let rest = ''
  const outcomes = []
  return {
    outcomes,
    read() {
      const buffer = Buffer.alloc(1 << 20)
      for (;;) {
        const count = readSync(file, buffer, 0, buffer.length, position)
        if (count === 0) return outcomes
        position += count
        const lines = (rest + buffer.toString('utf8', 0, count)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const [, to, relay, delay, status] =
            /: to=<([^>]*)>,.* relay=([^,]*),.* delay=([\d.]+),.* status=(\w+)/.exec(line) ?? []
          if (to === undefined) continue
          const outcome = { to, relay, delay: Number(delay), status }
          if (note) note(outcome)
          else outcomes.push(outcome)
        }
      }
    },
  }
}

/** Hands in mails by so many connections at once; `make(number)` gives recipient and text. With `rate`, so many a second. */
export async function handIn(port, count, make, { connections = 10, rate } = {}) {
  let next = 0
  const start = performance.now()
  const work = async () => {
    const session = await openSmtp(port)
    while (next < count) {
      const number = next++
      if (rate !== undefined) {
        const wait = start + (number * 1000) / rate - performance.now()
        if (wait > 0) await pause(wait)
      }
      const { to, text, from = 'pat@example.org' } = make(number)
      await session.ask(`MAIL FROM:<${from}>\r\nRCPT TO:<${to}>\r\nDATA\r\n`, 3)
      await session.ask(`${text}.\r\n`, 1)
    }
    session.end()
  }
  await Promise.all(Array.from({ length: Math.min(connections, count) }, work))
}

async function openSmtp(port) {
  const socket = createConnection(port, '127.0.0.1')
  socket.setNoDelay(true)
  let unread = ''
  let wanted = 0
  let wake
  let fail
  const look = () => {
    const replies = [...unread.matchAll(/^(\d{3})(?: .*)?\r\n/gm)]
    if (wanted === 0 || replies.length < wanted) return
    const bad = replies.find(([, code]) => code[0] > '3')
    unread = ''
    wanted = 0
    if (bad) fail(new Error(bad[0]))
    else wake()
  }
  socket.on('data', (chunk) => {
    unread += chunk
    look()
  })
  socket.on('error', (error) => fail?.(error))
  socket.on('close', () => wanted > 0 && fail(new Error('the mail system hung up')))
  const hear = (count) =>
    new Promise((resolve, reject) => {
      wake = resolve
      fail = reject
      wanted = count
      look()
    })
  await hear(1)
  const ask = (text, count) => {
    socket.write(text)
    return hear(count)
  }
  await ask('EHLO bench.example.org\r\n', 1)
  return { ask, end: () => socket.end('QUIT\r\n') }
}

export function makePlainMail(number, size = 4096) {
  const head = `From: pat@example.org\r\nTo: kim@example.com\r\nSubject: ${number}\r\nMessage-ID: <${number}.${process.pid}@example.org>\r\n\r\n`
  const line = `${'A line of a mail as people write it, of some length.'.padEnd(76)}\r\n`
  return head + line.repeat(Math.max(1, Math.round((size - head.length) / line.length)))
}

const hour = 3600_000
const firstHour = Math.ceil(Date.now() / hour) * hour + 24 * hour

/** Each at another hour, so that a room has time for all. */
export function makeInvitationMail(number, run = '') {
  const room = rooms[number % rooms.length]
  const start = firstHour + Math.floor(number / rooms.length) * hour
  const show = (time) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
  const uid = `${run}${number}.${process.pid}@example.org`
  const lines = [
    'From: pat@example.org',
    `To: ${room}`,
    'Subject: Planning',
    `Message-ID: <${uid}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/calendar; method=REQUEST; charset=UTF-8',
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Example//Bench//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART:${show(start)}`,
    `DTEND:${show(start + hour)}`,
    'ORGANIZER:mailto:pat@example.org',
    `ATTENDEE;RSVP=TRUE:mailto:${room}`,
    'SUMMARY:Planning',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  return { to: room, text: lines.join('\r\n') }
}

/** Looks until it is true. */
export async function waitFor(what, isTrue, patience = 120_000) {
  const until = Date.now() + patience
  while (!(await isTrue())) {
    if (Date.now() > until) throw new Error(`waited in vain for ${what}`)
    await pause(5)
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function canConnect(path) {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
