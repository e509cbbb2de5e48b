// Opens the store that copy-store reads: ours, or the predecessor's, told apart by the file FORMAT.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openConfiguredStore } from '../pipeline/open-store.ts'
import type { AdminWorld } from './admin-world.ts'
import { isDirectory, type StorePlace } from './copy-store-places.ts'
import { type CopySource, makeStoreSource } from './copy-store-source.ts'
import { makePredecessorSource } from './predecessor-source.ts'
import { Trouble } from './trouble.ts'

export function openSource(place: StorePlace, world: AdminWorld): CopySource {
  const { storeType, storeDir } = place
  // Who only reads makes no store.
  if (storeType === 'file' && !isDirectory(storeDir)) throw new Trouble(`${storeDir}: there is no such store`)
  if (storeType === 'file' && !existsSync(join(storeDir, 'FORMAT'))) return makePredecessorSource(place, world)
  const store = openConfiguredStore(
    { ...world.configuration, ...place },
    { now: world.now, zones: world.loadZones(), warn: (text) => world.say(`note: ${text}`) },
  )
  return makeStoreSource(store)
}
