// A quota's files in its room of the journal: who may hold how much, what each resource has given to whom, and when.
import { join } from 'node:path'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import type { Instant } from '../../calendar/time.ts'
import { encodeFileName } from '../../file-names.ts'
import { noCharges, type QuotaCharges, type QuotaSettings, type Reservation } from '../../freebusy/quota.ts'
import {
  parseCharges,
  parseDelegates,
  parseGroups,
  parseLimits,
  parseReservation,
  serializeCharges,
  serializeDelegates,
  serializeGroups,
  serializeLimits,
  serializeReservation,
} from '../quota-text.ts'
import type { QuotaChange, StoredQuota, TellDamage } from '../store.ts'
import {
  type ChargesName,
  changeQuota,
  emptySettings,
  listQuotaLines,
  makeReservationKey,
  type QuotaContents,
} from '../stored-quota.ts'
import { compareText } from '../stored-uid.ts'
import { listFiles, readFile } from './file-access.ts'
import type { AnyOpenRoom, PlannedChange } from './open-room.ts'
import type { Operation } from './operation.ts'
import { planScheduleChange } from './schedule.ts'
import { makeDamage, type QuotaRoom, type StoreFiles } from './store-files.ts'
import { readOrTell } from './tell-damage.ts'

export interface OpenQuota extends AnyOpenRoom {
  readonly room: QuotaRoom
}

export function readContents(files: StoreFiles, { room, log }: OpenQuota): QuotaContents {
  return {
    readSettings: () => (log ? readSettings(files, room) : undefined),
    readReservation: (key) => (log ? readReservation(files, room, `reservations/${encodeFileName(key)}`) : undefined),
    readCharges: (name) =>
      (log ? readCharges(files, room, nameChargesFile(name), name)?.charges : undefined) ?? noCharges,
  }
}

export function readWholeQuota(
  files: StoreFiles,
  { room, log }: OpenQuota,
  tell?: TellDamage,
): StoredQuota | undefined {
  if (!log) return undefined
  const names = readOrTell(tell, () => listNames(files, join(room.path, 'reservations'))) ?? []
  return {
    group: room.group,
    settings: readOrTell(tell, () => readSettings(files, room)) ?? emptySettings,
    reservations: names
      .flatMap((name) => readOrTell(tell, () => readReservation(files, room, `reservations/${name}`)) ?? [])
      .sort((a, b) => compareText(makeReservationKey(a.resource, a.uid), makeReservationKey(b.resource, b.uid))),
    holders: readAllCharges(files, room, 'journal', tell),
    given: readAllCharges(files, room, 'use', tell) as ReadonlyMap<CalendarAddress, QuotaCharges>,
  }
}

/** What a transaction's changes mean for the files of one quota. */
export function planQuotaChange(
  files: StoreFiles,
  open: OpenQuota,
  changes: readonly QuotaChange[],
  now: Instant,
): PlannedChange {
  const contents = readContents(files, open)
  const changed = changeQuota(contents, changes, now)
  const operations: Operation[] = []
  if (changed.settings) operations.push(...planSettings(changed.settings))
  const released: string[] = []
  const booked: string[] = []
  for (const [key, after] of changed.reservations) {
    const before = contents.readReservation(key)
    const path = `reservations/${encodeFileName(key)}`
    const linesBefore = before ? listQuotaLines(before).map(({ line }) => line) : []
    const linesAfter = after ? listQuotaLines(after).map(({ line }) => line) : []
    released.push(...linesBefore.filter((line) => !linesAfter.includes(line)))
    booked.push(...linesAfter.filter((line) => !linesBefore.includes(line)))
    if (after) operations.push({ kind: 'put', path, bytes: Buffer.from(serializeReservation(after)) })
    else if (before) operations.push({ kind: 'drop', path })
  }
  const schedule = planScheduleChange({ files, room: open.room, buckets: open.buckets }, released, booked)
  operations.push(...schedule.operations)
  for (const [name, charges] of changed.charges) {
    const path = nameChargesFile(name)
    if (charges.size > 0)
      operations.push({ kind: 'put', path, bytes: Buffer.from(serializeCharges(readChargesOwner(name), charges)) })
    else if (contents.readCharges(name).size > 0) operations.push({ kind: 'drop', path })
  }
  return { operations, buckets: schedule.buckets }
}

function planSettings(settings: QuotaSettings): readonly Operation[] {
  const texts: readonly (readonly [string, string])[] = [
    ['limits', serializeLimits(settings.limits)],
    ['groups', serializeGroups(settings.groups)],
    ['delegates', serializeDelegates(settings.delegates)],
  ]
  return texts.map(([path, text]) => ({ kind: 'put', path, bytes: Buffer.from(text) }))
}

function readSettings(files: StoreFiles, room: QuotaRoom): QuotaSettings {
  return {
    limits: readText(files, room, 'limits', parseLimits) ?? emptySettings.limits,
    groups: readText(files, room, 'groups', parseGroups) ?? emptySettings.groups,
    delegates: readText(files, room, 'delegates', parseDelegates) ?? emptySettings.delegates,
  }
}

function readReservation(files: StoreFiles, room: QuotaRoom, path: string): Reservation | undefined {
  return readText(files, room, path, parseReservation)
}

function readCharges(
  files: StoreFiles,
  room: QuotaRoom,
  path: string,
  name: ChargesName | undefined,
): { readonly name: string; readonly charges: QuotaCharges } | undefined {
  const found = readText(files, room, path, parseCharges)
  if (found && name !== undefined && found.name !== readChargesOwner(name))
    throw makeDamage(join(room.path, path), 'it is about somebody else')
  return found
}

function readAllCharges(
  files: StoreFiles,
  room: QuotaRoom,
  directory: 'journal' | 'use',
  tell: TellDamage | undefined,
): ReadonlyMap<string, QuotaCharges> {
  const names = readOrTell(tell, () => listNames(files, join(room.path, directory))) ?? []
  const all = names
    .flatMap((name) => readOrTell(tell, () => readCharges(files, room, `${directory}/${name}`, undefined)) ?? [])
    .sort((a, b) => compareText(a.name, b.name))
  return new Map(all.map(({ name, charges }) => [name, charges]))
}

function readText<Content>(
  files: StoreFiles,
  room: QuotaRoom,
  path: string,
  parse: (text: string) => Content | undefined,
): Content | undefined {
  const bytes = readFile(files, join(room.path, path))
  if (!bytes) return undefined
  const content = parse(bytes.toString('utf8'))
  if (content === undefined) throw makeDamage(join(room.path, path), 'it is not as we write it')
  return content
}

function nameChargesFile(name: ChargesName): string {
  const [directory = ''] = name.split('/', 1)
  return `${directory}/${encodeFileName(readChargesOwner(name))}`
}

function readChargesOwner(name: ChargesName): string {
  return name.slice(name.indexOf('/') + 1)
}

function listNames(files: StoreFiles, path: string): readonly string[] {
  return listFiles(files, path).filter((name) => !name.startsWith('.'))
}
