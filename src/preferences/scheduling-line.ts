// A line of the preference scheduling_function: a name and its arguments, checked before a policy is asked.
import type { SchedulingFunction } from './preferences.ts'

/** What there is, and what is wrong with its arguments, as the end of a sentence. Each has a policy in the room `scheduling`. */
export const schedulingFunctions: Readonly<Record<string, (args: readonly string[]) => string | undefined>> = {
  schedule_in_freebusy: checkCapacity,
  schedule_corrected_in_freebusy: checkCapacity,
  schedule_next_available_in_freebusy: checkCapacity,
  schedule_across_network: checkNoArguments,
  same_domain_only: checkNoArguments,
  access_control_list: checkNoArguments,
  check_quota: checkQuotaName,
  schedule_across_quota: checkQuotaName,
  schedule_for_delegate: checkQuotaName,
}

function checkCapacity(args: readonly string[]): string | undefined {
  return args.length === 0 || (args.length === 1 && /^[1-9]\d{0,5}$/.test(args[0] ?? ''))
    ? undefined
    : 'takes one number at most: how many events may overlap'
}

function checkNoArguments(args: readonly string[]): string | undefined {
  return args.length === 0 ? undefined : 'takes nothing behind its name'
}

/** Whether there is such a quota the store says. */
function checkQuotaName(args: readonly string[]): string | undefined {
  return args.length <= 1 ? undefined : 'takes one name at most: that of a quota'
}

export function parseSchedulingLine(line: string): SchedulingFunction {
  const [name = '', ...args] = line.trim().split(/\s+/)
  return { name, arguments: args }
}

/** Why the line cannot be used, as the end of a sentence. */
export function checkSchedulingLine(line: string): string | undefined {
  const { name, arguments: args } = parseSchedulingLine(line)
  if (Object.hasOwn(schedulingFunctions, name)) {
    const reason = schedulingFunctions[name]?.(args)
    return reason === undefined ? undefined : `names ${name}, which ${reason}`
  }
  const known = Object.keys(schedulingFunctions).join(', ')
  return `names ${name.slice(0, 80)}, which is not a scheduling function; there are: ${known}`
}
