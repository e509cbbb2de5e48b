// Opens the store that the settings name.
import type { Instant } from '../calendar/time.ts'
import { TemporaryFailure } from '../failure.ts'
import { type FileStoreOptions, openFileStore } from './file/store.ts'
import type { Store } from './store.ts'

export interface StoreOptions extends Omit<FileStoreOptions, 'now'> {
  readonly type: 'file' | 'postgresql'
  /** When mails are put into the outbox; without it, the machine's clock. */
  readonly now?: () => Instant
}

export function openStore({ type, now = readClock, ...options }: StoreOptions): Store {
  if (type !== 'file') throw new TemporaryFailure(`the store type ${type} is not there yet; store_type = "file" is`)
  return openFileStore({ ...options, now })
}

function readClock(): Instant {
  return Math.floor(Date.now() / 1000)
}
