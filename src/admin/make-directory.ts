// Makes a directory and those above it, with the permissions of the settings.
import { mkdirSync } from 'node:fs'

/** What is there stays as it is. */
export function makeDirectory(path: string, mode: number): void {
  // The umask would take from the mode what the setting wants.
  const before = process.umask(0)
  try {
    mkdirSync(path, { recursive: true, mode })
  } finally {
    process.umask(before)
  }
}
