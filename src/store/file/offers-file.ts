// The times held for open proposals, a line each as in a bucket of the schedule: `freebusy-offers` in a user's room.
import { join } from 'node:path'
import type { Instant } from '../../calendar/time.ts'
import { parseBooking } from '../booking-text.ts'
import type { StoreChange } from '../store.ts'
import { applyToOffers, withoutExpired } from '../stored-offers.ts'
import type { StoredBooking } from '../stored-uid.ts'
import { readFile } from './file-access.ts'
import type { Operation } from './operation.ts'
import { makeDamage, type Room, type StoreFiles } from './store-files.ts'

const name = 'freebusy-offers'
const firstLine = 'imip-agent offers 1'

/** Expired ones too, as long as nothing was written since. */
export function readStoredOffers(files: StoreFiles, room: Room): readonly StoredBooking[] {
  const path = join(room.path, name)
  const bytes = readFile(files, path)
  if (!bytes) return []
  const [first, ...lines] = bytes.toString('utf8').split('\n')
  const written = lines.filter((line) => line !== '')
  const offers = written.flatMap((line) => {
    const booking = parseBooking(line)
    return booking ? [{ line, booking }] : []
  })
  if (first !== firstLine || offers.length !== written.length) throw makeDamage(path, 'a line is no offer')
  return offers
}

/** With whatever else is written, what has expired goes, too. */
export function planOffersChange(
  before: readonly StoredBooking[],
  changes: readonly StoreChange[],
  now: Instant,
): readonly Operation[] {
  let after = withoutExpired(before, now)
  for (const change of changes) if ('effect' in change) after = applyToOffers(after, change.effect)
  if (after.length === before.length && after.every((offer, index) => offer.line === before[index]?.line)) return []
  if (after.length === 0) return [{ kind: 'drop', path: name }]
  const text = `${[firstLine, ...after.map(({ line }) => line)].join('\n')}\n`
  return [{ kind: 'put', path: name, bytes: Buffer.from(text) }]
}
