// Measures of the daemon, and how Prometheus reads them.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AgentName } from '../cli/agent-options.ts'
import type { Answer } from './answer.ts'
import type { RefusalReason } from './refusal.ts'

export interface Metrics {
  noteVerdict(role: AgentName, verdict: string): void
  noteMail(role: AgentName, milliseconds: number, answers: readonly Answer[]): void
  noteRefusal(reason: RefusalReason): void
  noteReload(isGood: boolean): void
  serialize(gauges: Gauges): string
}

/** What is looked up when somebody asks. */
export interface Gauges {
  readonly clients: ReadonlyMap<AgentName, number>
  readonly admission: { readonly mails: number; readonly bytes: number; readonly waiting: number }
  readonly mailbox: { readonly open: number; readonly unused: number; readonly waiting: number } | undefined
  readonly threads: {
    readonly alive: number
    readonly underWay: number
    readonly waiting: number
    readonly lost: number
  }
  /** Answers that wait, as of the last look; nothing before the first. */
  readonly outbox: number | undefined
}

/** Seconds. */
const steps = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** Milliseconds between two looks at the delay of the event loop; they are in what is measured. */
const resolution = 10

function readSeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolution / 1000)
}

interface Histogram {
  readonly counts: number[]
  sum: number
  count: number
}

export function makeMetrics(): Metrics {
  const verdicts = new Map<string, number>()
  const answers = new Map<string, number>()
  const refusals = new Map<string, number>()
  const reloads = new Map<string, number>()
  const times = new Map<AgentName, Histogram>()
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()

  const add = (counts: Map<string, number>, labels: string, count = 1): void => {
    counts.set(labels, (counts.get(labels) ?? 0) + count)
  }

  return {
    noteVerdict: (role, verdict) => add(verdicts, `role="${role}",verdict="${verdict}"`),
    noteMail(role, milliseconds, given) {
      const histogram = times.get(role) ?? { counts: steps.map(() => 0), sum: 0, count: 0 }
      times.set(role, histogram)
      const seconds = milliseconds / 1000
      const step = steps.findIndex((bound) => seconds <= bound)
      if (step >= 0) histogram.counts[step] = (histogram.counts[step] ?? 0) + 1
      histogram.sum += seconds
      histogram.count += 1
      for (const { code } of given) add(answers, `role="${role}",code="${code}"`)
    },
    noteRefusal: (reason) => add(refusals, `reason="${reason}"`),
    noteReload: (isGood) => add(reloads, `result="${isGood ? 'taken' : 'faulty'}"`),
    serialize({ clients, admission, mailbox, threads, outbox }) {
      const memory = process.memoryUsage()
      const text = [
        ...describe('mails_total', 'counter', 'Mails and users by verdict.', list(verdicts)),
        ...describe(
          'recipients_total',
          'counter',
          'Recipients of whole mails by the code they were answered.',
          list(answers),
        ),
        ...describe(
          'mail_seconds',
          'histogram',
          'From the final dot to the answer.',
          [...times].flatMap(listHistogram),
        ),
        ...describe('refused_total', 'counter', 'Commands, mails and clients turned away.', list(refusals)),
        ...describe('reloads_total', 'counter', 'Readings of the configuration while running.', list(reloads)),
        ...describe(
          'clients',
          'gauge',
          'Clients connected.',
          [...clients].map(([role, count]) => `{role="${role}"} ${count}`),
        ),
        ...describe('mails_under_way', 'gauge', 'Mails between DATA and answer.', [` ${admission.mails}`]),
        ...describe('mails_waiting', 'gauge', 'Mails whose DATA waits for a place.', [` ${admission.waiting}`]),
        ...describe('mail_bytes', 'gauge', 'Memory given to mails under way.', [` ${admission.bytes}`]),
        ...describe('mailbox_connections', 'gauge', 'Connections of the front to the mailbox.', [
          `{state="used"} ${(mailbox?.open ?? 0) - (mailbox?.unused ?? 0)}`,
          `{state="unused"} ${mailbox?.unused ?? 0}`,
          `{state="wanted"} ${mailbox?.waiting ?? 0}`,
        ]),
        ...describe('threads', 'gauge', 'Threads alive.', [` ${threads.alive}`]),
        ...describe('threads_lost_total', 'counter', 'Threads that failed or were ended for a mail.', [
          ` ${threads.lost}`,
        ]),
        ...describe('thread_mails', 'gauge', 'Mails in threads, and before them.', [
          `{state="under-way"} ${threads.underWay}`,
          `{state="waiting"} ${threads.waiting}`,
        ]),
        ...(outbox === undefined
          ? []
          : describe('outbox', 'gauge', 'Answers waiting to be sent, at the last look.', [` ${outbox}`])),
        ...describe('event_loop_delay_seconds', 'gauge', 'Of the front, since the last time this was asked.', [
          `{quantile="0.5"} ${readSeconds(delay.percentile(50))}`,
          `{quantile="0.99"} ${readSeconds(delay.percentile(99))}`,
          `{quantile="1"} ${readSeconds(delay.max)}`,
        ]),
        ...describe('memory_bytes', 'gauge', 'Memory of the process.', [
          `{kind="resident"} ${memory.rss}`,
          `{kind="heap"} ${memory.heapUsed}`,
          `{kind="buffers"} ${memory.arrayBuffers}`,
        ]),
      ].join('')
      delay.reset()
      return text
    },
  }
}

function describe(name: string, type: string, help: string, samples: readonly string[]): readonly string[] {
  if (samples.length === 0) return []
  const full = `imip_agent_${name}`
  return [`# HELP ${full} ${help}\n# TYPE ${full} ${type}\n`, ...samples.map((sample) => `${full}${sample}\n`)]
}

function list(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].map(([labels, count]) => `{${labels}} ${count}`)
}

function listHistogram([role, { counts, sum, count }]: readonly [AgentName, Histogram]): readonly string[] {
  let below = 0
  const buckets = steps.map((bound, index) => {
    below += counts[index] ?? 0
    return `_bucket{role="${role}",le="${bound}"} ${below}`
  })
  return [
    ...buckets,
    `_bucket{role="${role}",le="+Inf"} ${count}`,
    `_sum{role="${role}"} ${sum}`,
    `_count{role="${role}"} ${count}`,
  ]
}
