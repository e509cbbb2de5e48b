// The store in files: a directory a user, a log a directory, files that people can read. docs/store.md tells all of it.
import { createHash, randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Verdict } from '../../agents/verdict.ts'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import type { Instant } from '../../calendar/time.ts'
import { findOpenPlace } from '../../closed-place.ts'
import { TemporaryFailure } from '../../failure.ts'
import type { QuotaGroup } from '../../freebusy/quota.ts'
import { compareWaiting } from '../../itip/waiting.ts'
import { findSpan } from '../booking-span.ts'
import { addExpired, type Day, endMonth, nameDay, nameDayAfter, nothingExpired } from '../expired.ts'
import { checkNamed, orderLocks, orderNames } from '../lock-order.ts'
import type {
  AgeRules,
  ExpiredUser,
  OutboxEntry,
  Store,
  StoreChange,
  StoredUser,
  StoreReader,
  TellDamage,
  UserChange,
} from '../store.ts'
import { listOffersNear, withOffers, withoutExpired } from '../stored-offers.ts'
import { makeReservationKey, nameGiven, nameHolder, readQuotaBooking } from '../stored-quota.ts'
import { compareBookings, compareText, type StoredBooking } from '../stored-uid.ts'
import { type BucketCache, makeBucketCache } from './bucket-cache.ts'
import { defaultLongestLog, longestLogMeanwhile, makeCheckpoint } from './checkpoint.ts'
import { commitChanges, commitNote } from './commit.ts'
import {
  addToDue,
  addToDueAgain,
  listDueAgain,
  listDueRooms,
  readDueState,
  settleDue,
  settleDueAgain,
  writeDueState,
} from './due-index.ts'
import { appendAllDue } from './due-list.ts'
import { findNextExpiry, planExpiry } from './expiry.ts'
import { closeQuietly, listFiles, makeDirectories, type Permissions, syncFile } from './file-access.ts'
import { type FileSystem, makeNodeFileSystem, type Waiting } from './file-system.ts'
import { isFormatKnown, writeFormat } from './format.ts'
import { type Locks, makeLockFile, makeLocks, type Wait } from './lock.ts'
import { createLog, type RoomLog } from './log.ts'
import { bootWidth } from './log-text.ts'
import { onDisk, onDiskLater } from './on-disk.ts'
import {
  type AnyOpenRoom,
  type OpenRoom,
  openRoom,
  openUserRoom,
  type PlannedChange,
  planChange,
  readRoomOffers,
  readRoomWaiting,
  readUid,
} from './open-room.ts'
import type { Operation } from './operation.ts'
import { readAllOthers, readStoredOthers } from './others-files.ts'
import {
  addToIndex,
  isIndexComplete,
  listIndex,
  listOutbox,
  planAttempt,
  planSent,
  readOutboxEntry,
  removeFromIndex,
  setIndexComplete,
} from './outbox.ts'
import { type OpenQuota, planQuotaChange, readContents, readWholeQuota } from './quota-files.ts'
import { planScheduleAnew, readScheduleEnd, readScheduleWindow } from './schedule.ts'
import { makeSiteVerdicts } from './site-verdicts.ts'
import {
  findQuotaRoom,
  findRoom,
  logPath,
  type Room,
  readRoomQuota,
  readRoomUser,
  type StoreFiles,
} from './store-files.ts'
import { makeSyncAhead, type SyncAhead } from './sync-ahead.ts'
import { readOrTell } from './tell-damage.ts'
import { listBookedLines, listStoredUids, readStoredUids } from './uid-files.ts'
import { appendVerdict, readVerdictFiles, removeOldVerdicts } from './verdicts.ts'

