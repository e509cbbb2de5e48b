// Preferences and published free/busy from one directory to another: plain files, each put in place in one step.
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type AddressRules, parseCalendarAddress } from '../calendar/calendar-address.ts'
import { decodeFileName, encodeFileName, isDigestName } from '../file-names.ts'
import { makeDirectory } from '../make-directory.ts'
import { describeSystemError } from './system-error.ts'

export interface FilesOrder {
  readonly from: string
  readonly to: string
  readonly replaces: boolean
  readonly permissions: { readonly file: number; readonly directory: number }
  readonly addresses: AddressRules
  /** A line about what is not copied. */
  readonly tell: (reason: string) => void
}

export interface FilesCounts {
  readonly from: number
  readonly to: number
  readonly written: number
}

/** A file of preferences or a schedule is some kilobytes; what is greater does not belong there. */
const greatestFile = 16 * 1024 * 1024

export function copyFiles(order: FilesOrder): FilesCounts {
  const counts = { from: 0, to: 0, written: 0 }
  copyDirectory(order, order.from, order.to, true, counts)
  return counts
}

function copyDirectory(
  order: FilesOrder,
  from: string,
  to: string,
  isTop: boolean,
  counts: { from: number; to: number; written: number },
): void {
  const names = attempt(order, () => readdirSync(from).toSorted()) ?? []
  for (const name of names) {
    // Names that begin with a dot are what a killed program left.
    if (name.startsWith('.')) continue
    const path = join(from, name)
    attempt(order, () => {
      const found = lstatSync(path)
      // A directory of the predecessor is named by the address as it is.
      if (found.isDirectory())
        copyDirectory(order, path, join(to, isTop ? renameOwner(name, order.addresses) : name), false, counts)
      else if (!found.isFile() || found.size > greatestFile) order.tell(`${path}: it is no small file; left out`)
      else {
        counts.from += 1
        copyFile(order, path, join(to, name), counts)
      }
    })
  }
}

function copyFile(
  { replaces, permissions, tell }: FilesOrder,
  from: string,
  to: string,
  counts: { to: number; written: number },
): void {
  const bytes = readFileSync(from)
  const there = readThere(to)
  if (there && !there.equals(bytes) && !replaces) {
    tell(`${to} differs from ${from}; left as it is`)
    return
  }
  if (!there?.equals(bytes)) {
    makeDirectory(join(to, '..'), permissions.directory)
    replaceFile(to, bytes, permissions.file)
    counts.written += 1
  }
  if (readThere(to)?.equals(bytes)) counts.to += 1
}

function readThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw error
  }
}

function replaceFile(path: string, bytes: Uint8Array, mode: number): void {
  const beside = join(path, '..', '.copied')
  try {
    const file = openSync(beside, 'w', mode)
    try {
      fchmodSync(file, mode)
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** What one file refuses must not cost the others theirs. */
function attempt<Result>({ tell }: FilesOrder, work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    const reason = describeSystemError(error)
    if (reason === undefined) throw error
    tell(reason)
    return undefined
  }
}

function renameOwner(name: string, rules: AddressRules): string {
  if (isDigestName(name)) return name
  const text = decodeFileName(name) ?? name
  return encodeFileName((text.startsWith('mailto:') && parseCalendarAddress(text, rules)) || text)
}
