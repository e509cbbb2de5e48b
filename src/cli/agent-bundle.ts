// What dist/agent.cjs offers the small programs.
export { openConfiguredStore as openStore } from '../pipeline/open-store.ts'
export { steps } from '../pipeline/steps.ts'
export { loadSystemZones } from '../zones/system-zones.ts'
