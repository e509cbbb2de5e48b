// Writing one preference: checked against the table, then put in place in one step.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { encodeFileName, isDigestName, trueNameFile } from '../file-names.ts'
import { makeDirectory } from '../make-directory.ts'
import { makePreferencePath, type PreferenceOwner } from './read-preferences.ts'
import { findPreferenceSetting, isPreferenceFault, parsePreferenceLines } from './settings.ts'

export interface PreferencePermissions {
  readonly file: number
  readonly directory: number
}

/** Why it was not written, as a sentence; nothing if it was. */
export function writePreference(
  directory: string,
  owner: PreferenceOwner,
  name: string,
  text: string,
  permissions: PreferencePermissions,
): string | undefined {
  const setting = findPreferenceSetting(name)
  if (setting === undefined) return `${name.slice(0, 80)} is not a preference`
  const lines = parsePreferenceLines(setting, text)
  if (isPreferenceFault(lines)) return `line ${lines.line}: ${name} ${lines.reason}`
  const place = makePreferenceDirectory(directory, owner, permissions)
  replaceFile(place, name, `${lines.join('\n')}\n`, permissions.file)
  return undefined
}

/** Takes the file away, so that the default holds again; says whether there was one. */
export function removePreference(directory: string, owner: PreferenceOwner, name: string): boolean {
  const setting = findPreferenceSetting(name)
  if (setting === undefined) return false
  try {
    rmSync(`${makePreferencePath(directory, owner)}/${name}`)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

/** The owner's directory, made if it is not there; one named by a digest has the true name inside. */
export function makePreferenceDirectory(
  directory: string,
  owner: PreferenceOwner,
  permissions: PreferencePermissions,
): string {
  const place = makePreferencePath(directory, owner)
  makeDirectory(place, permissions.directory)
  if (isDigestName(encodeFileName(owner))) replaceFile(place, trueNameFile, `${owner}\n`, permissions.file)
  return place
}

function replaceFile(place: string, name: string, text: string, mode: number): void {
  const beside = `${place}/%${name}.${process.pid}`
  const file = openSync(beside, 'w', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
    closeSync(file)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
  renameSync(beside, `${place}/${name}`)
  const folder = openSync(place, 'r')
  fsyncSync(folder)
  closeSync(folder)
}
