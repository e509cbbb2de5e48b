// Preference files of every user and domain: each value can be used, each zone and quota is there.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import { isFault } from '../../calendar/fault.ts'
import { makeZones } from '../../calendar/time-zone.ts'
import { makePreferencePlace } from '../../config/preference-place.ts'
import { TemporaryFailure } from '../../failure.ts'
import { decodeFileName, isDigestName, trueNameFile } from '../../file-names.ts'
import type { QuotaGroup } from '../../freebusy/quota.ts'
import { listMissingQuotas } from '../../pipeline/missing-quotas.ts'
import { findPreferenceSetting, isPreferenceFault, parsePreferenceLines } from '../../preferences/settings.ts'
import type { AdminWorld } from '../admin-world.ts'
import { describeSystemError } from '../system-error.ts'
import { type Finding, makeOk, makeWrong } from './finding.ts'

export async function checkPreferences(world: AdminWorld): Promise<readonly Finding[]> {
  const { preferencesDir } = world.configuration
  const quotas = new Set<QuotaGroup>()
  const findings: Finding[] = []
  try {
    for await (const quota of world.openStore().listQuotas()) quotas.add(quota)
    for (const name of readdirSync(preferencesDir).sort())
      findings.push(...checkOwner(join(preferencesDir, name), name, quotas, world))
    return findings.length === 0 ? [makeOk('preferences', 'every value can be used')] : findings
  } catch (error) {
    return [...findings, makeWrong('preferences', describe(error))]
  }
}

function checkOwner(
  folder: string,
  name: string,
  quotas: ReadonlySet<QuotaGroup>,
  world: AdminWorld,
): readonly Finding[] {
  try {
    const owner = isDigestName(name) ? readFileSync(join(folder, trueNameFile), 'utf8').trim() : decodeFileName(name)
    if (owner === undefined || !/^(?:mailto:.+)?@?[^@]*@|^@/.test(owner))
      return [
        makeWrong('preferences', `${folder}: is named after no user and no domain; mailto:USER@DOMAIN, or @DOMAIN`),
      ]
    const files = readdirSync(folder).filter((file) => !file.startsWith('%'))
    const faults = files.flatMap((file) => checkFile(join(folder, file), file, world))
    if (faults.length > 0 || !owner.startsWith('mailto:')) return faults
    const place = makePreferencePlace(world.configuration)
    return listMissingQuotas(place, owner as CalendarAddress, quotas).map((text) => makeWrong('preferences', text))
  } catch (error) {
    return [makeWrong('preferences', describe(error))]
  }
}

function checkFile(path: string, name: string, world: AdminWorld): readonly Finding[] {
  const setting = findPreferenceSetting(name)
  if (setting === undefined) return [makeWrong('preferences', `${path}: ${name} is not a preference`)]
  const lines = parsePreferenceLines(setting, readFileSync(path, 'utf8'))
  if (isPreferenceFault(lines))
    return [makeWrong('preferences', `${path}, line ${lines.line}: ${name} ${lines.reason}`)]
  if (name !== 'TZID') return []
  const [zone = ''] = lines
  return isFault(makeZones(world.loadZones(), new Map(), 'UTC').resolve(zone))
    ? [
        makeWrong(
          'preferences',
          `${path}, line 1: TZID ${zone} is not known on this machine; install its zone data (tzdata)`,
        ),
      ]
    : []
}

function describe(error: unknown): string {
  if (error instanceof TemporaryFailure) return error.message
  return describeSystemError(error) ?? String(error)
}
