// The world of a golden case on a machine that fails: each arrival is tried with every failure first, on copies of the disk, and what is
// there after the mail system has tried again is compared with a run that nobody disturbed. That run is what the case judges.
import { rmSync } from 'node:fs'
import type { Decision } from '../../src/agents/decision.ts'
import type { Instant } from '../../src/calendar/time.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Configuration } from '../../src/config/options.ts'
import type { PartyMessage } from '../../src/pipeline/read-messages.ts'
import { makeSimulatedDisk, type SimulatedDisk, type Trouble } from '../store/simulated-disk.ts'
import type { NamedValue, Route } from '../support/case-file.ts'
import {
  type CaseWorld,
  caseSettings,
  type Happened,
  listAll,
  makeCaseFolder,
  setQuota,
  showAllQuotas,
  showPublished,
  showUser,
  writePreferenceFiles,
} from '../support/case-world.ts'
import { simulatedPlace, useProgram } from '../support/fault-node-fs.ts'
import type { FixedClock } from '../support/fixed-clock.ts'
import { type Came, compareRuns } from './compare-runs.ts'
import { type Machine, openMachineStore, places, type Ran, runAgentOn } from './crash-machine.ts'
import { nameMailKind } from './mail-kind.ts'
import { type SeenStore, seeStore } from './see-store.ts'
import { nameExit, type Trial, type Tried, tryMail } from './try-mail.ts'

/** One arrival, about to be tried. */
export interface Arrival {
  readonly agent: Route['agent']
  readonly kind: string
  /** Calls that change the disk or send, of a run that nobody disturbs. */
  readonly changes: number
  /** All calls of it. */
  readonly calls: number
}

export interface CrashOptions {
  readonly listTrials: (arrival: Arrival) => Iterable<Trial>
  /** What was tried, and what came out other than it must. */
  readonly tell: (arrival: Arrival, trial: Trial, violations: readonly string[]) => void
}

export function makeCrashWorld(clock: FixedClock, { listTrials, tell }: CrashOptions): CaseWorld {
  const folder = makeCaseFolder()
  const settings: NamedValue[] = [
    ...caseSettings,
    { name: 'store_dir', value: places.store },
    { name: 'journal_dir', value: places.journal },
    { name: 'publish_dir', value: places.publish },
    { name: 'preferences_dir', value: folder.preferences },
  ]
  const configure = (): Configuration =>
    loadConfig({
      file: '/dev/null',
      environment: {},
      overrides: settings.map((setting) => ({ ...setting, from: 'case' })),
    })
  let configuration = configure()
  let disk = makeDisk()
  const machineOf = (other: SimulatedDisk, now: () => Instant = clock.now): Machine => ({
    disk: other,
    configuration,
    now,
  })
  const withStore = async <Result>(work: (store: ReturnType<typeof openMachineStore>) => Promise<Result>) => {
    const program = disk.connect()
    useProgram(program)
    const result = await work(openMachineStore(machineOf(disk), program))
    program.kill()
    return result
  }

  return {
    name: 'crash',
    folder: folder.path,
    clock,
    configure(setting) {
      settings.push(setting)
      configuration = configure()
    },
    writePreferences: (user, preferences) => writePreferenceFiles(folder, user, preferences),
    async receive(route, bytes) {
      const before = disk
      // The mails before came long ago.
      before.settle()
      disk = before.copy()
      const undisturbed = await runWatched(machineOf(disk), route, bytes)
      const expected = { ...tellExit(undisturbed.ran), seen: await seeMachine(machineOf(disk)) }
      const calls = await countCalls(machineOf(before.copy()), route, bytes)
      const arrival = { agent: route.agent, kind: undisturbed.kind, changes: undisturbed.ran.calls, calls }
      for (const trial of listTrials(arrival)) {
        const machine = machineOf(before.copy())
        const tried = await tryMail(machine, route, bytes, trial)
        const violations = await judge(machine, trial, tried, expected)
        const { clock: shift } = trial
        // By another clock a mail that was not decided before may be decided otherwise: then all is as if it had come then.
        const later =
          shift !== undefined && violations.length > 0 ? machineOf(before.copy(), () => clock.now() + shift) : undefined
        if (!later) tell(arrival, trial, violations)
        else {
          const ran = await runAgentOn(later, route, bytes)
          const then = { ...tellExit(ran), seen: await seeMachine(later) }
          // Both seen by the same clock: what is used of a quota depends on the day.
          tell(arrival, trial, await judge({ ...machine, now: later.now }, trial, tried, then))
        }
      }
      // What was seen was seen by a program: the next one finds the disk as that left it.
      return tellHappened(undisturbed.ran)
    },
    setQuota: (quota, given) => withStore((store) => setQuota(store, quota, given)),
    showQuotas: () => withStore((store) => showAllQuotas(store, clock)),
    listUsers: () => withStore(listAll),
    showStore: (user) =>
      withStore(async (store) => [...(await showUser(store, user, configuration)), ...showPublished(places, user)]),
    async close() {
      rmSync(folder.path, { recursive: true, force: true })
    },
  }

  async function runWatched(
    machine: Machine,
    route: Route,
    bytes: Uint8Array,
  ): Promise<{ readonly ran: Ran; readonly kind: string }> {
    const known = await seeMachine(machine)
    const messages: PartyMessage[] = []
    const decisions: Decision[] = []
    const ran = await runAgentOn(machine, route, bytes, never, {
      watch: {
        messages: (read) => void messages.push(...read),
        decision: (decision) => void decisions.push(decision),
      },
    })
    const kind = nameMailKind({
      messages,
      decisions,
      verdicts: ran.verdicts,
      isKnown: (uid) => isKnown(known, uid),
      isReport: /^content-type:\s*multipart\/report/im.test(Buffer.from(bytes).toString('latin1')),
    })
    return { ran, kind }
  }
}

