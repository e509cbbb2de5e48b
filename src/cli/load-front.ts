// The one place where the front bundle is loaded.
import { loadBundle } from './code-cache.ts'
import type * as Front from './front.ts'

export function loadFront(): typeof Front {
  return loadBundle(import.meta.dirname, 'front') as typeof Front
}
