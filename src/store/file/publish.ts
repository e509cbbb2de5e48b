// Published free/busy: one file a user in the directory of the web server, and nothing else in it. docs/free-busy-publishing.md
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { encodeFileName } from '../../file-names.ts'

/** Setting `publish_dir` and what goes with it. */
export interface PublishPlace {
  readonly directory: string
  readonly filePermissions: number
  readonly directoryPermissions: number
  /** Nothing: the path is the user's name alone. Otherwise makes 22 characters of `A-Za-z0-9_-` that nobody can guess. */
  readonly makeToken: (() => string) | undefined
}

/** Below the directory of the user. Beside it the new one is written, under a name that no web server shows. */
const fileName = 'freebusy'
const besideName = '.freebusy.new'

/** The path below `publish_dir` at which a user is published now, its parts fit for file names. */
export function findPublication(place: PublishPlace, user: CalendarAddress): readonly string[] {
  const directory = encodeFileName(user)
  if (!place.makeToken) return [directory, fileName]
  const [known] = listTokens(`${place.directory}/${directory}`)
  return [directory, known ?? place.makeToken(), fileName]
}

/** Nothing where nothing is published there. */
export function readPublication(place: PublishPlace, path: readonly string[]): string | undefined {
  return readText([place.directory, ...path].join('/'))
}

/** The same text but for what it says of the time of its making is not written again, so that nobody has to fetch it again. */
export function writePublication(
  place: PublishPlace,
  path: readonly string[],
  text: string,
  isSame: (before: string, after: string) => boolean,
): 'published' | 'unchanged' {
  const [directory = '', ...rest] = path
  const [file = '', ...reversed] = rest.toReversed()
  const folders = [directory, ...reversed.toReversed()]
  const target = [place.directory, ...folders, file].join('/')
  const before = readText(target)
  const isFresh = before !== undefined && isSame(before, text)
  if (!isFresh) {
    makeDirectories(place, folders)
    replaceFile([place.directory, ...folders].join('/'), text, place.filePermissions)
  }
  removeOthers(`${place.directory}/${directory}`, rest.join('/'))
  return isFresh ? 'unchanged' : 'published'
}

/** A token stays, so that the address is the same if the user publishes again. */
export function removePublication(place: PublishPlace, user: CalendarAddress): boolean {
  return removeOthers(`${place.directory}/${encodeFileName(user)}`, undefined)
}

/** Publications under the user's directory that are not the one at `kept`: those of another setting. */
function removeOthers(directory: string, kept: string | undefined): boolean {
  const names = listDirectory(directory)
  const files = names.filter((name) => name === fileName || name === besideName)
  const ofTokens = names.filter((name) => isToken.test(name)).map((name) => `${name}/${fileName}`)
  return [...files, ...ofTokens]
    .filter((name) => name !== kept)
    .map((name) => removeFile(`${directory}/${name}`))
    .some((isRemoved) => isRemoved)
}

const isToken = /^[A-Za-z0-9_-]{22}$/

function listTokens(directory: string): readonly string[] {
  return listDirectory(directory)
    .filter((name) => isToken.test(name))
    .sort()
}

function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    // Something in its way is no publication; who wants to write there hears of it.
    if (readCode(error) === 'ENOENT' || readCode(error) === 'ENOTDIR') return []
    throw error
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (readCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function makeDirectories({ directory, directoryPermissions }: PublishPlace, folders: readonly string[]): void {
  let path = directory
  for (const folder of ['', ...folders]) {
    if (folder !== '') path = `${path}/${folder}`
    // What is there keeps the permissions the administrator gave it; the umask does not count for what is made.
    if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, directoryPermissions)
  }
}

/** Whoever reads finds the old file or the new one, never half of one. */
function replaceFile(directory: string, text: string, mode: number): void {
  const beside = `${directory}/${besideName}`
  try {
    const descriptor = openSync(beside, 'w', mode)
    try {
      fchmodSync(descriptor, mode)
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(beside, `${directory}/${fileName}`)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

function removeFile(path: string): boolean {
  try {
    rmSync(path)
    return true
  } catch (error) {
    if (readCode(error) === 'ENOENT') return false
    throw error
  }
}

function readCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
