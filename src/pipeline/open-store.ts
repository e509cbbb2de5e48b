// The store that the configuration names.
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { Configuration } from '../config/options.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'

export function openConfiguredStore(
  configuration: Configuration,
  surroundings: {
    readonly now: () => Instant
    readonly zones: ZoneTables
    readonly warn: (text: string) => void
    /** Of a long-lived program: others are served while the disk is waited for. */
    readonly waiting?: 'meanwhile'
  },
): Store {
  return openStore({
    type: configuration.storeType,
    directory: configuration.storeDir,
    journal: configuration.journalDir,
    now: surroundings.now,
    zoneVersion: surroundings.zones.version,
    warn: surroundings.warn,
    ...(surroundings.waiting ? { waiting: surroundings.waiting } : {}),
    lockTimeout: configuration.lockTimeout,
    permissions: { file: configuration.defaultPermissions, directory: configuration.defaultDirPermissions },
  })
}