export interface FileStoreOptions {
  readonly directory: string
  /** Where the journals of quotas lie; without it, `journal` beside the store. Always the same for one store. */
  readonly journal?: string
  readonly now: () => Instant
  /** Version of the zone data by which times are made UTC; named in FORMAT. */
  readonly zoneVersion?: string
  /** Seconds until a lock that others have is a failure. */
  readonly lockTimeout?: number
  /** Modes of what is made; the umask does not count. */
  readonly permissions?: Permissions
  /** The native module of the lock, where it is not found beside the program. */
  readonly lockModule?: string
  readonly warn?: (text: string) => void
  readonly wait?: Wait
  readonly fileSystem?: FileSystem
  /** Whether the program has other things to do while the disk is waited for. */
  readonly waiting?: Waiting
  /** Sixteen hexadecimal characters that nobody can guess. */
  readonly makeNonce?: () => string
  /** Bytes after which a log is started anew. */
  readonly longestLog?: number
}

/** Group and setgid: mail system, web server and administrator share the store by its group. */
const defaultPermissions: Permissions = { directory: 0o2770, file: 0o660 }

/** Long enough for a checkpoint on a slow disk, short enough for a mail system that waits. */
const defaultLockTimeout = 60

export function openFileStore(options: FileStoreOptions): Store {
  const system = options.fileSystem ?? makeNodeFileSystem(options.lockModule, options.waiting)
  const makeNonce = options.makeNonce ?? (() => randomBytes(8).toString('hex'))
  const { now, zoneVersion = 'unknown' } = options
  const kept: Kept = {
    cache: makeBucketCache(),
    ahead: options.waiting === 'meanwhile' ? makeSyncAhead() : undefined,
  }
  const { cache } = kept
  const readSiteVerdicts = makeSiteVerdicts()
  let prepared: Promise<PreparedStore> | undefined

  /** The store, looked at when it is first needed, and again if it could not be used then. */
  function prepare(): Promise<PreparedStore> {
    prepared ??= makePrepared().catch((error: unknown) => {
      prepared = undefined
      throw error
    })
    return prepared
  }

  async function makePrepared(): Promise<PreparedStore> {
    const open = findOpenPlace(options.directory) ?? (options.journal && findOpenPlace(options.journal))
    if (open) throw new TemporaryFailure(open)
    const files = onDisk(() => makeFiles(options, system, makeNonce))
    const wait: Wait = options.wait ?? ((milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }))
    const locks = makeLocks(files, { timeout: options.lockTimeout ?? defaultLockTimeout, wait })
    const isKnown = onDisk(() => isFormatKnown(files))
    if (!isKnown) onDisk(() => makeRoot(files))
    onDisk(() => makeLockFile(files))
    const there = { ...files, system: keepFromBeginningAnew(system, files.root) }
    if (!isKnown) {
      await locks.withLocks(['the format'], async () => onDisk(() => writeFormat(files, zoneVersion)))
    }
    return { files: there, locks }
  }

  async function withRooms<Result>(
    users: readonly CalendarAddress[],
    groups: readonly QuotaGroup[],
    work: (files: StoreFiles, rooms: Rooms) => Promise<Result>,
  ): Promise<Result> {
    const { files, locks } = await prepare()
    return locks.withLocks(orderLocks(users, groups), async () => {
      const rooms: Rooms = { users: new Map(), quotas: new Map() }
      try {
        onDisk(() => {
          for (const group of orderNames(groups)) {
            const room = findQuotaRoom(files, group)
            rooms.quotas.set(group, { ...openRoom(files, cache, room), room })
          }
          for (const user of orderNames(users)) rooms.users.set(user, openUserRoom(files, cache, findRoom(files, user)))
        })
        return await work(files, rooms)
      } finally {
        for (const { log } of listRooms(rooms)) if (log) closeQuietly(system, log.file)
        // A reader that is kept must not read without the lock.
        rooms.users.clear()
        rooms.quotas.clear()
      }
    })
  }

  const withRoom = <Result>(
    user: CalendarAddress,
    work: (files: StoreFiles, open: OpenRoom, rooms: Rooms) => Promise<Result>,
  ): Promise<Result> =>
    withRooms([user], [], async (files, rooms) => {
      const open = rooms.users.get(user)
      if (!open) throw new Error(`${user} was not opened`)
      return work(files, open, rooms)
    })

  /** Forgets sent mails and counts attempts, under the room's lock but without waiting for the disk. */
  const note = (user: CalendarAddress, operation: Operation): Promise<void> =>
    withRoom(user, async (files, { room, log, buckets }) =>
      onDisk(() => {
        if (!log) return
        cache.keep(room, commitNote(files, room, log, [operation]), buckets)
      }),
    )

  return {
    transact: (users, groups, work) =>
      withRooms(users, groups, async (files, rooms) => {
        const reader = makeReader(files, rooms, now)
        const transaction = await work(reader)
        const { changes, result, done = [] } = transaction
        checkNamed(changes, rooms.users, rooms.quotas)
        await onDiskLater(() => commit(files, kept, rooms, changes, now()))
        onDisk(() => {
          for (const { user, task, next } of done) {
            const day = next === undefined ? undefined : nameDayAfter(next, now())
            settleDue(files, task, findRoom(files, user), nameDay(now()), day)
          }
        })
        return result
      }),

    readUser: (user, tell) => withRoom(user, async (files, open) => onDisk(() => readWholeUser(files, open, tell))),

    async *listUsers() {
      const { files } = await prepare()
      yield* onDisk(() => listAnyUsers(files))
    },

    async *listQuotas() {
      const { files } = await prepare()
      yield* onDisk(() => listRoomQuotas(files))
    },

    readWholeQuota: (group, tell) =>
      withRooms([], [group], async (files, rooms) => {
        const open = rooms.quotas.get(group)
        return open && onDisk(() => readWholeQuota(files, open, tell))
      }),

    async makeReady() {
      await prepare()
    },

    makeRoom: (user) =>
      withRoom(user, async (files, open, rooms) => {
        if (open.log) return
        // Whoever publishes is to have a file though nothing is booked.
        onDisk(() => addToDue(files, nameDay(now()), open.room))
        rooms.users.set(user, { ...open, log: await onDiskLater(() => createLog(files, open.room)) })
      }),

    async noteVerdict(verdict) {
      const { files } = await prepare()
      onDisk(() => noteVerdict(files, verdict))
    },

    async *readVerdicts(user, since) {
      const { files } = await prepare()
      if (user === undefined) yield* onDisk(() => readVerdictFiles(files, undefined, since))
      const users = user === undefined ? onDisk(() => listRoomUsers(files)) : [user]
      for (const each of users) {
        const own = onDisk(() => readVerdictFiles(files, findRoom(files, each), since))
        const all = user === undefined ? own : [...onDisk(() => readSiteVerdicts(files, user, since)), ...own]
        yield* all.toSorted((a, b) => a.at - b.at)
      }
    },

    async *readOutbox(user) {
      const { files } = await prepare()
      if (user !== undefined) {
        yield* await readEntries(user)
        return
      }
      const isComplete = onDisk(() => isIndexComplete(files))
      const users = onDisk(() =>
        isComplete ? listIndex(files).flatMap((id) => readRoomUser(files, id) ?? []) : listRoomUsers(files),
      )
      for (const each of orderNames(users)) yield* await readEntries(each)
      if (!isComplete) onDisk(() => setIndexComplete(files))
    },

    async flushOutbox(user, send) {
      const { files, locks } = await prepare()
      const room = findRoom(files, user)
      await locks.withLocks([`the outbox of ${user}`], async () => {
        // Under the room's lock, so that what was committed is there and what was sent does not come back.
        const names = await withRoom(user, async () => onDisk(() => listOutbox(files, room)))
        for (const name of names) {
          const entry = onDisk(() => readOutboxEntry(files, room, name))
          if (!entry) continue
          const outcome = await send(entry)
          await note(user, outcome === 'done' ? planSent(name) : planAttempt({ name, entry }))
        }
      })
    },

    async *listDue(task) {
      const { files, locks } = await prepare()
      await locks.withLocks(['the index of who is due'], async () => onDisk(() => trustDue(files)))
      const rooms = onDisk(() => listDueRooms(files, task, nameDay(now())))
      yield* orderNames(onDisk(() => rooms.flatMap((id) => readRoomUser(files, id) ?? [])))
    },

    async markDue(user, at) {
      const { files } = await prepare()
      onDisk(() => addToDue(files, nameDay(at), findRoom(files, user)))
    },

    async rebuildDue() {
      const { files } = await prepare()
      for (const user of onDisk(() => listRoomUsers(files))) {
        try {
          await makeAllDue(user)
        } catch (error) {
          if (!(error instanceof TemporaryFailure)) throw error
          onDisk(() => addToDueAgain(files, nameDay(now()), findRoom(files, user)))
        }
      }
      onDisk(() => writeDueState(files, zoneVersion))
    },

    async expireUser(user, rules) {
      for (let total = nothingExpired; ; ) {
        const { expired, isLeft } = await withRoom(user, (files, open, rooms) =>
          onDiskLater(() => expireRoom(files, rooms, open, rules)),
        )
        total = addExpired(total, expired)
        if (!isLeft) return total
      }
    },

    async expireVerdicts(age) {
      const { files } = await prepare()
      return onDisk(() => removeOldVerdicts(files, (month) => endMonth(month, age) <= now()))
    },

    checkSchedule: (user, how, tell) =>
      withRoom(user, async (files, open, rooms) => {
        const { room, log, buckets } = open
        if (!log) return []
        return onDiskLater(async () => {
          if (tell) readAllOthers(files, room, tell)
          const plan = planScheduleAnew({ files, room, buckets }, listBookedLines(files, room))
          if (how === 'mend' && plan.operations.length > 0)
            await commitPlans(files, kept, rooms, [{ open, own: [], plan }])
          return plan.differences
        })
      }),

    async close() {},
  }

  /** Everybody is due where the index may have lost somebody; all is looked at again where there is none, or the zone data is new. */
  function trustDue(files: StoreFiles): void {
    const state = readDueState(files)
    const today = nameDay(now())
    for (const id of listDueAgain(files)) {
      const user = readOrTell(ignore, () => readRoomUser(files, id))
      if (user !== undefined) makeDue(files, findRoom(files, user), today)
    }
    if (state?.boot === files.boot && state.zones === zoneVersion) return
    for (const user of listRoomUsers(files)) {
      const room = findRoom(files, user)
      if (state) addToDue(files, today, room)
      else makeDue(files, room, today)
    }
    writeDueState(files, zoneVersion)
  }

  /** One room that cannot be used costs the others nothing: whoever works on it hears of it, and it is tried again. */
  function makeDue(files: StoreFiles, room: Room, today: Day): void {
    const isDone = readOrTell(ignore, () => {
      appendAllDue(files, room)
      return true
    })
    if (isDone) settleDueAgain(files, room)
    else addToDueAgain(files, today, room)
    addToDue(files, today, room)
  }

  async function makeAllDue(user: CalendarAddress): Promise<void> {
    await withRoom(user, async (files, { room, log }) =>
      onDisk(() => {
        if (!log) return
        appendAllDue(files, room)
        settleDueAgain(files, room)
        addToDue(files, nameDay(now()), room)
      }),
    )
  }

  async function expireRoom(
    files: StoreFiles,
    rooms: Rooms,
    open: OpenRoom,
    rules: AgeRules,
  ): Promise<{ readonly expired: ExpiredUser; readonly isLeft: boolean }> {
    const { room } = open
    const { expired, isLeft, plan } = open.log
      ? planExpiry(files, open, rules, now())
      : { expired: nothingExpired, isLeft: false, plan: { operations: [], buckets: new Map() } }
    await commitPlans(files, kept, rooms, plan.operations.length === 0 ? [] : [{ open, own: [], plan }])
    if (!isLeft) settleDue(files, 'expire', room, nameDay(now()), findNextExpiry(files, room, rules, now()))
    return { expired, isLeft }
  }

  /** The outbox of a user, and the index brought into line with it. */
  function readEntries(user: CalendarAddress): Promise<readonly OutboxEntry[]> {
    return withRoom(user, async (files, { room }) =>
      onDisk(() => {
        const names = listOutbox(files, room)
        if (names.length > 0) addToIndex(files, room)
        else removeFromIndex(files, room)
        return names.flatMap((name) => readOutboxEntry(files, room, name) ?? [])
      }),
    )
  }
}

