// Runs a resource's scheduling functions in order: the first refusal ends it, otherwise the last acceptance counts.
import type { SchedulingFunction } from '../preferences/preferences.ts'
import type { BookingRequest, Outcome } from './outcome.ts'
import { policies } from './policies.ts'

/** `undefined` where no function has an opinion: then nothing may be booked. */
export function schedule(request: BookingRequest, functions: readonly SchedulingFunction[]): Outcome | undefined {
  let accepted: Outcome | undefined
  for (const { name, arguments: policyArguments } of functions) {
    const outcome = policies[name]?.(request, policyArguments)
    if (outcome?.kind === 'decline') return outcome
    accepted = outcome ?? accepted
  }
  return accepted
}
