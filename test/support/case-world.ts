// The worlds a case runs in: everything around a mail, with a store in memory or in files, and nothing but recorders outside.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadDeducedOthers } from '../../src/admin/load-deduced-others.ts'
import type { Decision } from '../../src/agents/decision.ts'
import type { Verdict } from '../../src/agents/verdict.ts'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Configuration } from '../../src/config/options.ts'
import type { OutgoingMail } from '../../src/mail/outgoing-mail.ts'
import { noAttempts } from '../../src/pipeline/attempts.ts'
import type { Outcome } from '../../src/pipeline/outcome.ts'
import { processMail } from '../../src/pipeline/process-mail.ts'
import { makeRates } from '../../src/pipeline/rates.ts'
import type { RawMail } from '../../src/pipeline/raw-mail.ts'
import { steps } from '../../src/pipeline/steps.ts'
import type { World } from '../../src/pipeline/world.ts'
import { dumpUser, serializeDump } from '../../src/store/dump.ts'
import { dumpQuota, serializeQuotaDump } from '../../src/store/dump-quota.ts'
import { makeMemoryStore } from '../../src/store/memory/store.ts'
import { openStore } from '../../src/store/open-store.ts'
import { parseLimit } from '../../src/store/quota-text.ts'
import type { Store } from '../../src/store/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import type { CaseAgent, NamedValue, Route } from './case-file.ts'
import type { FixedClock } from './fixed-clock.ts'
import { makeRecordingTransport } from './recording-transport.ts'

/** What a case needs of the world it runs in; programs of their own are one too (case-programs.ts). */
export interface CaseWorld {
  readonly name: string
  /** Holds the folders `store` and `preferences`. */
  readonly folder: string
  readonly clock: FixedClock
  configure(setting: NamedValue): void
  writePreferences(user: string, preferences: readonly NamedValue[]): void
  receive(route: Route, bytes: Uint8Array): Promise<Happened>
  listUsers(): Promise<readonly string[]>
  setQuota(quota: string, settings: readonly NamedValue[]): Promise<void>
  /** Of each quota the lines of `imip-admin quota`. */
  showQuotas(): Promise<ReadonlyMap<string, readonly string[]>>
  /** The lines of show-store. */
  showStore(user: string): Promise<readonly string[]>
  close(): Promise<void>
}

/** All that came of one arrival. */
export interface Happened {
  /** `0`, or `75` and `69` with what was said. */
  readonly exit: string
  readonly sent: readonly SentMail[]
  readonly verdicts: readonly ToldVerdict[]
}

export interface SentMail {
  readonly kind: OutgoingMail['kind']
  /** To the mailbox, or to the mail system. */
  readonly way: 'onward' | 'outward'
  readonly sender: string
  readonly recipients: readonly string[]
  readonly bytes: Uint8Array
}

export interface ToldVerdict {
  readonly word: string
  readonly code: string
  /** The sentence and the notes; unknown where only the log could be read. */
  readonly texts: readonly string[] | undefined
}

export interface CaseFolder {
  readonly path: string
  readonly store: string
  readonly preferences: string
  readonly journal: string
  readonly publish: string
}

export function makeCaseFolder(): CaseFolder {
  const path = mkdtempSync(join(tmpdir(), 'case-'))
  const folder = {
    path,
    store: join(path, 'store'),
    preferences: join(path, 'preferences'),
    journal: join(path, 'journal'),
    publish: join(path, 'publish'),
  }
  for (const place of [folder.store, folder.preferences, folder.publish]) mkdirSync(place)
  return folder
}

/** One small file each, as administrators write them; a name given twice is a preference of two lines. */
export function writePreferenceFiles(folder: CaseFolder, user: string, preferences: readonly NamedValue[]): void {
  const place = join(folder.preferences, user)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place)
  for (const { name } of preferences) {
    const lines = preferences.filter((other) => other.name === name).map(({ value }) => value)
    writeFileSync(join(place, name), `${lines.join('\n')}\n`)
  }
}

/** Settings of every case: whatever the machine is, its zone counts nowhere. */
export const caseSettings: readonly NamedValue[] = [{ name: 'tzid', value: 'UTC' }]

const zones = loadSystemZones()

export type StoreKind = 'memory' | 'file'

