// The threads behind the front: who gets which mail, how long a mail may take, and what becomes of it where a thread ends.
import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Instant } from '../calendar/time.ts'
import type { Configuration } from '../config/options.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import type { FlushResult, FromThread, MailJob, ThreadStart, ToThread } from './thread-messages.ts'

export interface Threads {
  /** One outcome for each recipient, in their order; never rejects. The bytes are the thread's from now on. */
  process(job: MailJob): Promise<readonly Outcome[]>
  /** Sends what lies in all outboxes; never rejects. */
  flushOutboxes(): Promise<FlushResult>
  configure(configuration: Configuration): void
  count(): ThreadCounts
  /** Ends all threads, whatever they do. */
  end(): Promise<void>
}

export interface ThreadCounts {
  readonly alive: number
  readonly underWay: number
  readonly waiting: number
  /** Those that ended without having been told to, or took too long. */
  readonly lost: number
}

export interface ThreadsOptions {
  /** What a thread runs. */
  readonly program: string
  readonly configuration: Configuration
  readonly now: Instant | undefined
  readonly onLog: (message: Extract<FromThread, { kind: 'log' }>) => void
  readonly noteLost: (reason: string) => void
}

/** Mails at the same time in one thread: most of their time they wait for mailbox and mail system. */
const mostAtOnce = 16

/** Bytes above which a mail is not copied for each thread: its recipients go one after the other instead. */
const dearToCopy = 1024 * 1024

/** Keeps one hostile mail from taking the memory of all. */
const mostMemory = { maxOldGenerationSizeMb: 768 }

/** How often the threads are looked at. */
const tick = 1000

/** A thread that gave no sign of life at so many looks is busy with one thing alone. */
const stuckAfter = 2

/** And is ended, where a mail in it takes too long. */
const lostAfter = 5

/** Milliseconds that the other mails of a thread have to come to their end, when one of them took too long. */
const grace = 10_000

interface Unit {
  readonly job: MailJob
  readonly since: number
  readonly outcomes: (Outcome | undefined)[]
  readonly settle: (outcomes: readonly Outcome[]) => void
}

interface Thread {
  readonly worker: Worker
  readonly heartbeat: Int32Array<SharedArrayBuffer>
  readonly active: Map<number, Unit>
  readonly flushes: Map<number, (result: FlushResult) => void>
  beat: number
  looksWithoutBeat: number
  /** Gets no more mails, and is ended at this time at the latest. */
  endsAt: number | undefined
}