async function judge(machine: Machine, trial: Trial, tried: Tried, expected: Came): Promise<readonly string[]> {
  const isStopped = trial.trouble.kind === 'killed'
  try {
    const found = { exit: tried.exit, sent: tried.sent, seen: await seeMachine(machine) }
    return compareRuns(expected, found, {
      stamps: trial.clock !== undefined,
      told: !isStopped || trial.power !== undefined,
      verdicts: tried.isDoneAtOnce || trial.power !== undefined,
    })
  } catch (error) {
    return [`the store cannot be read: ${(error as Error).message}`]
  }
}

/** As somebody else sees it, with a program of its own. */
async function seeMachine(machine: Machine): Promise<SeenStore> {
  const program = machine.disk.connect()
  useProgram(program)
  const seen = await seeStore(openMachineStore(machine, program), machine.now, (user) => showPublished(places, user))
  program.kill()
  return seen
}

const never: Trouble = { kind: 'killed', at: Number.MAX_SAFE_INTEGER }

async function countCalls(machine: Machine, route: Route, bytes: Uint8Array): Promise<number> {
  const trouble: Trouble = { kind: 'refused', at: Number.MAX_SAFE_INTEGER, code: 'EIO', until: 0 }
  return (await runAgentOn(machine, route, bytes, trouble)).calls
}

function makeDisk(): SimulatedDisk {
  const disk = makeSimulatedDisk()
  const program = disk.connect()
  for (const path of [simulatedPlace, `${simulatedPlace}/spare`, places.publish]) program.system.makeDirectory(path)
  program.kill()
  // What was there long before is on the disk.
  disk.losePower(() => 1)
  return disk
}

function isKnown(known: SeenStore, uid: string): boolean {
  return [...known.lines.values()].some((lines) => lines.some((line) => line.split(' ').includes(uid)))
}

function tellExit({ outcome, sent }: Ran): Pick<Came, 'exit' | 'sent'> {
  return { exit: nameExit(outcome), sent }
}

function tellHappened({ outcome, sent, verdicts, failures }: Ran): Happened {
  if (failures.length > 0) throw new Error(failures.join('\n'))
  const said = outcome?.kind === 'temporary' ? ` ${outcome.reason}` : ''
  return {
    exit: `${nameExit(outcome)}${said}`,
    sent,
    verdicts: verdicts.map(({ verdict, reason, notes }) => ({
      word: verdict,
      code: reason.code,
      texts: [reason.text, ...notes],
    })),
  }
}
