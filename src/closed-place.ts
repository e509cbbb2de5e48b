// What everybody may write to is not used: whoever may write there decides about everybody's time.
import { statSync } from 'node:fs'

const everybodyWrites = 0o002
/** Of a folder: what is in it only its owner may replace. */
const sticky = 0o1000

/** The reason why a place cannot be used; nothing where it is closed to strangers, or not there yet. */
export function findOpenPlace(path: string): string | undefined {
  return ((readMode(path) ?? 0) & everybodyWrites) === 0 ? undefined : describe(path)
}

/** The same of a folder in which strangers may have files of their own, as long as they leave those of others alone. */
export function findOpenFolder(path: string): string | undefined {
  const mode = readMode(path) ?? 0
  return (mode & everybodyWrites) === 0 || (mode & sticky) !== 0 ? undefined : describe(path)
}

function describe(path: string): string {
  return `${path}: everybody may write to it; chmod o-w ${path}`
}

function readMode(path: string): number | undefined {
  try {
    const found = statSync(path)
    // `-c /dev/null` is a configuration without a word.
    return found.isFile() || found.isDirectory() ? found.mode : undefined
  } catch {
    return undefined
  }
}
