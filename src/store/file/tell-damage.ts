// Reading on where something is damaged or closed to us, for those who bring what is left into safety.
import { TemporaryFailure } from '../../failure.ts'
import type { TellDamage } from '../store.ts'
import { onDisk } from './on-disk.ts'

/** What cannot be read is told and is nothing; without `tell` it is a failure. */
export function readOrTell<Content>(tell: TellDamage | undefined, read: () => Content): Content | undefined {
  if (!tell) return read()
  try {
    return onDisk(read)
  } catch (error) {
    if (!(error instanceof TemporaryFailure)) throw error
    tell(error.message)
    return undefined
  }
}