/** The rooms of a transaction, open under their locks, in the order of these. */
interface Rooms {
  readonly users: Map<CalendarAddress, OpenRoom>
  readonly quotas: Map<QuotaGroup, OpenQuota>
}

function listRooms({ users, quotas }: Rooms): readonly AnyOpenRoom[] {
  return [...quotas.values(), ...users.values()]
}

interface PreparedStore {
  readonly files: StoreFiles
  readonly locks: Locks
}

function makeFiles(options: FileStoreOptions, system: FileSystem, makeNonce: () => string): StoreFiles {
  // Where the system does not tell its boot, each opening counts as one, and all is applied again.
  const boot = system.readBootId() ?? makeNonce()
  return {
    system,
    permissions: options.permissions ?? defaultPermissions,
    root: options.directory,
    journal: options.journal ?? join(dirname(options.directory), 'journal'),
    boot: createHash('sha256').update(boot).digest('hex').slice(0, bootWidth),
    makeNonce,
    longestLog: options.longestLog ?? (options.waiting === 'meanwhile' ? longestLogMeanwhile : defaultLongestLog),
    warn: options.warn ?? (() => {}),
  }
}

/** A store that was there and is gone is away: not mounted, or moved. Nothing that is written to it may make an empty one in its place. */
function keepFromBeginningAnew(system: FileSystem, root: string): FileSystem {
  return {
    ...system,
    makeDirectory(path) {
      if (path !== root) return system.makeDirectory(path)
      const syscall = 'mkdir'
      throw Object.assign(new Error(`ENOENT: the store was there before, ${syscall} '${path}'`), {
        code: 'ENOENT',
        syscall,
        path,
      })
    },
  }
}

