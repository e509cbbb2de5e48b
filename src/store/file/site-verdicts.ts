// The verdicts that stand beside the rooms, by user: read once for as long as nothing is written to them, so that who asks for each user in turn does not read them each time.
import { join } from 'node:path'
import type { Verdict } from '../../agents/verdict.ts'
import type { CalendarAddress } from '../../calendar/calendar-address.ts'
import type { Instant } from '../../calendar/time.ts'
import { listFiles } from './file-access.ts'
import type { StoreFiles } from './store-files.ts'
import { readVerdictFiles, verdictsPath } from './verdicts.ts'

export type ReadSiteVerdicts = (files: StoreFiles, user: CalendarAddress, since: Instant) => readonly Verdict[]

export function makeSiteVerdicts(): ReadSiteVerdicts {
  let kept: { readonly version: string; readonly byUser: ReadonlyMap<CalendarAddress, readonly Verdict[]> } | undefined
  return (files, user, since) => {
    const version = nameVersion(files, since)
    if (kept?.version !== version) kept = { version, byUser: groupByUser(readVerdictFiles(files, undefined, since)) }
    return kept.byUser.get(user) ?? []
  }
}

/** Lines are only ever added to a file, and whole files removed. */
function nameVersion(files: StoreFiles, since: Instant): string {
  const path = verdictsPath(files, undefined)
  const sizes = listFiles(files, path).map((name) => `${name} ${files.system.stat(join(path, name))?.size}`)
  return [since, ...sizes].join('\n')
}

function groupByUser(verdicts: readonly Verdict[]): ReadonlyMap<CalendarAddress, readonly Verdict[]> {
  const byUser = new Map<CalendarAddress, Verdict[]>()
  for (const verdict of verdicts) {
    const own = byUser.get(verdict.user)
    if (own) own.push(verdict)
    else byUser.set(verdict.user, [verdict])
  }
  return byUser
}
