// An hour of the daemon: mixed mail at half its rate through a private Postfix, Dovecot and the daemon restarted every minute by turns.
// What was sent must be what was delivered or answered, memory must stay flat, and the event loop of the front must never be blocked.
// `node tools/dev/soak.mjs [--minutes 60] [--rate N]`, as root.
import { createReadStream, readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import {
  crowd,
  followLog,
  handIn,
  makeInvitationMail,
  makePlainMail,
  pause,
  startSite,
  waitFor,
} from './bench/mail-site.mjs'

const minutes = readOption('--minutes', 60)
const site = await startSite()
const seen = { plain: 0, bounced: 0, invited: 0, bouncedElse: 0, deferred: 0, outside: 0 }
const log = followLog(site.log, note)
const counts = { plain: 0, invitations: 0, refused: 0 }
const memory = []
const delays = []
// This program has next to nothing to do: what it is late by, the machine is.
const ownDelay = monitorEventLoopDelay({ resolution: 10 })
ownDelay.enable()
let restarts = 0
let failed = false

let number = 0

/** Half of what it takes when it is asked for all it can: the best of some rounds, once its code has been compiled. */
async function findRate() {
  const count = 600
  let best = 0
  for (let round = 0; round < 5; round++) {
    const base = number
    number += count
    const start = performance.now()
    await handIn(site.port, count, (index) => makeMixedMail(base + index))
    await waitFor('the first mails', () => countDone() >= number)
    best = Math.max(best, (count * 1000) / (performance.now() - start))
  }
  return best / 2
}

/** Six of ten without a calendar, three invitations to rooms, one to nobody. */
function makeMixedMail(number) {
  const kind = number % 10
  if (kind === 9) {
    counts.refused += 1
    return { to: 'gone@example.com', text: makePlainMail(`gone-${number}`, 1000) }
  }
  if (kind >= 6) {
    const own = counts.invitations++
    return makeInvitationMail(own, 'soak')
  }
  const to = crowd[counts.plain++ % crowd.length]
  // One of a hundred is large.
  return { to, text: makePlainMail(`plain-${number}`, number % 100 === 0 ? 3_000_000 : 4096) }
}

function note({ to, status }) {
  if (status === 'deferred') seen.deferred += 1
  else if (to === 'gone@example.com') seen[status === 'bounced' ? 'bounced' : 'bouncedElse'] += 1
  else if (status === 'bounced') seen.bouncedElse += 1
  else if (to.startsWith('served')) seen.plain += 1
  else if (to.startsWith('room')) seen.invited += 1
  // The bounces of mails to nobody go to the same address: their sender is the null sender, and they stand in the log likewise.
  else if (to === 'pat@example.org') seen.outside += 1
}

function tally() {
  log.read()
  return { ...seen }
}

/** Deliveries of which Postfix cannot know whether they have happened. The log of an hour is longer than a string may be. */
async function countUnsure() {
  let count = 0
  for await (const line of createInterface({ input: createReadStream(site.log) }))
    if (/\/lmtp\[\d+\]: .* to=<served\d+@.*(?:while sending end of data|in reply to end of DATA command)/.test(line))
      count += 1
  return count
}

function countDone() {
  const { plain, bounced, invited } = tally()
  return plain + bounced + invited
}

/** Megabytes that the daemon had at most since it was started. */
function readMostMemory() {
  const pid = site.daemonPid()
  if (pid === undefined) return undefined
  const [, kilobytes] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** Seconds by which the front's event loop was late since the last look: half of the time, one time in a hundred, and at worst. */
function readDelay() {
  const text = site.readMetrics()
  return ['0.5', '0.99', '1'].map((quantile) => {
    const [, seconds] = new RegExp(`event_loop_delay_seconds\\{quantile="${quantile}"\\} (\\S+)`).exec(text) ?? []
    return Number(seconds)
  })
}

async function restart() {
  restarts += 1
  switch (restarts % 3) {
    case 0:
      await site.stopDaemon('SIGKILL')
      return site.startDaemon()
    case 1:
      await site.stopDaemon('SIGTERM')
      return site.startDaemon()
    default:
      await site.dovecot.stop()
      return site.dovecot.start()
  }
}

try {
  const rate = readOption('--rate', await findRate())
  console.log(`${rate.toFixed(0)} mails a second for ${minutes} minutes`)
  const end = performance.now() + minutes * 60_000
  for (let round = 0; performance.now() < end; round++) {
    const begun = performance.now()
    const count = Math.ceil(rate * 60)
    const base = number
    number += count
    const handed = handIn(site.port, count, (index) => makeMixedMail(base + index), { rate, connections: 20 })
    await pause(20_000)
    memory.push(readMostMemory())
    delays.push(readDelay())
    const own = [ownDelay.percentile(50), ownDelay.percentile(99), ownDelay.max].map((late) => late / 1e9 - 0.01)
    ownDelay.reset()
    await restart()
    // Otherwise Postfix leaves alone for the rest of the minute what it has found closed.
    await site.postfix.flush()
    await handed
    await site.postfix.flush()
    const { plain, bounced, invited, deferred, outside } = tally()
    console.log(
      `minute ${round + 1}: handed in ${counts.plain} + ${counts.invitations} + ${counts.refused}, delivered ${plain}, decided ${invited}, refused ${bounced}; outside ${outside}; deferrals ${deferred}; ${memory.at(-1)?.toFixed(0)} MB; event loop late by ${showDelay(delays.at(-1))} ms, this program's by ${showDelay(own)} ms`,
    )
    const left = 60_000 - (performance.now() - begun)
    if (left > 0) await pause(left)
  }
  await waitFor(
    'the end of all mails',
    async () => {
      await site.postfix.flush()
      await pause(2_000)
      return (
        countDone() >= counts.plain + counts.invitations + counts.refused &&
        (await site.postfix.readQueue()).length === 0
      )
    },
    600_000,
  )
  const done = tally()
  let mailbox = 0
  for (const person of crowd) mailbox += await site.dovecot.countMails(person)
  // Whoever ends between a delivery and its reply leaves nobody who could tell: those mails come twice, and may (RFC 1047).
  const unsure = await countUnsure()
  check('every mail without a calendar is in its mailbox', mailbox >= counts.plain, `${mailbox} of ${counts.plain}`)
  check(
    'twice came only what was under way between its final dot and the answer when a program ended',
    mailbox - counts.plain <= unsure,
    `${mailbox - counts.plain} twice, ${unsure} under way in ${restarts} restarts`,
  )
  check('every invitation was decided', done.invited === counts.invitations, `${done.invited} of ${counts.invitations}`)
  check(
    'nothing else was bounced',
    done.bouncedElse === 0 && done.bounced === counts.refused,
    `${done.bounced} of ${counts.refused}, others ${done.bouncedElse}`,
  )
  const answers = done.outside - done.bounced
  check('every invitation was answered', answers >= counts.invitations, `${answers} of ${counts.invitations}`)
  check(
    'hardly one twice',
    answers - counts.invitations <= restarts,
    `${answers - counts.invitations} in ${restarts} restarts`,
  )
  const known = memory.filter((one) => one !== undefined)
  const early = Math.max(...known.slice(0, Math.ceil(known.length / 3)))
  const late = Math.max(...known.slice(-Math.ceil(known.length / 3)))
  check('memory is flat', late < early * 1.3 + 20, `${early.toFixed(0)} MB at first, ${late.toFixed(0)} MB at last`)
  const middle = (place) => delays.map((delay) => delay[place]).toSorted((a, b) => a - b)[delays.length >> 1]
  console.log(
    `     event loop of the front late by ${showDelay([middle(0), middle(1), middle(2)])} ms (half, 99 %, worst; medians of ${delays.length} looks), at worst ${showDelay([Math.max(...delays.map((delay) => delay[2]))])} ms`,
  )
} finally {
  await site.stopDaemon()
  await site.stop()
}
process.exit(failed ? 1 : 0)

function showDelay(seconds) {
  return seconds.map((one) => (one * 1000).toFixed(1)).join(' / ')
}

function check(what, isTrue, figures) {
  if (!isTrue) failed = true
  console.log(`${isTrue ? 'good' : 'BAD '} ${what}: ${figures}`)
}

function readOption(name, fallback) {
  const at = process.argv.indexOf(name)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