/** Synced even if it is there: whoever made it may have been killed before. */
function makeRoot(files: StoreFiles): void {
  makeDirectories(files, files.root)
  syncFile(files, join(files.root, '..'))
}

function makeReader(files: StoreFiles, rooms: Rooms, now: () => Instant): StoreReader {
  const find = (user: CalendarAddress): OpenRoom => {
    const open = rooms.users.get(user)
    if (!open) throw new Error(`${user} is not named in this transaction`)
    return open
  }
  const findQuota = (group: QuotaGroup): OpenQuota => {
    const open = rooms.quotas.get(group)
    if (!open) throw new Error(`the quota ${group} is not named in this transaction`)
    return open
  }
  const listOpenOffers = (open: OpenRoom): readonly StoredBooking[] =>
    withoutExpired(readRoomOffers(files, open), now())
  return {
    users: new Set(rooms.users.keys()),
    listUids: async (user) =>
      onDisk(() => {
        const { room, log } = find(user)
        return log ? listStoredUids(files, room).toSorted(compareText) : []
      }),
    readSeries: async (user, uid) => onDisk(() => readUid(files, find(user), uid).series),
    readBookings: async (user, uid) =>
      onDisk(() => readUid(files, find(user), uid).bookings.map(({ booking }) => booking)),
    readOffers: async (user) => onDisk(() => listOpenOffers(find(user)).map(({ booking }) => booking)),
    readWaiting: async (user) => onDisk(() => readRoomWaiting(files, find(user)).toSorted(compareWaiting)),
    readOthers: async (user, sender) =>
      onDisk(() => {
        const { room, log } = find(user)
        return log ? readStoredOthers(files, room, sender) : undefined
      }),
    readWindow: async (user, periods) =>
      onDisk(() => {
        const open = find(user)
        const { room, log, buckets } = open
        if (!log) return { covers: periods, single: [], recurring: [] }
        const window = readScheduleWindow({ files, room, buckets }, periods)
        return withOffers(window, listOffersNear(listOpenOffers(open), periods))
      }),
    readLastEnd: async (user) =>
      onDisk(() => {
        const open = find(user)
        const { room, log, buckets } = open
        if (!log) return Number.NEGATIVE_INFINITY
        const offers = listOpenOffers(open).map(({ booking }) => (booking.recurrence ? 0 : findSpan(booking).end))
        return Math.max(readScheduleEnd({ files, room, buckets }), ...offers)
      }),
    readQuotaLastEnd: async (group) =>
      onDisk(() => {
        const { room, log, buckets } = findQuota(group)
        return log ? readScheduleEnd({ files, room, buckets }) : Number.NEGATIVE_INFINITY
      }),
    readQuota: async (group) => onDisk(() => readContents(files, findQuota(group)).readSettings()),
    readHolder: async (group, holder) =>
      onDisk(() => readContents(files, findQuota(group)).readCharges(nameHolder(holder))),
    readGiven: async (group, resource) =>
      onDisk(() => readContents(files, findQuota(group)).readCharges(nameGiven(resource))),
    readReservation: async (group, resource, uid) =>
      onDisk(() => readContents(files, findQuota(group)).readReservation(makeReservationKey(resource, uid))),
    readQuotaWindow: async (group, periods) =>
      onDisk(() => {
        const { room, log, buckets } = findQuota(group)
        if (!log) return { covers: periods, single: [], recurring: [] }
        const { single, recurring } = readScheduleWindow({ files, room, buckets }, periods)
        return { covers: periods, single: single.map(readQuotaBooking), recurring: recurring.map(readQuotaBooking) }
      }),
  }
}

