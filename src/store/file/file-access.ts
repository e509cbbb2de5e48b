// Reading, writing and replacing whole files, with the modes of the store.
import { dirname, join } from 'node:path'
import type { FileSystem } from './file-system.ts'

export interface Permissions {
  readonly directory: number
  readonly file: number
}

/** A file system and the modes in which it makes files. */
export interface FileAccess {
  readonly system: FileSystem
  readonly permissions: Permissions
}

/** The name under which a file is written before it takes its place; no name of ours begins with a dot. */
const besideName = '.new'

export function readFile({ system }: FileAccess, path: string): Buffer | undefined {
  const found = system.stat(path)
  if (!found) return undefined
  const file = system.open(path, 'read', 0)
  try {
    return readOpenFile(system, file, found.size)
  } finally {
    system.close(file)
  }
}

export function readOpenFile(system: FileSystem, file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  let length = 0
  while (length < size) {
    const read = system.read(file, bytes.subarray(length), size - length, length)
    if (read === 0) break
    length += read
  }
  return bytes.subarray(0, length)
}

export function listFiles({ system }: FileAccess, path: string): readonly string[] {
  return system.stat(path) ? system.list(path).toSorted() : []
}

export function writeAll(system: FileSystem, file: number, bytes: Uint8Array, position: number | null): void {
  let written = 0
  while (written < bytes.length) {
    written += system.write(file, bytes, written, position === null ? null : position + written)
  }
}

/** Opens a file for writing, and makes it first, with its directory, where it is not there. */
export function openForWriting(access: FileAccess, path: string, how: 'create' | 'append' | 'replace'): number {
  const { system, permissions } = access
  const isNew = !system.stat(path)
  if (isNew) makeDirectories(access, dirname(path))
  const file = system.open(path, how, permissions.file)
  // The umask of whoever runs us must not lock out the others of the group.
  if (isNew) system.setFileMode(file, permissions.file)
  return file
}

/** Beside first, then in place; who reads without lock sees the old file or the new one. */
export function replaceFile(access: FileAccess, path: string, bytes: Uint8Array, durable: 'sync' | 'later'): void {
  const { system, permissions } = access
  const directory = dirname(path)
  makeDirectories(access, directory)
  const beside = join(directory, besideName)
  const file = system.open(beside, 'replace', permissions.file)
  try {
    system.setFileMode(file, permissions.file)
    writeAll(system, file, bytes, 0)
    if (durable === 'sync') system.sync(file)
  } finally {
    system.close(file)
  }
  system.rename(beside, path)
  if (durable === 'sync') syncFile(access, directory)
}

/** Under the room's lock, by a record of its log: one that is not there yet need not be written beside. */
export function putFile(access: FileAccess, path: string, bytes: Uint8Array): void {
  if (access.system.stat(path)) {
    replaceFile(access, path, bytes, 'later')
    return
  }
  const file = openForWriting(access, path, 'replace')
  try {
    writeAll(access.system, file, bytes, 0)
  } finally {
    access.system.close(file)
  }
}

export function writeAt(access: FileAccess, path: string, bytes: Uint8Array, position: number): void {
  const file = openForWriting(access, path, 'create')
  try {
    writeAll(access.system, file, bytes, position)
  } finally {
    access.system.close(file)
  }
}

/** One write at the end, so that lines of several programs do not mix. */
export function appendToFile(access: FileAccess, path: string, bytes: Uint8Array): void {
  const file = openForWriting(access, path, 'append')
  try {
    writeAll(access.system, file, bytes, null)
  } finally {
    access.system.close(file)
  }
}

export function removeFile({ system }: FileAccess, path: string): void {
  if (system.stat(path)) system.unlink(path)
}

/** Blocks only where the program has nothing else to do. */
export async function syncOpenFile({ system }: FileAccess, file: number): Promise<void> {
  if (system.syncMeanwhile) await system.syncMeanwhile(file)
  else system.sync(file)
}

/** A file, or a directory: then its names. What is not there needs nothing. */
export function syncFile({ system }: FileAccess, path: string): void {
  if (!system.stat(path)) return
  const file = system.open(path, 'read', 0)
  try {
    system.sync(file)
  } finally {
    system.close(file)
  }
}

export function makeDirectories(access: FileAccess, path: string): void {
  const { system, permissions } = access
  if (system.stat(path)) return
  const parent = dirname(path)
  if (parent !== path) makeDirectories(access, parent)
  try {
    system.makeDirectory(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return
    throw error
  }
  system.setDirectoryMode(path, permissions.directory)
}

/** For files whose content is safe already: one that cannot be closed changes nothing about that. */
export function closeQuietly(system: FileSystem, file: number): void {
  try {
    system.close(file)
  } catch {
    // The system has let go of it all the same.
  }
}
