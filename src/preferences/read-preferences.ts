// Reading preferences: one small UTF-8 file each, the user's over the domain's over the site's default.
import { readdirSync, readFileSync } from 'node:fs'
import { type AddressRules, type CalendarAddress, readDomain } from '../calendar/calendar-address.ts'
import { findOpenPlace } from '../closed-place.ts'
import { TemporaryFailure } from '../failure.ts'
import { encodeFileName } from '../file-names.ts'
import { makePreferences, type UsedPreference } from './make-preferences.ts'
import type { Preferences } from './preferences.ts'
import { isPreferenceFault, type PreferenceName, parsePreferenceLines, preferenceSettings } from './settings.ts'

export interface PreferencePlace {
  /** Setting `preferences_dir`. */
  readonly directory: string
  /** The site's defaults, by preference name; what is missing has the table's default. */
  readonly defaults: ReadonlyMap<string, string>
  readonly addresses: AddressRules
}

/** What one user wants; throws a TemporaryFailure that names file, line and reason. */
export function readPreferences(place: PreferencePlace, user: CalendarAddress): Preferences {
  const files = findPreferenceFiles(place.directory, user)
  return makePreferences((name) => readLines(place, files, name), place.addresses)
}

/** One preference as it stands, and where it comes from: a file, or the site's default. */
export function readPreferenceText(
  place: PreferencePlace,
  user: PreferenceOwner,
  name: PreferenceName,
): { readonly text: string; readonly from: string | undefined } {
  const file = findPreferenceFiles(place.directory, user).get(name)
  return file === undefined
    ? { text: readDefault(place, name), from: undefined }
    : { text: readPreferenceFile(file), from: file }
}

/** A user, or `@example.com` for all users of a domain. */
export type PreferenceOwner = CalendarAddress | `@${string}`

export function makePreferencePath(directory: string, owner: PreferenceOwner): string {
  return `${directory}/${encodeFileName(owner)}`
}

/** Name → path, the user's own before the domain's. Two directories are looked through; nothing else is asked for. */
export function findPreferenceFiles(directory: string, owner: PreferenceOwner): ReadonlyMap<string, string> {
  const places = owner.startsWith('@')
    ? [makePreferencePath(directory, owner)]
    : [makePreferencePath(directory, `@${readDomain(owner as CalendarAddress)}`), makePreferencePath(directory, owner)]
  for (const place of [directory, ...places]) refuseOpen(place)
  const files = new Map<string, string>()
  for (const place of places) for (const name of listDirectory(place)) files.set(name, `${place}/${name}`)
  return files
}

function readLines(
  place: PreferencePlace,
  files: ReadonlyMap<string, string>,
  name: UsedPreference,
): readonly string[] {
  const file = files.get(name)
  const text = file === undefined ? readDefault(place, name) : readPreferenceFile(file)
  const lines = parsePreferenceLines(preferenceSettings[name], text)
  if (isPreferenceFault(lines))
    throw new TemporaryFailure(
      `${file ?? `default of the preference ${name}`}, line ${lines.line}: ${name} ${lines.reason}`,
    )
  return lines
}

function readDefault(place: PreferencePlace, name: PreferenceName): string {
  return place.defaults.get(name) ?? preferenceSettings[name].default
}

/** A preference is some lines; a file that grew without end must not fill the memory. */
const greatestPreference = 1024 * 1024

function readPreferenceFile(file: string): string {
  refuseOpen(file)
  try {
    const bytes = readFileSync(file)
    if (bytes.length > greatestPreference) throw new TemporaryFailure(`${file}: is greater than 1 MiB`)
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof TemporaryFailure) throw error
    throw new TemporaryFailure(`${file}: cannot be read: ${readCode(error)}`)
  }
}

function refuseOpen(path: string): void {
  const reason = findOpenPlace(path)
  if (reason !== undefined) throw new TemporaryFailure(reason)
}

function listDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    const code = readCode(error)
    if (code === 'ENOENT') return []
    throw new TemporaryFailure(`${path}: cannot be read: ${code}`)
  }
}

function readCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
