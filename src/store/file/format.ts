// STORE/FORMAT: which form the files of a store have; a newer one is left alone.
import { join } from 'node:path'
import { TemporaryFailure } from '../../failure.ts'
import { listFiles, readFile, replaceFile } from './file-access.ts'
import type { StoreFiles } from './store-files.ts'

/** Raised when an older program would misread what a newer one writes. */
const format = 1

/** Nothing where there is no store yet. */
export function isFormatKnown(files: StoreFiles): boolean {
  const path = join(files.root, 'FORMAT')
  const text = readFile(files, path)?.toString('latin1')
  if (text === undefined) return false
  const found = /^format (\d{1,6})$/m.exec(text)?.[1]
  if (found === undefined) throw new TemporaryFailure(`${path} names no format: it should say "format ${format}"`)
  if (Number(found) > format) {
    throw new TemporaryFailure(
      `the store ${files.root} has format ${found}, this imip-agent knows up to ${format}: it needs a newer imip-agent`,
    )
  }
  return true
}

/** Under a lock. `zoneVersion`: of the zone data by which the bookings of this store are in UTC. */
export function writeFormat(files: StoreFiles, zoneVersion: string): void {
  if (isFormatKnown(files)) return
  // Without FORMAT but with rooms it is somebody else's: the predecessor's, or half of a copy.
  const strange = listFiles(files, files.root).find((name) => !name.startsWith('.'))
  if (strange !== undefined) {
    throw new TemporaryFailure(`${files.root} is no store of ours: it has no FORMAT, but ${strange}`)
  }
  const text = `format ${format}\nzones ${zoneVersion}\n`
  replaceFile(files, join(files.root, 'FORMAT'), Buffer.from(text), 'sync')
}
