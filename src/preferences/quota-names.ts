// Which quotas a resource's scheduling functions name; without a name the resource's own address is the quota.
import type { Preferences } from './preferences.ts'

/** Functions that take the name of a quota as their only argument. */
export const quotaFunctions: ReadonlySet<string> = new Set([
  'check_quota',
  'schedule_across_quota',
  'schedule_for_delegate',
])

/** Each once, in order. */
export function listQuotaNames(
  { schedulingFunctions }: Pick<Preferences, 'schedulingFunctions'>,
  resource: string,
): readonly string[] {
  const named = schedulingFunctions.filter(({ name }) => quotaFunctions.has(name))
  return [...new Set(named.map((line) => readQuotaName(line.arguments[0], resource)))]
}

/** The resource's own quota need not be made for check_quota: where nobody has set a limit, there is none. */
export function mayBeMissing(
  { schedulingFunctions }: Pick<Preferences, 'schedulingFunctions'>,
  resource: string,
  group: string,
): boolean {
  const naming = schedulingFunctions.filter(
    (line) => quotaFunctions.has(line.name) && readQuotaName(line.arguments[0], resource) === group,
  )
  return naming.every((line) => line.name === 'check_quota' && line.arguments.length === 0)
}

/** The quota among whose delegates a resource may hand on what is asked of it. */
export function findDelegationQuota(
  { schedulingFunctions }: Pick<Preferences, 'schedulingFunctions'>,
  resource: string,
): string | undefined {
  const line = schedulingFunctions.find(({ name }) => name === 'schedule_for_delegate')
  return line && readQuotaName(line.arguments[0], resource)
}

/** From what stands behind the function; an address in its one spelling. */
export function readQuotaName(name: string | undefined, resource: string): string {
  return name === undefined
    ? resource
    : name.includes('@') && !name.startsWith('mailto:')
      ? `mailto:${name.toLowerCase()}`
      : name
}
