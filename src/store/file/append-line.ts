// Appends a line to a file of lines. A program that was stopped in the middle of one has left a piece of it: the new line begins behind that,
// or both would be unreadable.
import { appendToFile, type FileAccess } from './file-access.ts'

export function appendLine(access: FileAccess, path: string, line: Uint8Array): void {
  appendToFile(access, path, isTorn(access, path) ? Buffer.concat([Buffer.from('\n'), line]) : line)
}

function isTorn({ system }: FileAccess, path: string): boolean {
  const size = system.stat(path)?.size ?? 0
  if (size === 0) return false
  const file = system.open(path, 'read', 0)
  try {
    const last = Buffer.alloc(1)
    return system.read(file, last, 1, size - 1) === 1 && last[0] !== newline
  } finally {
    system.close(file)
  }
}

const newline = 10
