// The one place where the large bundle is loaded: everything that knows calendars.
import type * as AgentBundle from './agent-bundle.ts'
import { loadBundle } from './code-cache.ts'

export function loadSteps(): typeof AgentBundle {
  return loadBundle(import.meta.dirname, 'agent') as typeof AgentBundle
}
