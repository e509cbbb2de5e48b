// What holds for every message to a resource: quotas follow its bookings, and a pool hands on what is asked of it.
import { findDelegationQuota, listQuotaNames } from '../preferences/quota-names.ts'
import type { Handler } from './agent.ts'
import { decideInPool } from './pool.ts'
import { withQuotaEffects } from './quota-effects.ts'

export function makeResourceHandler(handler: Handler): Handler {
  return (message, situation) => {
    const { preferences, user } = situation
    if (findDelegationQuota(preferences, user) !== undefined) return decideInPool(handler, message, situation)
    const decision = handler(message, situation)
    return decision.kind === 'wanted'
      ? decision
      : withQuotaEffects(decision, message.uid, situation, listQuotaNames(preferences, user))
  }
}
