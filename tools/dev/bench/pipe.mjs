// Through a real Postfix to Dovecot: directly, by the smallest pipe there can be (a script of 30 lines), by ours. As root.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { followLog, handIn, makePlainMail, readProcessorTime, startSite, waitFor } from './mail-site.mjs'
import { median } from './measure.mjs'

const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const count = Number(process.env.BENCH_MAILS ?? 60)
let run = 0
const here = dirname(fileURLToPath(import.meta.url))

const site = await startSite(({ agents, dovecot, scratch }) => {
  const mailboxes = ['scripted@example.com']
  if (!agents) return { mailboxes }
  // As many processes as ours has; where the mail system's user may read it.
  const script = join(scratch.path, 'smallest-pipe.cjs')
  copyFileSync(join(here, 'smallest-pipe.cjs'), script)
  const services = `
scripted unix - n n - 4 pipe
  flags=DX user=${agents.user} null_sender= argv=${agents.environment.IMIP_AGENT_NODE} ${script} ${dovecot.lmtpSocket} \${sender} \${recipient}
`
  return { mailboxes, routes: [['scripted@example.com', 'scripted:']], services }
})

try {
  makeCodeCaches()
  const ways = {
    direct: () => deliver('direct@example.com', count * 4),
    script: () => deliver('scripted@example.com', count),
    pipe: () => deliver('piped@example.com', count),
  }
  for (const way of Object.values(ways)) await way()
  const results = Object.fromEntries(Object.keys(ways).map((name) => [name, []]))
  const names = Object.keys(ways)
  for (let round = 0; round < rounds; round++)
    // Each begins in another round, so that none always comes behind the same one.
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]
      results[name].push(await ways[name]())
    }
  console.log(
    `${rounds} rounds of ${count} mails of 4 KB (direct: ${count * 4}), 10 connections; medians; ratios round by round`,
  )
  console.log('             mails/s   of script   processor time a mail, script of it')
  for (const name of names) {
    const ratio = median(results[name].map(({ rate }, round) => rate / results.script[round].rate))
    const work = median(results[name].map((one) => one.work))
    const less = median(results[name].map((one, round) => results.script[round].work / one.work))
    const mark = name === 'pipe' ? `  wanted 0.9: ${ratio >= 0.9 ? 'reached' : 'NOT REACHED'}` : ''
    console.log(
      `${name.padEnd(12)} ${median(results[name].map(({ rate }) => rate))
        .toFixed(0)
        .padStart(
          7,
        )} ${ratio.toFixed(2).padStart(11)} ${work.toFixed(1).padStart(14)} ms ${less.toFixed(2).padStart(10)}${mark}`,
    )
  }
} finally {
  await site.stopDaemon()
  await site.stop()
}
process.exit(0)

/** As an administrator has them after `imip-admin init`; the store of the site is its own. */
function makeCodeCaches() {
  const folder = join(site.scratch.path, 'aside')
  mkdirSync(folder)
  const places = ['-S', 'store', '-p', 'preferences', '-j', 'journal', '-P', 'published', '--set', 'log=log']
  execFileSync(join(site.agents.programs, 'imip-admin'), [...places, 'init'], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...site.agents.environment },
    stdio: 'ignore',
  })
}

/** Mails a second from the first connection to Postfix's last line about the last of them. */
async function deliver(to, mails) {
  const log = followLog(site.log)
  const before = readProcessorTime()
  const start = performance.now()
  await handIn(site.port, mails, (number) => ({ to, text: makePlainMail(`${++run}-${number}`) }))
  await waitFor(
    `${mails} mails to ${to}`,
    () => log.read().filter((one) => one.to === to && one.status === 'sent').length >= mails,
  )
  const other = log.outcomes.find(({ status }) => status !== 'sent')
  if (other) throw new Error(`not sent: ${JSON.stringify(other)}`)
  const rate = (mails * 1000) / (performance.now() - start)
  return { rate, work: (readProcessorTime() - before) / mails }
}
