// The one place where the large bundle is loaded: everything that knows calendars.
import type * as AgentBundle from './agent-bundle.ts'
import { loadBundle } from './code-cache.ts'

let loaded: typeof AgentBundle | undefined

export function loadSteps(): typeof AgentBundle {
  loaded ??= loadBundle(import.meta.dirname, 'agent') as typeof AgentBundle
  return loaded
}

/** For a program that has the bundle already: the rehearsal before a code cache is made. */
export function keepSteps(bundle: typeof AgentBundle): void {
  loaded = bundle
}
