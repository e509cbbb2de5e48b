// What the fuzzer begins with: every conversation of the golden cases, every mail of the tests, every calendar in them.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../../../src/config/load-config.ts'
import type { Configuration } from '../../../src/config/options.ts'
import { type NamedValue, parseCaseFile, type Route } from '../../support/case-file.ts'
import { changeHeader, makeArrivingMail } from '../../support/case-mail.ts'
import { type CaseFolder, caseSettings, writePreferenceFiles } from '../../support/case-world.ts'
import { makeFixedClock } from '../../support/fixed-clock.ts'

export interface Corpus {
  readonly conversations: readonly Conversation[]
  /** Whole mails, each once. */
  readonly mails: readonly Uint8Array[]
  readonly calendars: readonly string[]
  /** Preferences that occur in cases. */
  readonly preferences: readonly NamedValue[]
  /** Lines of configurations that occur in cases. */
  readonly settings: readonly NamedValue[]
}

/** A case as what arrives in it. */
export interface Conversation {
  readonly name: string
  readonly arrivals: readonly Arrival[]
}

export interface Arrival {
  /** `2026-03-02T09:00:00Z` */
  readonly now: string
  readonly route: Route
  readonly bytes: Uint8Array
  readonly scene: Scene
}

/** What the administrator and the users have set when the mail arrives. */
export interface Scene {
  readonly configuration: Configuration
  readonly quotas: ReadonlyMap<string, readonly NamedValue[]>
}

/** `folder` takes the preference files; `root` is the project's. */
export function loadCorpus(root: string, folder: string): Corpus {
  const names = readdirSync(join(root, 'test', 'cases'), { recursive: true, encoding: 'utf8' })
  const cases = names.filter((name) => name.endsWith('.case')).sort()
  const preferences: NamedValue[] = []
  const settings: NamedValue[] = []
  const conversations = cases.map((name, index) =>
    readConversation(root, name, join(folder, `case-${index}`), preferences, settings),
  )
  const files = readdirSync(join(root, 'test', 'mails'), { recursive: true, encoding: 'utf8' })
  const whole = files.filter((name) => name.endsWith('.eml')).sort()
  const mails = [
    ...conversations.flatMap(({ arrivals }) => arrivals.map(({ bytes }) => bytes)),
    ...whole.map((name) => readFileSync(join(root, 'test', 'mails', name))),
  ]
  return {
    conversations,
    mails,
    calendars: mails.flatMap((bytes) => findCalendarText(bytes) ?? []),
    preferences,
    settings,
  }
}

function readConversation(
  root: string,
  name: string,
  folder: string,
  preferences: NamedValue[],
  settings: NamedValue[],
): Conversation {
  const arrivals: Arrival[] = []
  const users = new Map<string, readonly NamedValue[]>()
  const configured: NamedValue[] = []
  const quotas = new Map<string, readonly NamedValue[]>()
  let now = '2026-03-02T09:00:00Z'
  let scene: Scene | undefined
  let scenes = 0
  for (const block of parseCaseFile(name, readFileSync(join(root, 'test', 'cases', name), 'utf8')).blocks) {
    if (block.kind === 'scene') {
      if (block.scene === 'now') now = block.instant
      else scene = undefined
      if (block.scene === 'user') {
        users.set(block.user, block.preferences)
        preferences.push(...block.preferences)
      }
      if (block.scene === 'quota') quotas.set(block.quota, block.settings)
      if (block.scene === 'config') {
        configured.push(block.setting)
        settings.push(block.setting)
      }
    }
    if (block.kind !== 'arrival') continue
    scene ??= makeScene(join(folder, String(scenes++)), users, configured, quotas)
    const last = arrivals.at(-1)
    const route = block.route === 'same' ? last?.route : block.route
    const bytes = readArriving(root, block, route, last?.bytes, now, arrivals.length + 1)
    if (route !== undefined && bytes !== undefined) arrivals.push({ now, route, bytes, scene })
  }
  return { name, arrivals }
}

function readArriving(
  root: string,
  { mail, header }: Extract<ReturnType<typeof parseCaseFile>['blocks'][number], { kind: 'arrival' }>,
  route: Route | undefined,
  last: Uint8Array | undefined,
  now: string,
  number: number,
): Uint8Array | undefined {
  if (route === undefined) return undefined
  if (mail.kind === 'again') return last && changeHeader(last, header)
  if (mail.kind === 'file') return changeHeader(readFileSync(join(root, 'test', mail.path)), header)
  const original = route.options.get('original')
  const to = original === undefined ? route.recipients : [original]
  const instant = makeFixedClock(now).now()
  return makeArrivingMail({ from: route.sender, to, lines: mail.lines, header, now: instant, number })
}

function makeScene(
  path: string,
  users: ReadonlyMap<string, readonly NamedValue[]>,
  configured: readonly NamedValue[],
  quotas: ReadonlyMap<string, readonly NamedValue[]>,
): Scene {
  const folder = makeFolder(path)
  for (const [user, preferences] of users) writePreferenceFiles(folder, user, preferences)
  return { configuration: readConfiguration(folder, configured), quotas: new Map(quotas) }
}

export function makeFolder(path: string): CaseFolder {
  const folder = {
    path,
    store: join(path, 'store'),
    preferences: join(path, 'preferences'),
    journal: join(path, 'journal'),
    publish: join(path, 'publish'),
  }
  for (const place of [folder.store, folder.preferences, folder.publish]) mkdirSync(place, { recursive: true })
  return folder
}

export function readConfiguration(folder: CaseFolder, configured: readonly NamedValue[]): Configuration {
  const settings = [
    ...caseSettings,
    { name: 'store_dir', value: folder.store },
    { name: 'preferences_dir', value: folder.preferences },
    { name: 'journal_dir', value: folder.journal },
    { name: 'publish_dir', value: folder.publish },
    ...configured,
  ]
  const overrides = settings.map((setting) => ({ ...setting, from: 'case' }))
  return loadConfig({ file: '/dev/null', environment: {}, overrides })
}

/** As it stands in the mail, where it is not encoded. */
function findCalendarText(bytes: Uint8Array): string | undefined {
  return /BEGIN:VCALENDAR[\s\S]*END:VCALENDAR/.exec(Buffer.from(bytes).toString('utf8'))?.[0]
}
