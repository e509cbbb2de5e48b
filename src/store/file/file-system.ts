// FileSystem: the few calls the file store makes, behind one object so that tests can fail each of them.
//
// All but those that wait for the disk are synchronous: they take microseconds.
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { loadKernelLock } from './kernel-lock.ts'

/** Every call throws what the system says, with its `code`; only what is not there is no error where the type says so. */
export interface FileSystem {
  open(path: string, access: FileAccess, mode: number): number
  close(file: number): void
  read(file: number, buffer: Uint8Array, length: number, position: number): number
  /** May write less than asked; at the end of the file where no position is given. */
  write(file: number, bytes: Uint8Array, offset: number, position: number | null): number
  sizeOf(file: number): number
  truncate(file: number, size: number): void
  sync(file: number): void
  /** The same while the program does other things; only where it has any. */
  readonly syncMeanwhile?: (file: number) => Promise<void>
  /** Several files and directories at once: a disk that waits for many together takes a tenth of the time. What is gone needs nothing. */
  syncAll(paths: readonly string[]): Promise<void>
  setFileMode(file: number, mode: number): void
  stat(path: string): { readonly size: number } | undefined
  list(path: string): readonly string[]
  rename(from: string, to: string): void
  unlink(path: string): void
  makeDirectory(path: string): void
  /** Only an empty one. */
  removeDirectory(path: string): void
  setDirectoryMode(path: string, mode: number): void
  /** Locks one byte for this open file until it is closed, by whatever end of the program; false where another has it. */
  tryLock(file: number, offset: number): boolean
  /** Another one after each start of the machine; nothing where the system does not tell. */
  readBootId(): string | undefined
}

/** `change` and `read` need the file to be there; `replace` empties it. */
export type FileAccess = 'read' | 'change' | 'create' | 'replace' | 'append'

const accessFlags: Readonly<Record<FileAccess, number>> = {
  read: constants.O_RDONLY,
  change: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT,
  replace: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  append: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
}

/**
 * The real one. `lockModule`: the native module of the lock, where it is not found beside the program. `waiting`: a program in a
 * pipe has nothing else to do and blocks; a long-lived one goes on with other rooms, whose syncs the disk then joins with this one.
 */
export function makeNodeFileSystem(lockModule?: string, waiting: Waiting = 'blocking'): FileSystem {
  return {
    ...(waiting === 'meanwhile' ? { syncMeanwhile } : {}),
    open: (path, access, mode) => openSync(path, accessFlags[access], mode),
    close: closeSync,
    read: (file, buffer, length, position) => readSync(file, buffer, 0, length, position),
    write: (file, bytes, offset, position) =>
      naming(file, () => writeSync(file, bytes, offset, bytes.length - offset, position)),
    sizeOf: (file) => fstatSync(file).size,
    truncate: (file, size) => naming(file, () => ftruncateSync(file, size)),
    sync: (file) => naming(file, () => fsyncSync(file)),
    syncAll,
    setFileMode: fchmodSync,
    stat: readStat,
    list: (path) => readdirSync(path),
    rename: renameSync,
    unlink: unlinkSync,
    makeDirectory: (path) => {
      mkdirSync(path)
    },
    removeDirectory: rmdirSync,
    setDirectoryMode: chmodSync,
    tryLock: (file, offset) => loadKernelLock(lockModule).tryLock(file, offset),
    readBootId,
  }
}

/** Of a file that is open the system does not say which one it refuses; whoever makes room wants to know. */
function naming<Result>(file: number, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error) error.message += ` '${findPath(file)}'`
    throw error
  }
}

function findPath(file: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`)
  } catch {
    return `open file ${file}`
  }
}

export type Waiting = 'blocking' | 'meanwhile'

function syncMeanwhile(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (error) => (error ? reject(error) : resolve()))
  })
}

/** So many wait at the same time; more would only keep more files open. */
const mostAtOnce = 16

async function syncAll(paths: readonly string[]): Promise<void> {
  const left = paths[Symbol.iterator]()
  const work = async (): Promise<void> => {
    for (const path of left) await syncPath(path)
  }
  await Promise.all(Array.from({ length: mostAtOnce }, work))
}

async function syncPath(path: string): Promise<void> {
  const file = openIfThere(path)
  if (file === undefined) return
  try {
    await syncMeanwhile(file)
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw error
  }
}

function readStat(path: string): { readonly size: number } | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOTDIR') return undefined
    throw error
  }
}

function readBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return undefined
  }
}