/** `observe` is told each decision. */
export function makeCaseWorld(
  kind: StoreKind,
  clock: FixedClock,
  observe: (decision: Decision) => void = () => {},
): CaseWorld {
  const folder = makeCaseFolder()
  const settings: NamedValue[] = [
    ...caseSettings,
    { name: 'store_dir', value: folder.store },
    { name: 'preferences_dir', value: folder.preferences },
    { name: 'journal_dir', value: folder.journal },
    { name: 'publish_dir', value: folder.publish },
  ]
  const configure = (): Configuration =>
    loadConfig({
      file: '/dev/null',
      environment: {},
      overrides: settings.map((setting) => ({ ...setting, from: 'case' })),
    })
  const memory = kind === 'memory' ? makeMemoryStore({ now: clock.now }) : undefined
  const observed: typeof steps = {
    ...steps,
    decide: async (...asked) => {
      const decision = await steps.decide(...asked)
      observe(decision)
      return decision
    },
  }
  /** A store in files is opened anew for each mail, as by a program. */
  const withStore = async <Result>(work: (store: Store) => Promise<Result>): Promise<Result> => {
    if (memory) return work(memory)
    const store = openCaseStore(configure(), clock)
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }

  return {
    name: kind,
    folder: folder.path,
    clock,
    configure: (setting) => void settings.push(setting),
    writePreferences: (user, preferences) => writePreferenceFiles(folder, user, preferences),
    receive: (route, bytes) =>
      withStore(async (store) => {
        const onward = makeRecordingTransport()
        const outward = makeRecordingTransport()
        const verdicts: Verdict[] = []
        const failures: string[] = []
        const configuration = configure()
        const world: World = {
          agent: `imip-${route.agent}`,
          delivers: route.agent === 'person',
          configuration,
          mode: configuration.mode,
          dryRun: false,
          now: clock.now,
          elapsed: () => 0,
          loadSteps: () => observed,
          openStore: () => store,
          loadZones: () => zones,
          onward: { transport: onward, spell: (recipient) => recipient },
          outward,
          attempts: noAttempts,
          rates: makeRates(join(folder.path, 'rates'), clock.now),
          report: {
            verdict: (verdict) => void verdicts.push(verdict),
            passed: () => {},
            failure: (text) => void failures.push(text),
            shown: () => {},
          },
        }
        const outcome = await processMail(makeRawMail(route, bytes), world)
        if (failures.length > 0) throw new Error(failures.join('\n'))
        const read = (way: SentMail['way'], { mails }: typeof onward): readonly SentMail[] =>
          mails.map((mail) => ({
            kind: mail.kind,
            way,
            ...mail.envelope,
            bytes: mail.bytes,
          }))
        return {
          exit: describeOutcome(outcome),
          sent: [...read('outward', outward), ...read('onward', onward)],
          verdicts: verdicts.map(tellVerdict),
        }
      }),
    setQuota: (quota, settings) => withStore((store) => setQuota(store, quota, settings)),
    showQuotas: () => withStore((store) => showAllQuotas(store, clock)),
    listUsers: () => withStore(listAll),
    showStore: async (user) => [
      ...(await withStore((store) => showUser(store, user, configure()))),
      ...showPublished(folder, user),
    ],
    async close() {
      await memory?.close()
      rmSync(folder.path, { recursive: true, force: true })
    },
  }
}

/** The file store of a folder, as a program opens it. */
export function openCaseStore(configuration: Configuration, clock: FixedClock): Store {
  return openStore({
    type: 'file',
    directory: configuration.storeDir,
    journal: configuration.journalDir,
    lockTimeout: configuration.lockTimeout,
    permissions: { file: configuration.defaultPermissions, directory: configuration.defaultDirPermissions },
    now: clock.now,
  })
}

export async function listAll(store: Store): Promise<readonly string[]> {
  const users: string[] = []
  for await (const user of store.listUsers()) users.push(user)
  return users
}

/** Without a configuration nothing is deduced of others. */
export async function showUser(store: Store, user: string, configuration?: Configuration): Promise<readonly string[]> {
  const stored = await store.readUser(user as CalendarAddress)
  const deduced = configuration ? { deduced: loadDeducedOthers(stored, configuration, zones) } : {}
  const text = serializeDump(dumpUser(stored, { zoneTables: zones, ...deduced }))
  return text.split('\n').filter((line) => line !== '')
}

/** `limit = WHO PT10H`, `group = WHO NAME`, `delegate = ADDRESS`. */
export async function setQuota(store: Store, quota: string, settings: readonly NamedValue[]): Promise<void> {
  const list = (name: string): readonly (readonly [string, string])[] =>
    settings
      .filter((setting) => setting.name === name)
      .map(({ value }) => [value.split(/\s+/)[0] ?? '', value.split(/\s+/)[1] ?? ''])
  const limits = list('limit').map(([who, text]) => [who, parseLimit(text) ?? 0] as const)
  await store.transact([], [quota], async () => ({
    changes: [
      {
        quota: {
          kind: 'set-quota',
          group: quota,
          settings: {
            limits: new Map(limits),
            groups: new Map(list('group')),
            delegates: list('delegate').map(([address]) => address as CalendarAddress),
          },
        },
      },
    ],
    result: undefined,
  }))
}

export async function showAllQuotas(store: Store, clock: FixedClock): Promise<ReadonlyMap<string, readonly string[]>> {
  const shown = new Map<string, readonly string[]>()
  for await (const quota of store.listQuotas()) {
    const stored = await store.readWholeQuota(quota)
    const text = stored ? serializeQuotaDump(dumpQuota(stored, clock.now())) : ''
    shown.set(
      quota,
      text.split('\n').filter((line) => line !== ''),
    )
  }
  return shown
}

/** What the web server would show of a user, a line for each of the calendar's that is not always the same. */
export function showPublished({ publish }: Pick<CaseFolder, 'publish'>, user: string): readonly string[] {
  const file = join(publish, user, 'freebusy')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8')
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
  const shown = lines.filter((line) => /^(?:DTSTAMP|DTSTART|DTEND|FREEBUSY|URL)/.test(line))
  return shown.map((line) => `published ${line}`)
}

/** The recipients the agent is called with: of an outgoing copy the person who sent it, as the mail system says. */
export function chooseRecipients({ agent, sender, recipients }: Route): readonly string[] {
  return agent === 'person-outgoing' ? [sender] : recipients
}

export function nameProgram(agent: CaseAgent): `imip-${CaseAgent}` {
  return `imip-${agent}`
}

function makeRawMail(route: Route, bytes: Uint8Array): RawMail {
  return {
    bytes,
    sender: route.sender,
    recipients: chooseRecipients(route),
    originalRecipient: route.options.get('original'),
    login: route.options.get('login'),
    client: route.options.get('client'),
    queueId: route.options.get('queue'),
  }
}

function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return '0'
    case 'temporary':
      return `75 ${outcome.reason}`
    case 'refused':
      return `69 ${outcome.code} ${outcome.reply}`
  }
}

function tellVerdict({ verdict, reason, notes }: Verdict): ToldVerdict {
  return { word: verdict, code: reason.code, texts: [reason.text, ...notes] }
}
