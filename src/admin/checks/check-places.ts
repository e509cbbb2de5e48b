// Directories: there, ours, and closed to strangers.
import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { findKeyPath, readKeyFile } from '../../pipeline/answer-key.ts'
import type { AdminWorld } from '../admin-world.ts'
import { describeSystemError } from '../system-error.ts'
import { type Finding, makeOk, makeUnseen, makeWrong } from './finding.ts'

export function checkPlaces({ configuration }: AdminWorld): readonly Finding[] {
  const { storeDir, preferencesDir, journalDir, publishDir, log } = configuration
  const owner = readOwner(storeDir)
  return [
    checkPlace('store', storeDir, { writes: true, owner: undefined }),
    checkPlace('preferences', preferencesDir, { writes: false, owner: undefined }),
    checkPlace('journal', journalDir, { writes: true, owner }),
    checkPlace('publish', publishDir, { writes: true, owner }),
    checkKey(configuration),
    ...(log.startsWith('/') ? [checkPlace('log', dirname(log), { writes: true, owner })] : []),
  ]
}

function checkKey(configuration: AdminWorld['configuration']): Finding {
  const path = findKeyPath(configuration)
  const file = readKeyFile(path)
  if (file.kind === 'unusable') return makeWrong('answer key', `${path}: ${file.reason}; no answer is signed`)
  return file.kind === 'key'
    ? makeOk('answer key', path)
    : makeUnseen('answer key', `${path}: is not there; "imip-admin init" makes it`)
}

interface Wanted {
  readonly writes: boolean
  /** The user the store belongs to: whatever the agents write to must be theirs. */
  readonly owner: number | undefined
}

function checkPlace(what: string, path: string, { writes, owner }: Wanted): Finding {
  try {
    const { mode, uid } = statSync(path)
    // Whoever may write here decides for everybody's schedule.
    if ((mode & 0o002) !== 0) return makeWrong(what, `${path}: everybody may write to it; chmod o-w ${path}`)
    if (owner !== undefined && owner !== uid)
      return makeWrong(what, `${path}: belongs to user ${uid}, the store to ${owner}; chown it`)
    accessSync(path, writes ? constants.R_OK | constants.W_OK | constants.X_OK : constants.R_OK | constants.X_OK)
    return makeOk(what, path)
  } catch (error) {
    const reason = describeSystemError(error) ?? String(error)
    return makeWrong(what, `${reason}; "imip-admin init" makes what is missing`)
  }
}

function readOwner(path: string): number | undefined {
  try {
    return statSync(path).uid
  } catch {
    return undefined
  }
}
