// Makes a directory and those above it, with the permissions of the settings.
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** What is there stays as it is. */
export function makeDirectory(path: string, mode: number): void {
  const first = mkdirSync(path, { recursive: true })
  if (first === undefined) return
  // Making takes the umask from the mode, and the bit that keeps the group.
  for (let made = path; made.length >= first.length; made = dirname(made)) chmodSync(made, mode)
}
