// A pool, or a resource with delegates: another resource of a quota may take what is asked of this one. Both are decided together, in one
// commit, without a mail between them.
//
// A member decides as if the message had come to it, by its own scheduling functions; what it would answer says whether it takes the
// booking. What the pool keeps is its own view of the event: the time lies in the schedule of whoever has taken it.

import { readAttendees } from '../calendar/attendee.ts'
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { addCharges, noCharges, type QuotaGroup, type QuotaState, type Reservation } from '../freebusy/quota.ts'
import { findInvitation, type Identity, isOwnAddress } from '../itip/acting-user.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { SchedulingFunction } from '../preferences/preferences.ts'
import { findDelegationQuota, listQuotaNames, quotaFunctions } from '../preferences/quota-names.ts'
import type { Delegation } from '../scheduling/booking-request.ts'
import type { Handler } from './agent.ts'
import type { Decision, Wanted } from './decision.ts'
import type { Effect, MemberEffect, StoreEffect } from './effect.ts'
import { joinFreeTimes } from './free-times.ts'
import { makeIdentity } from './identity.ts'
import {
  isInvitedItself,
  makeDelegatorAnswer,
  makeMemberAnswer,
  makeMemberMessage,
  nameMember,
} from './pool-messages.ts'
import { isBookedAnew, listBooked, withQuotaEffects } from './quota-effects.ts'
import type { Member, Situation } from './situation.ts'

interface Pool {
  readonly handler: Handler
  readonly message: SchedulingMessage
  readonly situation: Situation
  readonly identity: Identity
  readonly quota: QuotaGroup
  /** May take the booking itself, as one of the delegates. */
  readonly isDelegate: boolean
  /** Those who have it now first, then by least use, then in the order of the quota. */
  readonly members: readonly PoolMember[]
}

interface PoolMember extends Member {
  readonly address: CalendarAddress
  readonly isHolding: boolean
}

/** What a member decides, if all it must know is known. */
interface MemberDecision {
  readonly member: PoolMember
  readonly decision: Decision
}

export function decideInPool(handler: Handler, message: SchedulingMessage, situation: Situation): Decision | Wanted {
  const pool = makePool(handler, message, situation)
  const first = decideOwn(pool, { kind: 'open', isHeldByOther: pool.members.some((member) => member.isHolding) })
  if (first.kind === 'decision') return settle(pool, first, undefined)
  if (first.delegation === undefined) return first
  const asked = askAll(
    pool,
    pool.members.filter(({ address }) => !isInvitedItself(message, pool.identity, address)),
  )
  if ('kind' in asked) return asked
  const taking = asked.find(({ decision }) => isTaking(decision))
  const delegation: Delegation = taking
    ? { kind: 'taken', by: taking.member.address, name: nameOf(taking.member) }
    : { kind: 'none', asked: asked.length, free: joinFreeTimes(asked.flatMap(({ decision }) => decision.free ?? [])) }
  const decision = decideOwn(pool, delegation)
  return decision.kind === 'wanted' ? decision : settle(pool, decision, taking)
}

function makePool(handler: Handler, message: SchedulingMessage, situation: Situation): Pool {
  const { preferences, user, quotas } = situation
  const identity = makeIdentity(situation)
  const quota = findDelegationQuota(preferences, user) ?? user
  const delegates = quotas?.get(quota)?.settings.delegates ?? []
  const members = delegates.flatMap((address): readonly PoolMember[] => {
    const member = address === user ? undefined : situation.members?.get(address)
    return member ? [{ ...member, address, isHolding: isHolding(member.situation, identity) }] : []
  })
  const used = (member: PoolMember): number => member.given.get(quota) ?? 0
  return {
    handler,
    message,
    situation: withDelegationLast(withOwnReservations(situation, members)),
    identity,
    quota,
    isDelegate: delegates.includes(user),
    members: members.toSorted((a, b) => Number(b.isHolding) - Number(a.isHolding) || used(a) - used(b)),
  }
}

/** Has the member taken (some of) this event for the pool? */
function isHolding(situation: Situation, pool: Identity): boolean {
  const identity = makeIdentity(situation)
  return (situation.stored?.parts ?? []).some(({ component }) => {
    const own = readAttendees(component, identity.rules).find(({ address }) => address === identity.user)
    return own?.participation === 'ACCEPTED' && own.delegatedFrom.some((from) => isOwnAddress(from, pool))
  })
}

