import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Store } from '../../src/store/store.ts'
import { describeStore, now } from './contract.ts'

describeStore('file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'imip-agent-store-'))
  const opened: Store[] = []
  const open = (): Store => {
    const store = openFileStore({ directory: join(directory, 'store'), now: () => now })
    opened.push(store)
    return store
  }
  return {
    store: open(),
    reopen: open,
    remove: async () => {
      for (const store of opened) await store.close()
      rmSync(directory, { recursive: true })
    },
  }
})
