// What others have told of their free/busy, a file for each of them: `freebusy-other/SENDER` in a user's room.
import { join } from 'node:path'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { encodeFileName } from '../../file-names.ts'
import type { OthersFreeBusy } from '../../freebusy/others.ts'
import { parseOthers, serializeOthers } from '../others-text.ts'
import type { StoreChange, TellDamage } from '../store.ts'
import { compareText } from '../stored-uid.ts'
import { listFiles, readFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import { makeDamage, type Room, type StoreFiles } from './store-files.ts'
import { readOrTell } from './tell-damage.ts'

const directory = 'freebusy-other'

export function readStoredOthers(files: StoreFiles, room: Room, sender: CalendarAddress): OthersFreeBusy | undefined {
  return readOthersFile(files, join(room.path, directory, encodeFileName(sender)))
}

/** By sender. */
export function readAllOthers(files: StoreFiles, room: Room, tell?: TellDamage): readonly OthersFreeBusy[] {
  const names = readOrTell(tell, () => listFiles(files, join(room.path, directory))) ?? []
  return names
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => readOrTell(tell, () => readOthersFile(files, join(room.path, directory, name))) ?? [])
    .sort((a, b) => compareText(a.sender, b.sender))
}

/** Of one sender the last change counts. */
export function planOthersChange(changes: readonly StoreChange[]): readonly Operation[] {
  return [...listRecorded(changes).values()].map((others) => planOthers(others.sender, others))
}

export function listTellers(changes: readonly StoreChange[]): readonly CalendarAddress[] {
  return [...listRecorded(changes).keys()]
}

/** Nothing is left where there is nothing. */
export function planOthers(sender: CalendarAddress, others: OthersFreeBusy | undefined): Operation {
  const path = `${directory}/${encodeFileName(sender)}`
  return others ? { kind: 'put', path, bytes: Buffer.from(serializeOthers(others)) } : { kind: 'drop', path }
}

function listRecorded(changes: readonly StoreChange[]): ReadonlyMap<CalendarAddress, OthersFreeBusy> {
  const recorded = new Map<CalendarAddress, OthersFreeBusy>()
  for (const change of changes) {
    if ('effect' in change && change.effect.kind === 'record-others')
      recorded.set(change.effect.others.sender, change.effect.others)
  }
  return recorded
}

function readOthersFile(files: StoreFiles, path: string): OthersFreeBusy | undefined {
  const bytes = readFile(files, path)
  if (!bytes) return undefined
  const others = parseOthers(bytes.toString('utf8'))
  if (!others) throw makeDamage(path, 'it is no free/busy of another as we write it')
  return others
}
