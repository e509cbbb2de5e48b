// imip-admin copy-store: all of a store into another one, of whatever type; killed and called again it ends right.
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { TemporaryFailure } from '../failure.ts'
import { openConfiguredStore } from '../pipeline/open-store.ts'
import type { Store } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import { copyFiles } from './copy-store-files.ts'
import { readPlaces, type StorePlace } from './copy-store-places.ts'
import { copyQuota } from './copy-store-quota.ts'
import { type CopySource, readAllVerdicts } from './copy-store-source.ts'
import { copyUser, countUser, type UserCounts, withoutExpired } from './copy-store-user.ts'
import { openSource } from './open-copy-source.ts'
import { makeProgress } from './progress.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { describeSystemError } from './system-error.ts'

export async function runCopyStore(given: Given, world: AdminWorld): Promise<ExitCode> {
  const places = readPlaces(given, world.configuration)
  const from = openSource(places.from, world)
  const to = openTarget(places.to, world)
  try {
    return await copyBetween(from, to, {
      world,
      replaces: hasOption(given, 'replace'),
      directories: listDirectories(given, world),
      outboxHint: `\`imip-admin -S ${places.from.storeDir} outbox flush\` sends them`,
    })
  } finally {
    await from.close()
    await to.close()
  }
}

export interface CopyWishes {
  readonly world: Pick<AdminWorld, 'now' | 'say' | 'write' | 'draw' | 'isTerminal' | 'configuration'>
  /** What differs in TO becomes what FROM has. */
  readonly replaces: boolean
  readonly directories: readonly CopiedDirectory[]
  /** How the outbox of FROM is sent. */
  readonly outboxHint: string
}

/** Plain files beside the stores. */
interface CopiedDirectory {
  readonly what: string
  readonly from: string
  readonly to: string
}

/** One store's trouble with one thing leaves all others theirs; exit 1 then. */
export async function copyBetween(from: CopySource, to: Store, wishes: CopyWishes): Promise<ExitCode> {
  const run: CopyRun = { ...wishes, from, to, counts: new Map(), failures: { count: 0 }, waiting: { count: 0 } }
  await to.makeReady()
  await copyUsers(run)
  await copyQuotas(run)
  for (const directory of wishes.directories) copyDirectory(run, directory)
  return report(run)
}

interface CopyRun extends CopyWishes {
  readonly from: CopySource
  readonly to: Store
  /** By what is counted, in the order of the report. */
  readonly counts: Map<string, { from: number; to: number }>
  readonly failures: { count: number }
  /** Answers in the outbox of FROM. */
  readonly waiting: { count: number }
}

function openTarget(place: StorePlace, world: AdminWorld): Store {
  return openConfiguredStore(
    { ...world.configuration, ...place },
    { now: world.now, zones: world.loadZones(), warn: (text) => world.say(`note: ${text}`) },
  )
}

async function copyUsers(run: CopyRun): Promise<void> {
  const { from, to, world, replaces } = run
  const users: CalendarAddress[] = []
  for await (const user of from.listUsers()) users.push(user)
  const there = new Set<CalendarAddress>()
  for await (const user of to.listUsers()) there.add(user)
  const progress = makeProgress(world, 'users', users.length)
  let copied = 0
  for (const [index, user] of users.entries()) {
    const tell = makeTell(run, showAddress(user))
    await attempt(tell, async () => {
      const read = withoutExpired(await from.readUser(user, tell), world.now())
      count(run, 'from', countUser(read))
      run.waiting.count += read.waiting
      const { same, written } = await copyUser(read, { to, isKnown: there.has(user), replaces, now: world.now, tell })
      count(run, 'to', same)
      copied += written > 0 || !there.has(user) ? 1 : 0
    })
    progress.show(index + 1)
  }
  progress.end()
  await copyOtherVerdicts(run, new Set(users))
  // Listed anew: what stands in TO counts, not what was written.
  const after = new Set<CalendarAddress>()
  for await (const user of to.listUsers()) after.add(user)
  run.counts.set('users', { from: users.length, to: users.filter((user) => after.has(user)).length })
  world.write(`users: ${copied} copied or brought up to date, ${users.length - copied} as they were\n`)
}

