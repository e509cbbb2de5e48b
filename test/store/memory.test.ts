import { makeMemoryStore } from '../../src/store/memory/store.ts'
import { describeStore, now } from './contract.ts'

describeStore('memory', async () => {
  const store = makeMemoryStore({ now: () => now })
  return { store, reopen: () => store, remove: async () => {} }
})
