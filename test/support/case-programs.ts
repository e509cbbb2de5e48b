// The world of real programs: bin/ run as by a mail system, mailbox and mail system played by receivers.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { serializeInstant } from '../../src/calendar/time.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Configuration } from '../../src/config/options.ts'
import { type ProgramFolder, runProgram } from './built-programs.ts'
import type { NamedValue } from './case-file.ts'
import { isNotice, isSummary } from './case-summary.ts'
import {
  type CaseWorld,
  caseSettings,
  chooseRecipients,
  listAll,
  makeCaseFolder,
  nameProgram,
  openCaseStore,
  type SentMail,
  setQuota,
  showAllQuotas,
  showPublished,
  showUser,
  type ToldVerdict,
  writePreferenceFiles,
} from './case-world.ts'
import type { FixedClock } from './fixed-clock.ts'
import { startReceiver } from './lmtp-receiver.ts'

export interface ProgramWorld extends CaseWorld {
  /** What cron does about it: answers that wait go out, what is published is brought up to date. Gives what was sent. */
  runCron(): Promise<readonly SentMail[]>
}

export async function makeProgramWorld(programs: ProgramFolder, clock: FixedClock): Promise<ProgramWorld> {
  const folder = makeCaseFolder()
  const log = join(folder.path, 'agent.log')
  const mailbox = await startReceiver({ protocol: 'lmtp', listen: 'socket' })
  const mailSystem = await startReceiver({ protocol: 'smtp', listen: 'port' })
  const settings: NamedValue[] = [...caseSettings, { name: 'log', value: log }]
  const configure = () => {
    const places: NamedValue[] = [
      { name: 'store_dir', value: folder.store },
      { name: 'journal_dir', value: folder.journal },
      { name: 'preferences_dir', value: folder.preferences },
    ]
    const overrides = [...settings, ...places].map((setting) => ({ ...setting, from: 'case' }))
    return loadConfig({ file: '/dev/null', environment: {}, overrides })
  }
  const readStore = async <Result>(
    read: (store: ReturnType<typeof openCaseStore>, configuration: Configuration) => Promise<Result>,
  ) => {
    const configuration = configure()
    const store = openCaseStore(configuration, clock)
    try {
      return await read(store, configuration)
    } finally {
      await store.close()
    }
  }

  const makeCommonArgs = () => [
    ...['-c', '/dev/null', '-S', folder.store, '-p', folder.preferences, '-j', folder.journal, '-P', folder.publish],
    ...['--now', serializeInstant(clock.now())],
    ...settings.flatMap(({ name, value }) => ['--set', `${name}=${value}`]),
  ]
  const run = (program: string, args: readonly string[], input?: Uint8Array) =>
    runProgram(programs.bin(program), args, {
      ...(input === undefined ? {} : { input }),
      cwd: '/',
      env: { IMIP_AGENT_NODE: process.execPath },
    })
  const readOutward = (from: number) =>
    mailSystem.mails.slice(from).map((mail) => ({ ...mail, ...readWay(mail.bytes) }))

  return {
    name: 'executables',
    folder: folder.path,
    clock,
    configure: (setting) => void settings.push(setting),
    writePreferences: (user, preferences) => writePreferenceFiles(folder, user, preferences),
    async receive(route, bytes) {
      const [heldByMailbox, heldByMailSystem] = [mailbox.mails.length, mailSystem.mails.length]
      const logged = readLog(log).length
      const given = (option: string, value: string | undefined) => (value === undefined ? [] : [option, value])
      const args = [
        ...makeCommonArgs(),
        ...['-l', mailbox.address, '--smtp', mailSystem.address, '-s', route.sender],
        ...chooseRecipients(route).flatMap((recipient) => ['-o', recipient]),
        ...given('--original-recipient', route.options.get('original')),
        ...given('--login', route.options.get('login')),
        ...given('--client', route.options.get('client')),
        ...given('--queue-id', route.options.get('queue')),
      ]
      const ending = await run(nameProgram(route.agent), args, bytes)
      // Run by a mail system nothing is said, a refusal apart.
      const said = [ending.stdout, ending.stderr].filter((text) => text !== '').join(' ')
      return {
        exit: `${ending.code ?? ending.signal}${said === '' ? '' : ` ${said}`}`,
        sent: [
          ...readOutward(heldByMailSystem),
          ...mailbox.mails.slice(heldByMailbox).map((mail) => ({
            ...mail,
            kind: isSummary(mail.bytes) ? ('summary' as const) : ('original' as const),
            way: 'onward' as const,
          })),
        ],
        verdicts: readLog(log).slice(logged).flatMap(tellVerdict),
      }
    },
    async runCron() {
      const held = mailSystem.mails.length
      await run('imip-admin', ['outbox', 'flush', ...makeCommonArgs(), '--smtp', mailSystem.address])
      await run('imip-admin', ['make-freebusy', ...makeCommonArgs()])
      return readOutward(held)
    },
    setQuota: (quota, quotaSettings) => readStore((store) => setQuota(store, quota, quotaSettings)),
    showQuotas: () => readStore((store) => showAllQuotas(store, clock)),
    listUsers: () => readStore(listAll),
    showStore: async (user) => [
      ...(await readStore((store, configuration) => showUser(store, user, configuration))),
      ...showPublished(folder, user),
    ],
    async close() {
      await Promise.all([mailbox.close(), mailSystem.close()])
      rmSync(folder.path, { recursive: true, force: true })
    },
  }
}

function readWay(bytes: Uint8Array): Pick<SentMail, 'kind' | 'way'> {
  if (isNotice(bytes)) return { kind: 'summary', way: 'outward' }
  const isResent = Buffer.from(bytes.subarray(0, 7)).toString() === 'Resent-'
  return { kind: isResent ? 'original' : 'answer', way: 'outward' }
}

interface LogLine {
  readonly verdict?: string
  readonly reason?: string
  readonly uid?: string | null
  readonly user?: string | null
}

function readLog(path: string): readonly LogLine[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine)
}

/** The log says of a mail without a calendar that it went on, too; that is no verdict. */
function tellVerdict({ verdict, reason, user }: LogLine): readonly ToldVerdict[] {
  if (verdict === undefined || reason === undefined || user === null) return []
  return [{ word: verdict, code: reason, texts: undefined }]
}