async function copyOtherVerdicts(run: CopyRun, users: ReadonlySet<CalendarAddress>): Promise<void> {
  const known = new Map<CalendarAddress, Set<string>>()
  await attempt(makeTell(run, 'verdicts'), async () => {
    for await (const verdict of run.from.readOtherVerdicts(users)) {
      const texts =
        known.get(verdict.user) ??
        new Set((await readAllVerdicts(run.to, verdict.user)).map((each) => JSON.stringify(each)))
      known.set(verdict.user, texts)
      const text = JSON.stringify(verdict)
      if (texts.has(text)) continue
      texts.add(text)
      await run.to.noteVerdict(verdict)
    }
  })
}

async function copyQuotas(run: CopyRun): Promise<void> {
  const { from, to, world, replaces } = run
  const counts = { from: 0, to: 0 }
  const quotas = { from: 0, to: 0 }
  for await (const group of from.listQuotas(makeTell(run, 'quotas'))) {
    quotas.from += 1
    const tell = makeTell(run, `quota ${group}`)
    await attempt(tell, async () => {
      const read = await from.readQuota(group, tell)
      if (!read) return
      counts.from += read.reservations.length
      const copied = await copyQuota(read, to, replaces, tell)
      counts.to += copied.to
      quotas.to += 1
    })
  }
  run.counts.set('quotas', quotas)
  run.counts.set('reservations', counts)
  if (quotas.from > 0) world.write(`quotas: ${quotas.from}\n`)
}

function listDirectories(given: Given, { configuration }: AdminWorld): readonly CopiedDirectory[] {
  const { preferencesDir, publishDir } = configuration
  const asked = [
    { what: 'preferences', from: preferencesDir, to: readOption(given, 'to-preferences') },
    { what: 'published files', from: publishDir, to: readOption(given, 'to-publish') },
  ]
  return asked.flatMap(({ to, ...rest }) => (to === undefined ? [] : [{ ...rest, to }]))
}

function copyDirectory(run: CopyRun, { what, from, to }: CopiedDirectory): void {
  const { defaultPermissions, defaultDirPermissions, recipientDelimiter, localPartCase } = run.world.configuration
  const counts = copyFiles({
    from,
    to,
    replaces: run.replaces,
    permissions: { file: defaultPermissions, directory: defaultDirPermissions },
    addresses: { recipientDelimiter, localPartCase },
    tell: makeTell(run, what),
  })
  run.counts.set(what, counts)
}

/** The count check: what FROM holds, and what of it is the same in TO, read again. */
function report({ counts, failures, waiting, world, outboxHint }: CopyRun): ExitCode {
  let isComplete = true
  for (const [what, { from: all, to: same }] of counts) {
    if (all !== same) isComplete = false
    if (all > 0 || what === 'users') world.write(`${what}: ${same} of ${all} are the same in TO\n`)
  }
  if (waiting.count > 0)
    world.say(
      `note: ${waiting.count} answers wait in the outbox of FROM and stay there, so that none goes out twice; ${outboxHint}`,
    )
  if (failures.count > 0) world.say(`${failures.count} things were left out; each is named above`)
  if (isComplete && failures.count === 0) return exitCode.done
  world.write('not all of it was copied\n')
  return exitCode.found
}

function makeTell({ failures, world }: CopyRun, what: string): (reason: string) => void {
  return (reason) => {
    failures.count += 1
    world.say(showLine(`${what}: ${reason}`))
  }
}

/** One user's trouble must not cost the others theirs. */
async function attempt(tell: (reason: string) => void, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const reason = error instanceof TemporaryFailure ? error.message : describeSystemError(error)
    if (reason === undefined) throw error
    tell(reason)
  }
}

function count({ counts }: CopyRun, side: 'from' | 'to', added: UserCounts): void {
  for (const [what, number] of Object.entries(added)) {
    const known = counts.get(what) ?? { from: 0, to: 0 }
    counts.set(what, { ...known, [side]: known[side] + number })
  }
}
