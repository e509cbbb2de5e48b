// Through a real Postfix to Dovecot: directly, by a pipe, by the daemon. Invitations answered by the daemon. Latency under load. As root.
import {
  followLog,
  handIn,
  makeInvitationMail,
  makePlainMail,
  readProcessorTime,
  startSite,
  waitFor,
} from './mail-site.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const count = Number(process.env.BENCH_MAILS ?? 500)
const warmRounds = Number(process.env.BENCH_WARM ?? 4)
const ways = process.env.BENCH_WAYS?.split(',')
const site = await startSite()
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const quantile = (values, part) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN
let run = 0
let invitations = 0

/** Mails a second from the first connection to Postfix's last line about the last of them. */
async function measurePlain(to, mails, options) {
  const log = followLog(site.log)
  const before = readProcessorTime()
  const start = performance.now()
  await handIn(site.port, mails, (number) => ({ to, text: makePlainMail(`${++run}-${number}`) }), options)
  await waitFor(
    `${mails} mails to ${to}`,
    () => log.read().filter((one) => one.to === to && one.status === 'sent').length >= mails,
  )
  expectSent(log)
  const rate = (mails * 1000) / (performance.now() - start)
  return { rate, work: (readProcessorTime() - before) / mails, delays: log.outcomes.map(({ delay }) => delay) }
}

/** Invitations, each decided, committed and answered through the same Postfix to the outside. */
async function measureInvitations(mails, options) {
  const log = followLog(site.log)
  const before = readProcessorTime()
  const start = performance.now()
  const first = invitations
  invitations += mails
  await handIn(site.port, mails, (number) => makeInvitationMail(first + number), options)
  await waitFor(
    `${mails} answers`,
    () => log.read().filter((one) => one.to === 'pat@example.org' && one.status === 'sent').length >= mails,
  )
  expectSent(log)
  const rate = (mails * 1000) / (performance.now() - start)
  // A room's mail is done when its answer is with the mail system; the answer's own way outside is another mail.
  const delays = log.outcomes.filter(({ to }) => to.startsWith('room')).map(({ delay }) => delay)
  return { rate, work: (readProcessorTime() - before) / mails, delays }
}

function expectSent(log) {
  const other = log.outcomes.find(({ status }) => status !== 'sent')
  if (other) throw new Error(`not sent: ${JSON.stringify(other)}`)
}

const all = {
  direct: () => measurePlain('direct@example.com', count),
  daemon: () => measurePlain('served@example.com', count),
  pipe: () => measurePlain('piped@example.com', Math.ceil(count / 8)),
  invitations: () => measureInvitations(Math.ceil(count / 2)),
}
const measured = Object.entries(all).filter(([name]) => name === 'direct' || (ways?.includes(name) ?? true))

try {
  // A daemon runs for weeks: what is measured is one whose code has been compiled.
  for (let round = 0; round < warmRounds; round++)
    for (const [name, measure] of measured)
      if (round === 0 || name === 'daemon' || name === 'invitations') await measure()
  const results = Object.fromEntries(measured.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    // Each begins in another round, so that none always comes behind the same one.
    for (let turn = 0; turn < measured.length; turn++) {
      const [name, measure] = measured[(round + turn) % measured.length]
      results[name].push(await measure())
    }
  }
  const rateOf = (name, fallback) => median((results[name] ?? results[fallback] ?? []).map(({ rate }) => rate))
  const targets = { daemon: 0.85, invitations: 0.3 }
  console.log('                         of direct   processor time, and direct of it')
  for (const [name] of measured) {
    const rate = median(results[name].map((one, round) => one.rate / results.direct[round].rate))
    const work = median(results[name].map((one, round) => results.direct[round].work / one.work))
    const time = median(results[name].map((one) => one.work))
    const wanted = targets[name]
    const verdict = wanted === undefined ? '' : `wanted ${wanted}: ${rate >= wanted ? 'reached' : 'NOT REACHED'}`
    console.log(
      `${name.padEnd(12)} ${rateOf(name).toFixed(0).padStart(5)} mails/s ${rate.toFixed(2).padStart(6)}   ${time.toFixed(1).padStart(6)} ms ${work.toFixed(2).padStart(6)}   ${verdict}`,
    )
  }
  if (ways === undefined || ways.includes('latency')) {
    for (const [name, measure, most] of [
      ['mail, direct', (mails, options) => measurePlain('direct@example.com', mails, options), rateOf('direct')],
      ['mail', (mails, options) => measurePlain('served@example.com', mails, options), rateOf('daemon', 'direct')],
      ['invitations', measureInvitations, rateOf('invitations') || 20],
    ]) {
      const load = { rate: most * 0.7, connections: 20 }
      // The mail system starts the processes it needs for this load.
      await measure(Math.ceil(most * 2), load)
      const { delays } = await measure(Math.ceil(most * 10), load)
      const [half, high] = [quantile(delays, 0.5), quantile(delays, 0.99)]
      console.log(
        `latency of ${name} at 70 %: p50 ${(half * 1000).toFixed(0)} ms, p99 ${(high * 1000).toFixed(0)} ms, ratio ${(high / half).toFixed(1)}  wanted below 10  ${high / half < 10 ? 'reached' : 'NOT REACHED'}`,
      )
    }
  }
  for (const line of site.readMetrics().split('\n'))
    if (/^imip_agent_(event_loop|memory|threads|outbox)/.test(line)) console.log(line)
} finally {
  await site.stopDaemon()
  await site.stop()
}
process.exit(0)
