// Scheduling functions that name a quota which does not exist: the line, so that the administrator finds it.
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { QuotaGroup } from '../freebusy/quota.ts'
import { listQuotaNames, mayBeMissing, quotaFunctions, readQuotaName } from '../preferences/quota-names.ts'
import { type PreferencePlace, readPreferences, readPreferenceText } from '../preferences/read-preferences.ts'
import { parseSchedulingLine } from '../preferences/scheduling-line.ts'

/** One sentence for each; empty where all that the user names is there. For `imip-admin check`, too. */
export function listMissingQuotas(
  place: PreferencePlace,
  user: CalendarAddress,
  existing: ReadonlySet<QuotaGroup>,
): readonly string[] {
  const preferences = readPreferences(place, user)
  return listQuotaNames(preferences, user)
    .filter((group) => !existing.has(group) && !mayBeMissing(preferences, user, group))
    .map((group) => describeMissingQuota(place, user, group))
}

export function describeMissingQuota(place: PreferencePlace, user: CalendarAddress, group: QuotaGroup): string {
  const { text, from } = readPreferenceText(place, user, 'scheduling_function')
  const index = text.split(/\r?\n/).findIndex((line) => {
    const parsed = parseSchedulingLine(line)
    return quotaFunctions.has(parsed.name) && readQuotaName(parsed.arguments[0], user) === group
  })
  const where = `${from ?? 'default of the preference scheduling_function'}, line ${index + 1}`
  return `${where}: scheduling_function names the quota ${group}, which does not exist; "imip-admin quota ${group} --limit '*=PT10H'" makes it`
}
