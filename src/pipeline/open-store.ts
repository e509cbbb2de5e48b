// The store that the configuration names.
import type { Configuration } from '../config/options.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'

export function openConfiguredStore(configuration: Configuration): Store {
  return openStore({
    type: configuration.storeType,
    directory: configuration.storeDir,
    lockTimeout: configuration.lockTimeout,
    permissions: { file: configuration.defaultPermissions, directory: configuration.defaultDirPermissions },
  })
}
