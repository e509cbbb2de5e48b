// Reads the settings of a quota in the predecessor's journal: limits, groups and delegates.
import { join } from 'node:path'
import { type AddressRules, type CalendarAddress, parseCalendarAddress } from '../../calendar/calendar-address.ts'
import type { QuotaSettings } from '../../freebusy/quota.ts'
import { parseLimit } from '../quota-text.ts'
import type { TellDamage } from '../store.ts'
import { listEntries, readLines } from './read-user.ts'

/** Directories, by name as they stand. */
export function listPredecessorQuotas(journal: string, tell: TellDamage): readonly string[] {
  return listEntries(journal, tell).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
}

/** A line each: `WHO LIMIT`, `WHO GROUP`, `ADDRESS`; between them a tabulator or a blank. */
export function readPredecessorQuota(
  journal: string,
  name: string,
  rules: AddressRules,
  tell: TellDamage,
): QuotaSettings {
  const path = (file: string): string => join(journal, name, file)
  const limits = readLines(
    path('limits'),
    (line) => {
      const [who = '', written = ''] = splitLine(line)
      const limit = parseLimit(written)
      return limit === undefined ? 'it is no limit of somebody' : ([nameHolder(who, rules), limit] as const)
    },
    tell,
  )
  const groups = readLines(
    path('groups'),
    (line) => {
      const [who = '', group = ''] = splitLine(line)
      return group === '' ? 'it names no group' : ([nameHolder(who, rules), nameHolder(group, rules)] as const)
    },
    tell,
  )
  const delegates = readLines(
    path('delegates'),
    (line): readonly CalendarAddress[] | string => {
      const address = parseCalendarAddress(line.trim(), rules)
      return address === undefined ? 'it is no address' : [address]
    },
    tell,
  )
  return { limits: new Map(limits), groups: new Map(groups), delegates: delegates.flat() }
}

function splitLine(line: string): readonly string[] {
  return line.includes('\t') ? line.split('\t').map((column) => column.trim()) : line.trim().split(/\s+/)
}

/** An address in its one spelling; a group as it stands. */
function nameHolder(text: string, rules: AddressRules): string {
  return (text.includes('@') && parseCalendarAddress(text, rules)) || text
}
