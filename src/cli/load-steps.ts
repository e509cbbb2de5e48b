// The one place where the large bundle is loaded: everything that knows calendars.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as AgentBundle from './agent-bundle.ts'
import { loadBundle } from './code-cache.ts'

export function loadSteps(): typeof AgentBundle {
  return loadBundle(dirname(readOwnPath()), 'agent') as typeof AgentBundle
}

/** In a bundle `import.meta.url` is the file's path already. */
function readOwnPath(): string {
  return import.meta.url.startsWith('file:') ? fileURLToPath(import.meta.url) : import.meta.url
}
