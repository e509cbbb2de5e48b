// The quotas that a resource's scheduling functions name: which must be locked, and what a decision may know of them.
import type { Member, Situation } from '../agents/situation.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { TemporaryFailure } from '../failure.ts'
import { findHolder, type QuotaGroup, type QuotaState, sumCharges } from '../freebusy/quota.ts'
import { emptyWindow } from '../freebusy/window.ts'
import { findOrganizer } from '../itip/authority.ts'
import { findDelegationQuota, listQuotaNames, mayBeMissing } from '../preferences/quota-names.ts'
import type { StoreReader } from '../store/store.ts'
import { readUidOf } from './decision-key.ts'
import { describeMissingQuota } from './missing-quotas.ts'
import type { Party } from './party.ts'
import type { PartyMessage } from './read-messages.ts'
import type { World } from './world.ts'

/** Whom and what a message may change. */
export interface Locks {
  readonly users: readonly CalendarAddress[]
  readonly groups: readonly QuotaGroup[]
}

/** What must be known of a message and of whom it is for. */
export type QuotaMessage = Pick<PartyMessage, 'read' | 'user' | 'preferences' | 'digest'>
export type QuotaParty = Pick<Party, 'site' | 'readPreferences'>

/** The user, its quotas, and where it may hand on what is asked of it, those who may take it. */
export async function listLocks(
  message: Pick<PartyMessage, 'user' | 'preferences'>,
  party: Pick<Party, 'readPreferences'>,
  world: Pick<World, 'agent' | 'openStore'>,
): Promise<Locks> {
  const { user, preferences } = message
  if (world.agent !== 'imip-resource') return { users: [user], groups: [] }
  const groups = listQuotaNames(preferences, user)
  const quota = findDelegationQuota(preferences, user)
  if (quota === undefined) return { users: [user], groups }
  // Who is added between this look and the lock is not asked this time.
  const delegates = await world.openStore().transact([], [quota], async (reader) => ({
    changes: [],
    result: (await reader.readQuota(quota))?.delegates ?? [],
  }))
  const members = delegates.filter((member) => member !== user && party.readPreferences(member).participating)
  const named = members.flatMap((member) => listQuotaNames(party.readPreferences(member), member))
  return { users: [user, ...members], groups: [...new Set([...groups, ...named])] }
}

/** Nothing where the user names no quota: such a message reads nothing of any. */
export async function loadQuotas(
  message: QuotaMessage,
  party: QuotaParty,
  reader: StoreReader,
  world: Pick<World, 'configuration'>,
  situation: Situation,
): Promise<Pick<Situation, 'quotas' | 'members'>> {
  const { user, preferences } = message
  if (situation.agent !== 'imip-resource') return {}
  const names = listQuotaNames(preferences, user)
  if (names.length === 0) return {}
  const quotas = await loadStates(names, message, party, reader, world)
  const quota = findDelegationQuota(preferences, user)
  const delegates = quota === undefined ? [] : (quotas.get(quota)?.settings.delegates ?? [])
  const members = new Map<CalendarAddress, Member>()
  for (const member of delegates) {
    if (member === user || quota === undefined || !reader.users.has(member)) continue
    const own = { ...message, user: member, preferences: party.readPreferences(member) }
    const ownQuotas = await loadStates([...listQuotaNames(own.preferences, member), quota], own, party, reader, world)
    const given = sumCharges(await reader.readGiven(quota, member), situation.now)
    const uid = readUidOf(message.read)
    members.set(member, {
      given: new Map([[quota, given]]),
      situation: {
        ...situation,
        user: member,
        preferences: own.preferences,
        stored: uid === null ? undefined : await reader.readSeries(member, uid),
        offers: await reader.readOffers(member),
        freeBusy: emptyWindow,
        quotas: ownQuotas,
      },
    })
  }
  return { quotas, ...(quota === undefined ? {} : { members }) }
}

async function loadStates(
  names: readonly QuotaGroup[],
  { read, user, preferences }: QuotaMessage,
  party: QuotaParty,
  reader: StoreReader,
  world: Pick<World, 'configuration'>,
): Promise<ReadonlyMap<QuotaGroup, QuotaState>> {
  const message = read.kind === 'message' ? read.message : read.readable
  const organizer = findOrganizer(message?.components ?? [], party.site.addresses)?.address ?? ''
  const uid = readUidOf(read)
  const states = new Map<QuotaGroup, QuotaState>()
  for (const group of new Set(names)) {
    const settings = await reader.readQuota(group)
    if (!settings && mayBeMissing(preferences, user, group)) continue
    if (!settings)
      throw new TemporaryFailure(describeMissingQuota(makePreferencePlace(world.configuration), user, group))
    const holder = findHolder(settings, organizer)
    states.set(group, {
      settings,
      holder,
      held: await reader.readHolder(group, holder),
      own: uid === null ? undefined : await reader.readReservation(group, user, uid),
      freeBusy: emptyWindow,
    })
  }
  return states
}