export function makeThreads(options: ThreadsOptions): Threads {
  const size = options.configuration.daemonThreads
  const slots: (Thread | undefined)[] = new Array(size).fill(undefined)
  const all = new Set<Thread>()
  const queues: Unit[][] = slots.map(() => [])
  let { configuration } = options
  let nextId = 1
  let lost = 0
  let isEnding = false

  function findThread(slot: number): Thread {
    const found = slots[slot]
    if (found) return found
    const made = startThread()
    slots[slot] = made
    return made
  }

  function startThread(): Thread {
    const heartbeat = new Int32Array(new SharedArrayBuffer(4))
    const start: ThreadStart = { configuration, now: options.now, heartbeat, threads: size }
    const worker = new Worker(options.program, {
      workerData: start,
      name: 'imip-lmtpd mails',
      resourceLimits: mostMemory,
    })
    const thread: Thread = {
      worker,
      heartbeat,
      active: new Map(),
      flushes: new Map(),
      beat: 0,
      looksWithoutBeat: 0,
      endsAt: undefined,
    }
    let reason = 'it ended by itself'
    all.add(thread)
    worker.unref()
    worker.on('message', (message: FromThread) => hear(thread, message))
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    })
    worker.on('exit', () => forgetThread(thread, reason))
    return thread
  }

  function hear(thread: Thread, message: FromThread): void {
    if (message.kind === 'log') options.onLog(message)
    else if (message.kind === 'flushed') {
      thread.flushes.get(message.id)?.(message.result)
      thread.flushes.delete(message.id)
    } else {
      const unit = thread.active.get(message.id)
      if (!unit) return
      unit.outcomes[message.index] = message.outcome
      if (unit.outcomes.filter((outcome) => outcome !== undefined).length < unit.job.recipients.length) return
      thread.active.delete(message.id)
      settle(unit, 'no outcome')
      serveQueues()
    }
  }

  /** Its mails are answered at once: a thread that the kernel holds ends when that lets it go, and no sooner. */
  function giveUp(thread: Thread): void {
    void thread.worker.terminate()
    forgetThread(thread, 'a mail took longer than daemon_mail_limit')
  }

  function forgetThread(thread: Thread, reason: string): void {
    if (!all.delete(thread)) return
    const slot = slots.indexOf(thread)
    if (slot >= 0) slots[slot] = undefined
    for (const resolve of thread.flushes.values()) resolve({ found: 0, left: 0 })
    if (!isEnding) {
      lost += 1
      options.noteLost(reason)
    }
    for (const unit of thread.active.values()) settle(unit, 'it could not be brought to its end')
    thread.active.clear()
    serveQueues()
  }

  function settle(unit: Unit, reason: string): void {
    const missing: Outcome = { kind: 'temporary', reason }
    unit.settle(unit.job.recipients.map((_, index) => unit.outcomes[index] ?? missing))
  }

  function serveQueues(): void {
    if (isEnding) return
    for (const [slot, queue] of queues.entries())
      while (queue.length > 0 && (slots[slot]?.active.size ?? 0) < mostAtOnce) {
        const unit = queue.shift()
        if (unit) give(findThread(slot), unit)
      }
  }

  function give(thread: Thread, unit: Unit): void {
    const id = nextId++
    thread.active.set(id, unit)
    const { buffer } = unit.job.bytes
    thread.worker.postMessage({ kind: 'mail', id, job: unit.job } satisfies ToThread, [buffer])
  }

  function enqueue(slot: number, job: MailJob): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      const unit: Unit = { job, since: performance.now(), outcomes: [], settle: resolve }
      queues[chooseSlot(slot)]?.push(unit)
      serveQueues()
    })
  }

  /** A user's mails go to one thread, which then knows the schedule already; but not where that one is busy with one thing alone. */
  function chooseSlot(slot: number): number {
    if ((slots[slot]?.looksWithoutBeat ?? 0) < stuckAfter) return slot
    const other = slots.findIndex((thread) => (thread?.looksWithoutBeat ?? 0) < stuckAfter)
    return other < 0 ? slot : other
  }

  function look(): void {
    const limit = configuration.daemonMailLimit * 1000
    const now = performance.now()
    for (const queue of queues)
      for (const unit of queue.filter(({ since }) => now - since > limit)) {
        queue.splice(queue.indexOf(unit), 1)
        settle(unit, 'no thread had time for it')
      }
    for (const thread of all) {
      const beat = Atomics.load(thread.heartbeat, 0)
      thread.looksWithoutBeat = beat === thread.beat ? thread.looksWithoutBeat + 1 : 0
      thread.beat = beat
      const late = [...thread.active.values()].filter(({ since }) => now - since > limit).length
      if (late > 0 && thread.endsAt === undefined) {
        thread.endsAt = now + grace
        const slot = slots.indexOf(thread)
        if (slot >= 0) slots[slot] = undefined
      }
      if (thread.endsAt === undefined) continue
      if (late === thread.active.size || now > thread.endsAt || thread.looksWithoutBeat >= lostAfter) giveUp(thread)
    }
    serveQueues()
  }

  const looking = setInterval(look, tick)
  looking.unref()
  // The first mail should not have to wait for them.
  for (const slot of slots.keys()) findThread(slot)

  return {
    async process(job) {
      const groups = groupRecipients(job, size)
      if (groups.length === 1 || job.bytes.length > dearToCopy) return enqueue(groups[0]?.slot ?? 0, job)
      const outcomes: Outcome[] = []
      // What is given to a thread is gone from here, so the copies come first.
      const jobs = groups.map(({ indexes }, turn) => ({
        ...job,
        recipients: indexes.map((index) => job.recipients[index] ?? ''),
        bytes: turn === 0 ? job.bytes : new Uint8Array(job.bytes),
      }))
      await Promise.all(
        groups.map(async ({ slot, indexes }, turn) => {
          const own = await enqueue(slot, jobs[turn] ?? job)
          for (const [place, index] of indexes.entries()) {
            const outcome = own[place]
            if (outcome) outcomes[index] = outcome
          }
        }),
      )
      return outcomes
    },
    flushOutboxes() {
      const thread = findThread(0)
      const id = nextId++
      return new Promise((resolve) => {
        thread.flushes.set(id, resolve)
        thread.worker.postMessage({ kind: 'flush-outboxes', id } satisfies ToThread)
      })
    },
    configure(next) {
      configuration = next
      for (const thread of all) thread.worker.postMessage({ kind: 'configure', configuration: next } satisfies ToThread)
    },
    count: () => ({
      alive: all.size,
      underWay: [...all].reduce((sum, thread) => sum + thread.active.size, 0),
      waiting: queues.reduce((sum, queue) => sum + queue.length, 0),
      lost,
    }),
    async end() {
      isEnding = true
      clearInterval(looking)
      for (const queue of queues) for (const unit of queue.splice(0)) settle(unit, 'the service stops')
      await Promise.all([...all].map((thread) => thread.worker.terminate()))
    },
  }
}

interface Group {
  readonly slot: number
  /** Of the job's recipients. */
  readonly indexes: number[]
}

function groupRecipients(job: MailJob, size: number): readonly Group[] {
  const groups = new Map<number, Group>()
  // A copy of a sent mail is about its sender alone.
  const isOutgoing = job.role === 'imip-person-outgoing'
  for (const [index, recipient] of job.recipients.entries()) {
    const slot = chooseByName(isOutgoing ? job.sender : recipient, size)
    const group = groups.get(slot) ?? { slot, indexes: [] }
    groups.set(slot, group)
    group.indexes.push(index)
  }
  return [...groups.values()]
}

function chooseByName(name: string, size: number): number {
  return size === 1 ? 0 : createHash('sha1').update(name.toLowerCase()).digest().readUInt32BE(0) % size
}
