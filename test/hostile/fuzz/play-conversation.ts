// A conversation through the whole pipeline, and what must hold of each mail whatever stands in it.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../../../src/agents/verdict.ts'
import type { Configuration } from '../../../src/config/options.ts'
import { TemporaryFailure } from '../../../src/failure.ts'
import { findCalendarParts } from '../../../src/mail/calendar-parts.ts'
import { noAttempts } from '../../../src/pipeline/attempts.ts'
import { processMail } from '../../../src/pipeline/process-mail.ts'
import type { RawMail } from '../../../src/pipeline/raw-mail.ts'
import { steps } from '../../../src/pipeline/steps.ts'
import type { World } from '../../../src/pipeline/world.ts'
import { makeMemoryStore } from '../../../src/store/memory/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { loadSystemZones } from '../../../src/zones/system-zones.ts'
import { chooseRecipients, listAll, openCaseStore, setQuota, showUser } from '../../support/case-world.ts'
import { type FixedClock, makeFixedClock } from '../../support/fixed-clock.ts'
import { makeRecordingTransport, type RecordedMail } from '../../support/recording-transport.ts'
import type { Arrival, Conversation } from './corpus.ts'
import { expectThat } from './finding.ts'

export interface PlayOptions {
  readonly store: 'memory' | 'file'
  /** For the store in files; emptied afterwards. */
  readonly folder: string
  /** In place of what the case says. */
  readonly configuration?: Configuration
  /** Settings in place of the case's. */
  readonly settings?: Partial<Configuration>
  /** Is told each answer, with the arrival that it came of. */
  readonly noteAnswer?: (answer: RecordedMail, arrival: Arrival) => void
  /** Preferences that nobody can read keep the mail: that is declared. */
  readonly mayFail?: boolean
  /** Called round each mail. */
  readonly watch: <Result>(work: () => Promise<Result>) => Promise<Result>
}

const zones = loadSystemZones()

/** All that came of it as text: verdicts, mails, stores. */
export async function playConversation(
  { arrivals }: Conversation,
  texts: readonly (string | null)[],
  options: PlayOptions,
): Promise<readonly string[]> {
  const clock = makeFixedClock('2026-03-02T09:00:00Z')
  const told: string[] = []
  const calendars: string[] = []
  const store = openPlayStore(options, clock, arrivals[0])
  try {
    let quotas: Arrival['scene']['quotas'] | undefined
    for (const [index, text] of texts.entries()) {
      const arrival = arrivals[Math.min(index, arrivals.length - 1)]
      if (text === null || arrival === undefined) continue
      clock.set(arrival.now)
      if (quotas !== arrival.scene.quotas)
        for (const [quota, settings] of arrival.scene.quotas) await setQuota(store, quota, settings)
      quotas = arrival.scene.quotas
      const bytes = Buffer.from(text, 'latin1')
      told.push(...(await options.watch(() => receive(arrival, bytes, store, clock, calendars, options))))
    }
    for (const user of await listAll(store)) told.push(`= ${user}`, ...(await showUser(store, user)))
    return told
  } finally {
    await store.close()
    if (options.store === 'file') rmSync(options.folder, { recursive: true, force: true })
  }
}

function openPlayStore(options: PlayOptions, clock: FixedClock, first: Arrival | undefined): Store {
  if (options.store === 'memory' || first === undefined) return makeMemoryStore({ now: clock.now })
  const directory = join(options.folder, 'store')
  mkdirSync(directory, { recursive: true })
  const { configuration } = first.scene
  return openCaseStore({ ...configuration, storeDir: directory, journalDir: join(options.folder, 'journal') }, clock)
}