/** What a program keeps between transactions. */
interface Kept {
  readonly cache: BucketCache
  /** Where the program has other things to do while the disk is waited for. */
  readonly ahead: SyncAhead | undefined
}

/** Commits, lets the files follow, and starts new logs where the old ones have grown. */
async function commit(
  files: StoreFiles,
  kept: Kept,
  rooms: Rooms,
  changes: readonly StoreChange[],
  now: Instant,
): Promise<void> {
  const quotaPlans = [...rooms.quotas.values()].map((open) => {
    const own = changes.flatMap((change) =>
      'quota' in change && change.quota.group === open.room.group ? change.quota : [],
    )
    return { open, own: [], plan: planQuotaChange(files, open, own, now) }
  })
  const userPlans = [...rooms.users.values()].map((open) => {
    const own = changes.filter((change): change is UserChange => 'user' in change && change.user === open.room.user)
    return { open, own, plan: planChange(files, open, own, now) }
  })
  const isChanged = ({ plan }: RoomPlan): boolean => plan.operations.length > 0
  for (const { open } of userPlans.filter(isChanged)) addToDue(files, nameDay(now), open.room)
  // In the order of their locks.
  await commitPlans(files, kept, rooms, [...quotaPlans, ...userPlans].filter(isChanged))
  for (const { own, plan } of userPlans) {
    if (plan.operations.length > 0) continue
    for (const change of own) if ('verdict' in change) noteVerdict(files, change.verdict)
  }
}