/** What costs little is asked first; and who takes the booking is what the organizer is told. */
function withDelegationLast(situation: Situation): Situation {
  const { schedulingFunctions } = situation.preferences
  const isDelegation = ({ name }: SchedulingFunction): boolean => name === 'schedule_for_delegate'
  const ordered = [
    ...schedulingFunctions.filter((line) => !isDelegation(line)),
    ...schedulingFunctions.filter(isDelegation),
  ]
  return { ...situation, preferences: { ...situation.preferences, schedulingFunctions: ordered } }
}

/** In the pool's quotas, what its members have reserved for this event is what will be given back. */
function withOwnReservations(situation: Situation, members: readonly PoolMember[]): Situation {
  const { quotas } = situation
  if (!quotas) return situation
  const holding = members.filter((member) => member.isHolding)
  const own = [...quotas].map(([group, quota]): [QuotaGroup, QuotaState] => {
    const reserved = holding.flatMap((member) => member.situation.quotas?.get(group)?.own ?? [])
    return [group, reserved.length === 0 ? quota : { ...quota, own: joinReservations(quota.own, reserved) }]
  })
  return { ...situation, quotas: new Map(own) }
}

function joinReservations(own: Reservation | undefined, others: readonly Reservation[]): Reservation | undefined {
  const all = [...(own ? [own] : []), ...others]
  const [first] = all
  return first && { ...first, charges: all.map((each) => each.charges).reduce(addCharges, noCharges) }
}

function decideOwn({ handler, message, situation }: Pool, delegation: Delegation): Decision | Wanted {
  return handler(message, { ...situation, delegation })
}

function nameOf({ address, situation }: PoolMember): string {
  return nameMember(situation.preferences.commonName, address)
}

/** What each of them would decide, or what all of them must know before they can. */
function askAll(
  pool: Pool,
  members: readonly PoolMember[],
  how: 'ask' | 'give-up' = 'ask',
): readonly MemberDecision[] | Wanted {
  const decisions: MemberDecision[] = []
  const wanted = new Map<CalendarAddress, Wanted>()
  for (const member of members) {
    const decision = pool.handler(
      makeMemberMessage(pool.message, pool.identity, member.address),
      how === 'ask' ? makeAskedSituation(pool, member) : makeLeavingSituation(pool, member),
    )
    if (decision.kind === 'decision') decisions.push({ member, decision })
    // A member does not look for a third one.
    else if (decision.delegation === undefined) wanted.set(member.address, decision)
  }
  return wanted.size === 0 ? decisions : { kind: 'wanted', periods: pool.situation.freeBusy.covers, members: wanted }
}

/** As if the mail to the pool had come to the member; under a key of its own, since it may get one by its own address, too. */
function makeAskedSituation({ situation: { mail, wasHeld, decisionKey } }: Pool, member: PoolMember): Situation {
  return {
    ...member.situation,
    mail,
    ...(wasHeld ? { wasHeld } : {}),
    decisionKey: nameMemberKey(decisionKey, member),
    delegation: { kind: 'asked-for-other' },
  }
}

function nameMemberKey(decisionKey: string, { address }: PoolMember): string {
  return `${decisionKey} ${address}`
}

/** As one whose only rule is that somebody else has it now. */
function makeLeavingSituation(pool: Pool, member: PoolMember): Situation {
  const situation = makeAskedSituation(pool, member)
  const schedulingFunctions = [{ name: 'schedule_for_delegate', arguments: [pool.quota] }]
  return {
    ...situation,
    preferences: { ...situation.preferences, schedulingFunctions },
    delegation: { kind: 'given-up' },
  }
}

/** A member takes a booking only as a whole: each part of its answer accepts. */
function isTaking({ answer, effects }: Decision): boolean {
  const answers = effects.filter((effect) => effect.kind === 'send')
  return (
    answer === 'ACCEPTED' &&
    answers.every(({ message }) =>
      message.components.every((component) =>
        readAttendees(component).every((attendee) => attendee.participation === 'ACCEPTED'),
      ),
    )
  )
}

