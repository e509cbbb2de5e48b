// A line of the preference scheduling_function: a name and its arguments.
import type { SchedulingFunction } from './preferences.ts'

/** Per function what is wrong with its arguments, or nothing; from the room that carries the functions out. */
export type SchedulingRules = ReadonlyMap<string, (args: readonly string[]) => string | undefined>

export function parseSchedulingLine(line: string): SchedulingFunction {
  const [name = '', ...args] = line.trim().split(/\s+/)
  return { name, arguments: args }
}

/** Why the line cannot be used, as the end of a sentence. */
export function checkSchedulingLine(line: string, rules: SchedulingRules): string | undefined {
  const { name, arguments: args } = parseSchedulingLine(line)
  const check = rules.get(name)
  if (check) return check(args)
  const known = [...rules.keys()].join(', ')
  return plannedFunctions.includes(name)
    ? `names ${name}, which is not built yet; there are: ${known}`
    : `names ${name.slice(0, 80)}, which is not a scheduling function; there are: ${known}`
}

const plannedFunctions: readonly string[] = [
  'schedule_corrected_in_freebusy',
  'schedule_next_available_in_freebusy',
  'schedule_across_network',
  'same_domain_only',
  'access_control_list',
  'check_quota',
  'schedule_across_quota',
]