interface RoomPlan {
  readonly open: AnyOpenRoom
  readonly own: readonly UserChange[]
  readonly plan: PlannedChange
}

async function commitPlans(
  files: StoreFiles,
  { cache, ahead }: Kept,
  rooms: Rooms,
  changed: readonly RoomPlan[],
): Promise<void> {
  try {
    for (const { open, own } of changed) if (own.some((change) => 'outgoing' in change)) addToIndex(files, open.room)
    const logs = await commitChanges(
      files,
      changed.map(({ open, plan }) => ({ room: open.room, log: open.log, operations: plan.operations })),
    )
    for (const [index, { open, plan }] of changed.entries()) {
      for (const [name, bucket] of plan.buckets) open.buckets.set(name, bucket)
      const log = logs[index]
      if (log) keepLog(rooms, open, log)
    }
  } catch (error) {
    for (const { open } of changed) cache.forget(open.room)
    throw error
  }
  for (const { open } of changed) await checkpoint(files, ahead, rooms, open)
  for (const { room, log, buckets } of listRooms(rooms)) if (log) cache.keep(room, log, buckets)
}

function keepLog(rooms: Rooms, { room }: AnyOpenRoom, log: RoomLog): void {
  for (const [user, open] of rooms.users) if (open.room.id === room.id) rooms.users.set(user, { ...open, log })
  for (const [group, open] of rooms.quotas) if (open.room.id === room.id) rooms.quotas.set(group, { ...open, log })
}

