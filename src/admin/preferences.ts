// imip-admin preferences: show, read and set what a user or all users of a domain want.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { makeZones } from '../calendar/time-zone.ts'
import { type ExitCode, exitCode } from '../cli/exit-code.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { TemporaryFailure } from '../failure.ts'
import { type PreferenceOwner, type PreferencePlace, readPreferenceText } from '../preferences/read-preferences.ts'
import {
  findPreferenceSetting,
  isPreferenceFault,
  type PreferenceName,
  parsePreferenceLines,
  preferenceSettings,
} from '../preferences/settings.ts'
import { removePreference, writePreference } from '../preferences/write-preference.ts'
import type { AdminWorld } from './admin-world.ts'
import { showLine } from './show-text.ts'
import { type Given, hasOption, readOption } from './subcommand.ts'
import { makeTable } from './table.ts'
import { WrongUsage } from './trouble.ts'
import { readOwner } from './user-argument.ts'

export async function runPreferences(given: Given, world: AdminWorld): Promise<ExitCode> {
  const [ownerText, name, value] = given.arguments
  const owner = readOwner(ownerText, world)
  const unset = readOption(given, 'unset')
  if (unset !== undefined) {
    if (name !== undefined) throw new WrongUsage('--unset takes the name itself, and no value')
    unsetPreference(owner, readName(unset), world)
    return markDue(owner, world)
  }
  const place = makePreferencePlace(world.configuration)
  if (name === undefined) return showAll(owner, place, given, world)
  if (value === undefined) return showOne(owner, readName(name), place, given, world)
  setPreference(owner, readName(name), value, world)
  return markDue(owner, world)
}

function readName(text: string): PreferenceName {
  if (findPreferenceSetting(text) !== undefined) return text as PreferenceName
  const other = Object.keys(preferenceSettings).find((name) => name.toLowerCase() === text.toLowerCase())
  const hint =
    other === undefined ? `there are ${Object.keys(preferenceSettings).join(', ')}` : `it is spelled ${other}`
  throw new WrongUsage(`${showLine(text)} is not a preference; ${hint}`)
}

interface KnownPreference {
  readonly name: PreferenceName
  readonly lines: readonly string[]
  /** A file, or nothing where the default holds. */
  readonly from: string | undefined
  readonly fault: string | undefined
}

function readPreference(owner: PreferenceOwner, name: PreferenceName, place: PreferencePlace): KnownPreference {
  const { text, from } = readPreferenceText(place, owner, name)
  const lines = parsePreferenceLines(preferenceSettings[name], text)
  if (!isPreferenceFault(lines)) return { name, lines, from, fault: undefined }
  const fault = `${from ?? 'default'}, line ${lines.line}: ${name} ${lines.reason}`
  return { name, lines: text.split('\n').filter((line) => line.trim() !== ''), from, fault }
}

function showAll(owner: PreferenceOwner, place: PreferencePlace, given: Given, world: AdminWorld): ExitCode {
  const names = Object.keys(preferenceSettings) as PreferenceName[]
  const all = names.map((name) => readPreference(owner, name, place))
  if (hasOption(given, 'json')) world.write(`${JSON.stringify(Object.fromEntries(all.map(serialize)), undefined, 1)}\n`)
  else {
    const rows = all.flatMap(({ name, lines, from }) => {
      const [first = '', ...others] = lines
      return [[name, first, from ?? 'default'], ...others.map((line) => ['', line, ''])]
    })
    world.write(makeTable(['NAME', 'VALUE', 'FROM'], rows))
  }
  return complain(all, world)
}

function showOne(
  owner: PreferenceOwner,
  name: PreferenceName,
  place: PreferencePlace,
  given: Given,
  world: AdminWorld,
): ExitCode {
  const known = readPreference(owner, name, place)
  if (hasOption(given, 'json')) world.write(`${JSON.stringify(Object.fromEntries([serialize(known)]))}\n`)
  else world.write(known.lines.map((line) => `${showLine(line)}\n`).join(''))
  return complain([known], world)
}

function serialize({ name, lines, from }: KnownPreference): readonly [string, unknown] {
  return [name, { value: lines.join('\n'), from: from ?? null }]
}

function complain(all: readonly KnownPreference[], world: AdminWorld): ExitCode {
  const faults = all.flatMap(({ fault }) => fault ?? [])
  for (const fault of faults) world.say(showLine(fault))
  return faults.length > 0 ? exitCode.found : exitCode.done
}

function setPreference(owner: PreferenceOwner, name: PreferenceName, value: string, world: AdminWorld): void {
  const { preferencesDir, defaultPermissions, defaultDirPermissions } = world.configuration
  const text = value === '-' ? Buffer.from(world.readInput(undefined)).toString('utf8') : value
  const permissions = { file: defaultPermissions, directory: defaultDirPermissions }
  const unknown = name === 'TZID' && isUnknownZone(text.trim(), world)
  if (unknown)
    throw new WrongUsage(`TZID ${showLine(text.trim())} is not known on this machine; its zone data is in tzdata`)
  const reason = writePreference(preferencesDir, owner, name, text, permissions)
  if (reason !== undefined) throw new WrongUsage(showLine(reason))
}

/** What has not the form of a name at all is refused by the table. */
function isUnknownZone(name: string, world: AdminWorld): boolean {
  const reason = preferenceSettings.TZID.check?.(name)
  return reason === undefined && isFault(makeZones(world.loadZones(), new Map(), 'UTC').resolve(name))
}

function unsetPreference(owner: PreferenceOwner, name: PreferenceName, world: AdminWorld): void {
  if (!removePreference(world.configuration.preferencesDir, owner, name))
    world.say(`${name} was not set; the default holds`)
}

/** What is published may be another now: the next night sees to it. */
async function markDue(owner: PreferenceOwner, world: AdminWorld): Promise<ExitCode> {
  if (!owner.startsWith('mailto:')) return exitCode.done
  try {
    await world.openStore().markDue(owner as CalendarAddress, world.now())
  } catch (error) {
    if (!(error instanceof TemporaryFailure)) throw error
    world.say(`note: ${error.message}`)
  }
  return exitCode.done
}