async function receive(
  arrival: Arrival,
  bytes: Uint8Array,
  store: Store,
  clock: FixedClock,
  calendars: string[],
  options: PlayOptions,
): Promise<readonly string[]> {
  const { route, scene } = arrival
  const onward = makeRecordingTransport()
  const outward = makeRecordingTransport()
  const verdicts: Verdict[] = []
  const failures: string[] = []
  let carried = 0
  const configuration = { ...(options.configuration ?? scene.configuration), ...options.settings }
  const world: World = {
    agent: `imip-${route.agent}`,
    delivers: route.agent === 'person',
    configuration,
    mode: configuration.mode,
    dryRun: false,
    now: clock.now,
    elapsed: () => 0,
    loadSteps: () => ({
      ...steps,
      readCalendars: (mail) => {
        const read = steps.readCalendars(mail)
        carried = read.calendars.length
        calendars.push(...findCalendarParts(mail.parts).map(({ text }) => text))
        return read
      },
    }),
    openStore: () => store,
    loadZones: () => zones,
    onward: { transport: onward, spell: (recipient) => recipient },
    outward,
    attempts: noAttempts,
    report: {
      verdict: (verdict) => void verdicts.push(verdict),
      passed: () => {},
      failure: (text) => void failures.push(text),
      shown: () => {},
    },
  }
  const recipients = chooseRecipients(route)
  const raw: RawMail = {
    bytes,
    sender: route.sender,
    recipients,
    originalRecipient: route.options.get('original'),
    login: route.options.get('login'),
    client: route.options.get('client'),
    queueId: route.options.get('queue'),
  }
  let outcome: Awaited<ReturnType<typeof processMail>>
  try {
    outcome = await processMail(raw, world)
  } catch (error) {
    if (options.mayFail && error instanceof TemporaryFailure) return ['75']
    throw error
  }
  if (outcome.kind === 'temporary' && options.mayFail) return ['75']
  expectThat(outcome.kind !== 'temporary', `75 although all around was well: ${describe(outcome)}`)
  expectThat(failures.length === 0, `a failure was logged: ${failures[0]}`)
  if (world.delivers) for (const recipient of recipients) checkDelivered(recipient, bytes, onward.mails)
  // Whatever carried a calendar has a verdict for each user.
  if (carried > 0 && world.mode !== 'pass')
    expectThat(
      new Set(verdicts.map(({ user }) => user)).size >= 1 && verdicts.length >= recipients.length,
      `${carried} calendars, ${recipients.length} recipients, ${verdicts.length} verdicts`,
    )
  for (const mail of outward.mails.filter(({ kind }) => kind === 'answer')) {
    checkAnswer(mail, calendars)
    options.noteAnswer?.(mail, arrival)
  }
  return [
    outcome.kind,
    ...verdicts.map(({ user, verdict, answer, reason }) => `${user} ${verdict} ${answer} ${reason.code}`),
    ...[...outward.mails, ...onward.mails].map(({ envelope, bytes: sent }) => `${envelope.recipients} ${sent.length}`),
  ]
}

/** By itself, below a field of ours, or inside a summary; only who wants nothing but summaries gets no original. */
function checkDelivered(recipient: string, bytes: Uint8Array, mails: readonly RecordedMail[]): void {
  const own = mails.filter(({ envelope }) => envelope.recipients.includes(recipient))
  expectThat(own.length > 0, `nothing was delivered to ${recipient}`)
  const isSummaryAlone = own.length === 1 && own[0]?.kind === 'summary'
  const wanted = makePlainLines(bytes)
  const isThere = own.some(({ bytes: sent }) => makePlainLines(sent).includes(wanted))
  expectThat(isThere || isSummaryAlone, `the mail to ${recipient} is not what came`)
}

function makePlainLines(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').replaceAll('\r\n', '\n')
}

/** What an answer may have beside what it echoes: our own header, texts and lines. */
const ownShare = 4096
/** Dates of a series that are refused are named one by one, ten at most. */
const shareOfDates = 10 * 600

/** Only to somebody whom the calendars name, and no amplifier. */
function checkAnswer({ envelope, bytes }: RecordedMail, calendars: readonly string[]): void {
  const named = readNames(calendars)
  for (const recipient of envelope.recipients)
    expectThat(named.includes(recipient.toLowerCase()), `an answer goes to ${recipient}, whom no calendar names`)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  if (/component=VFREEBUSY/i.test(text)) return
  const echoed = Math.max(0, ...calendars.map((calendar) => Buffer.byteLength(calendar)))
  expectThat(
    bytes.length <= ownShare + shareOfDates + 2 * echoed,
    `an answer has ${bytes.length} bytes to calendars of ${echoed}`,
  )
}

/** As addresses are read: unfolded, control characters left out, percent signs decoded, case apart. */
function readNames(calendars: readonly string[]): string {
  const lines = calendars.join('\n').replace(/(?:\r\n?|\n)[ \t]|[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/g, '')
  const decode = (codes: string) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString()
  // What makes no address when it is decoded is left as it was.
  return `${lines}\n${lines.replace(/(?:%[0-9a-f]{2})+/gi, decode)}`.toLowerCase()
}

function describe(value: unknown): string {
  return JSON.stringify(value).slice(0, 300)
}