/** The pool's decision, with what it means for its members. */
function settle(pool: Pool, own: Decision, taking: MemberDecision | undefined): Decision | Wanted {
  const { message, situation, quota } = pool
  const holding = pool.members.filter((member) => member.isHolding)
  if (!isBookedAnew(own, message.uid)) return answerFor(pool, own, holding[0])
  const isAccepted = own.answer !== 'DECLINED'
  const isAsked = taking !== undefined
  const staying = isAccepted && !isAsked && !isOwnTaking(pool, own)
  const leaving = staying ? [] : holding.filter((member) => !isAccepted || member !== taking?.member)
  const following = staying ? askAll(pool, holding) : askAll(pool, leaving, 'give-up')
  if ('kind' in following) return following
  const decisions = [...(isAccepted && taking ? [taking] : []), ...following]
  const held = new Set(
    decisions.flatMap(({ decision }) => listBooked(decision, message.uid).map((booking) => booking.recurrenceId ?? '')),
  )
  const counted = withQuotaEffects(own, message.uid, situation, listOwnQuotas(pool, decisions))
  const kept = keepBookings(counted, pool, held)
  const settled = pool.isDelegate ? withQuotaEffects(kept, message.uid, situation, [quota]) : kept
  return withMembers(settled, pool, decisions)
}

/** Has it found the time in its own schedule? */
function isOwnTaking({ isDelegate, members }: Pool, { answer }: Decision): boolean {
  return isDelegate && answer === 'ACCEPTED' && !members.some((member) => member.isHolding)
}

/** The quotas that count by the pool's own functions, without those that the taking member counts itself. */
function listOwnQuotas({ situation, quota }: Pool, decisions: readonly MemberDecision[]): readonly QuotaGroup[] {
  const { preferences, user } = situation
  const counting = preferences.schedulingFunctions.filter(
    ({ name }) => quotaFunctions.has(name) && name !== 'schedule_for_delegate',
  )
  const byMembers = new Set(
    decisions.flatMap(({ member }) => listQuotaNames(member.situation.preferences, member.address)),
  )
  return listQuotaNames({ schedulingFunctions: counting }, user).filter(
    (group) => group !== quota && !byMembers.has(group),
  )
}

/** The pool itself takes no time but for what it does itself. */
function keepBookings(decision: Decision, { isDelegate }: Pool, held: ReadonlySet<string>): Decision {
  const effects = decision.effects.flatMap((effect): readonly Effect[] => {
    if (effect.kind !== 'book') return [effect]
    const bookings = effect.bookings.filter((booking) => isDelegate && !held.has(booking.recurrenceId ?? ''))
    return bookings.length === 0 ? [] : [{ ...effect, bookings }]
  })
  return { ...decision, effects }
}

function withMembers(own: Decision, pool: Pool, decisions: readonly MemberDecision[]): Decision {
  const { message, situation, identity, quota } = pool
  const isDelegating = situation.preferences.poolAnswer === 'delegate'
  const holder = decisions.find(({ decision }) => listBooked(decision, message.uid).length > 0)?.member
  const invitation = message.components.map((component) => findInvitation(component, identity)).find(Boolean)
  const name = invitation?.attendee.property.value ?? situation.user
  const members = decisions.flatMap(({ member, decision }): readonly Effect[] => {
    const groups = [...new Set([quota, ...listQuotaNames(member.situation.preferences, member.address)])]
    const counted = withQuotaEffects(decision, message.uid, member.situation, groups)
    const sends = counted.effects.filter((effect) => effect.kind === 'send')
    return [
      makeMemberEffect(member, counted),
      ...counted.effects.filter((effect) => effect.kind === 'book-quota' || effect.kind === 'release-quota'),
      ...(isDelegating
        ? sends.map((send) => makeMemberAnswer(send, name, nameMemberKey(situation.decisionKey, member)))
        : []),
    ]
  })
  const answered = answerFor(pool, own, holder)
  return { ...answered, effects: [...answered.effects, ...members] }
}

/** Where the pool is to say who takes its place, it does so instead of accepting. */
function answerFor({ situation }: Pool, own: Decision, holder: PoolMember | undefined): Decision {
  if (situation.preferences.poolAnswer !== 'delegate' || !holder || own.answer !== 'ACCEPTED') return own
  const effects = own.effects.map((effect) =>
    effect.kind === 'send' ? makeDelegatorAnswer(effect, holder.address) : effect,
  )
  return { ...own, answer: 'DELEGATED', effects }
}

function makeMemberEffect({ address }: PoolMember, { verdict, answer, because, effects }: Decision): MemberEffect {
  const own = effects.filter(isStoreEffect)
  return { kind: 'of-member', member: address, effects: own, verdict, answer, because }
}

function isStoreEffect(effect: Effect): effect is StoreEffect {
  return !['send', 'of-member', 'book-quota', 'release-quota'].includes(effect.kind)
}
