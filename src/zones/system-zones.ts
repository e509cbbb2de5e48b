// The zones of this system, read one file at a time when they are asked for; `Intl` where the system has no such files.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TimeZone, ZoneTables } from '../calendar/time-zone.ts'
import { makeIntlZones } from './intl-zones.ts'
import { parseTzif } from './tzif.ts'

export const systemZoneDirectory = '/usr/share/zoneinfo'

/** The zones of a directory of TZif files, each read when it is first asked for. */
export function loadSystemZones(directory: string = systemZoneDirectory): ZoneTables {
  // Without the files a first zone costs half a start of Node; with them Intl is never touched.
  if (!isZoneDirectory(directory)) return makeIntlZones()
  const zones = new Map<string, TimeZone>()
  let version: string | undefined
  return {
    get version() {
      version ??= readVersion(directory)
      return version
    },
    find(name) {
      const before = zones.get(name)
      if (before) return before
      const zone = readZone(directory, name)
      // Names that are none come by mail, without end; they are not remembered.
      if (zone) zones.set(name, zone)
      return zone
    },
  }
}

/** Letters, digits, `_`, `+` and `-` in segments: no name can leave the directory. */
const zoneName = /^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*$/
/** The longest name of a zone has half as many characters. */
const longestName = 100

/** Trees of the same zones with other seconds in them, and a name that is the host's zone. */
const strangeNames = /^(?:posix|right)\/|^(?:localtime|posixrules|Factory)$/

/** The largest zone file has 4 KB. */
const largestFile = 100_000

function readZone(directory: string, name: string): TimeZone | undefined {
  if (name.length > longestName || !zoneName.test(name) || strangeNames.test(name)) return undefined
  const bytes = readBytes(join(directory, name))
  const clock = bytes && bytes.length <= largestFile ? parseTzif(bytes) : undefined
  return clock && { name, source: 'known', ...clock }
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch {
    // No such zone, or a directory: both mean that the name is none.
    return undefined
  }
}

function isZoneDirectory(directory: string): boolean {
  return zoneProbes.some((name) => existsSync(join(directory, name)))
}

const zoneProbes: readonly string[] = ['UTC', 'Etc/UTC', 'tzdata.zi']

/** `2025b`: the first line of tzdata.zi, or the file +VERSION of other systems. */
function readVersion(directory: string): string {
  const source = readStart(join(directory, 'tzdata.zi'))
  const match = /^# version (\S+)/.exec(source)
  if (match?.[1] !== undefined) return match[1]
  return /^\S+/.exec(readStart(join(directory, '+VERSION')))?.[0] ?? 'unknown'
}

function readStart(path: string): string {
  return Buffer.from(readBytes(path)?.subarray(0, 100) ?? []).toString('latin1')
}