/** What is committed stays so: a checkpoint that fails is tried again with the next change. */
async function checkpoint(
  files: StoreFiles,
  ahead: SyncAhead | undefined,
  rooms: Rooms,
  { room }: AnyOpenRoom,
): Promise<void> {
  const log = listRooms(rooms).find((open) => open.room.id === room.id)?.log
  if (!log || log.size <= files.longestLog) return
  const synced = ahead?.ask(files, room, log) ?? 0
  // A disk that does not keep up must not let the log grow for ever.
  if (synced === 'under way' && log.size <= files.longestLog * 4) return
  const from = synced === 'under way' ? 0 : synced
  try {
    keepLog(rooms, { room, log, buckets: new Map() }, await onDiskLater(() => makeCheckpoint(files, room, log, from)))
  } catch (error) {
    if (!(error instanceof TemporaryFailure)) throw error
    files.warn(`the log of ${room.name} could not be started anew: ${error.message}`)
  }
}

function noteVerdict(files: StoreFiles, verdict: Verdict): void {
  const room = findRoom(files, verdict.user)
  appendVerdict(files, files.system.stat(logPath(room.path)) ? room : undefined, verdict, (begun) =>
    addToDue(files, nameDay(verdict.at), begun),
  )
}

function listRoomUsers(files: StoreFiles): readonly CalendarAddress[] {
  const isThere = (id: string) => files.system.stat(logPath(join(files.root, id))) !== undefined
  const users = listFiles(files, files.root)
    // Who works on a closed room hears that it is closed.
    .filter((id) => !id.startsWith('.') && (readOrTell(ignore, () => isThere(id)) ?? true))
    .flatMap((id) => readOrTell(ignore, () => readRoomUser(files, id)) ?? [])
  return orderNames(users)
}

/** What is wrong is told by whoever comes to the same place next. */
function ignore(): void {}

/** Those of damaged rooms, too: whoever opens one hears what is wrong with it. */
function listAnyUsers(files: StoreFiles): readonly CalendarAddress[] {
  const { system, root } = files
  const users = listFiles(files, root)
    .filter((id) => !id.startsWith('.') && isRoom(system, join(root, id)))
    .flatMap((id) => readRoomUser(files, id) ?? [])
  return orderNames(users)
}

function isRoom(system: FileSystem, path: string): boolean {
  try {
    return [logPath(path), join(path, 'objects')].some((part) => system.stat(part) !== undefined)
  } catch {
    // What may not be looked at is somebody's all the same.
    return true
  }
}

function listRoomQuotas(files: StoreFiles): readonly QuotaGroup[] {
  const groups = listFiles(files, files.journal)
    .filter((name) => !name.startsWith('.') && files.system.stat(logPath(join(files.journal, name))))
    .flatMap((name) => readRoomQuota(files, name) ?? [])
  return orderNames(groups)
}

function readWholeUser(files: StoreFiles, open: OpenRoom, tell?: TellDamage): StoredUser {
  const { room, log } = open
  const uids = log ? readStoredUids(files, room, tell).toSorted((a, b) => compareText(a.uid, b.uid)) : []
  return {
    user: room.user,
    series: uids.flatMap((stored) => stored.series ?? []),
    bookings: uids
      .flatMap((stored) => stored.bookings)
      .sort(compareBookings)
      .map(({ booking }) => booking),
    offers: (readOrTell(tell, () => readRoomOffers(files, open)) ?? []).map(({ booking }) => booking),
    requests: uids.flatMap((stored) => stored.requests),
    others: log ? readAllOthers(files, room, tell) : [],
  }
}
