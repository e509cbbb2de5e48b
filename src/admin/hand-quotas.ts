// Quotas and pools of what is done by hand: it is counted like everything else, and never refused for want of a quota.
import type { Handler } from '../agents/agent.ts'
import { readSeriesZones } from '../agents/bookkeeping.ts'
import type { Decision } from '../agents/decision.ts'
import { listBooked, withQuotaEffects } from '../agents/quota-effects.ts'
import { makeResourceHandler } from '../agents/resource-handler.ts'
import type { Situation } from '../agents/situation.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import { makeProperty } from '../calendar/properties.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import type { QuotaGroup } from '../freebusy/quota.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import { type Locks, listLocks, loadQuotas, type QuotaParty } from '../pipeline/load-quotas.ts'
import { listQuotaNames } from '../preferences/quota-names.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import type { StoreReader } from '../store/store.ts'
import type { AdminWorld } from './admin-world.ts'
import type { HandSituation } from './hand-situation.ts'

/** Whom and what a cancellation by hand may change. */
export function listHandLocks(user: CalendarAddress, hand: HandSituation, world: AdminWorld): Promise<Locks> {
  const { preferences } = hand
  return listLocks({ user, preferences }, makeParty(hand, world), { ...world, agent: 'imip-resource' })
}

/** Decided for the user, and where that is a pool, for whoever has taken the booking. */
export async function decideInQuotas(
  uid: string,
  situation: Situation,
  hand: HandSituation,
  reader: StoreReader,
  world: AdminWorld,
  decide: (situation: Situation) => Decision,
): Promise<Decision> {
  const components = situation.stored?.parts.map((part) => part.component) ?? []
  const message = makeMessage(uid, components, situation)
  const known = { ...situation, ...(await loadKnown(message, situation, hand, reader, world)) }
  const handler: Handler = (_, each) => decide(each)
  const decision = makeResourceHandler(handler)(message, known)
  if (decision.kind === 'wanted') throw new Error(`${uid}: nothing more can be known of it by hand`)
  return decision
}

export function listHandGroups(user: CalendarAddress, { preferences }: HandSituation): readonly QuotaGroup[] {
  return listQuotaNames(preferences, user)
}

/** The decision, counted in the quotas of the user. What is booked for nobody counts for nobody. */
export async function countInQuotas(
  uid: string,
  decision: Decision,
  situation: Situation,
  hand: HandSituation,
  reader: StoreReader,
  world: AdminWorld,
): Promise<Decision> {
  const groups = listHandGroups(situation.user, hand)
  const organizer = listBooked(decision, uid)[0]?.organizer
  if (groups.length === 0 || organizer === '') return decision
  const component = { name: 'VEVENT', properties: [makeProperty('ORGANIZER', organizer ?? '')], components: [] }
  const message = makeMessage(uid, [component], situation)
  const known = { ...situation, ...(await loadKnown(message, situation, hand, reader, world)) }
  return withQuotaEffects(decision, uid, known, groups)
}

/** What a decision by hand may know of quotas, and of those that share them. */
export function loadKnown(
  message: SchedulingMessage,
  situation: Situation,
  hand: HandSituation,
  reader: StoreReader,
  world: AdminWorld,
): Promise<Pick<Situation, 'quotas' | 'members'>> {
  const { user, preferences, decisionKey: digest } = situation
  const asked = { read: { kind: 'message' as const, message }, user, preferences, digest }
  return loadQuotas(asked, makeParty(hand, world), reader, world, situation)
}

function makeParty({ site }: HandSituation, world: AdminWorld): QuotaParty {
  const place = makePreferencePlace(world.configuration)
  return { site, readPreferences: (user) => readPreferences(place, user) }
}

function makeMessage(uid: string, components: readonly Component[], { stored }: Situation): SchedulingMessage {
  return {
    method: 'REQUEST',
    uid,
    component: 'VEVENT',
    components,
    timeZones: readSeriesZones(stored),
    calendarProperties: [],
    prodId: undefined,
    notes: [],
  }
}
