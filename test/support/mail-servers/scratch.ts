// Scratch folders that programs of other users may enter, and that vanish with all servers in them, even if the test process is killed.

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface ScratchFolder {
  readonly path: string
  /** Has the process and its descendants ended, at the latest when the test process ends. */
  keepProcess(pid: number): void
  /** The process is gone; its number may be somebody else's. */
  forgetProcess(pid: number): void
  /** Ends all processes that are kept and removes the folder. */
  remove(): Promise<void>
}

/** True if any user may enter the folder, so that a mail server's user can reach what lies in it. */
export const isSearchableByOthers = (folder: string): boolean => {
  const parent = dirname(folder)
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isSearchableByOthers(parent))
}

// The folder's name is short because the path of a UNIX socket has at most 107 bytes.
const chooseParent = (): string => {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => isSearchableByOthers(folder) && folder.length < 40)
  if (parent === undefined)
    throw new Error('No folder for scratch files that all users may enter: make /tmp mode 1777.')
  return parent
}

export const makeScratchFolder = (): ScratchFolder => {
  const path = mkdtempSync(join(chooseParent(), 'imip-agent-'))
  chmodSync(path, 0o755)
  // Its own session: an interrupt from the terminal ends the test, and the keeper cleans up behind it.
  const keeper = spawn(join(import.meta.dirname, 'scratch-keeper.sh'), [path], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()))
  keeper.unref()
  return {
    path,
    keepProcess: (pid) => keeper.stdin.write(`keep ${pid}\n`),
    forgetProcess: (pid) => keeper.stdin.write(`forget ${pid}\n`),
    remove: async () => {
      keeper.stdin.end()
      await ended
    },
  }
}

/** The last lines of a log, for error messages. */
export const readTail = (file: string, lines = 40): string => {
  try {
    return `--- the end of ${file}\n${readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')}\n`
  } catch {
    return `--- ${file} is not there\n`
  }
}
