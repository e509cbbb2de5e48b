// Other times that a resource proposes: how they are told, and for how long they are held.
import type { Period } from '../calendar/period.ts'
import type { CalendarTime, Instant } from '../calendar/time.ts'
import type { Booking } from '../freebusy/record.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { Proposal, Propose } from '../scheduling/outcome.ts'
import type { GivenAnswer } from './answers.ts'
import type { StoreEffect } from './effect.ts'
import { describeTimes, type Explainer, explainFreeTimes, explainReason } from './explain-answer.ts'
import type { Situation } from './situation.ts'

/** A schedule full of what is only held would be of no use to anybody, and nobody shall be able to fill it so. */
const mostHeld = 60
const mostHeldForOne = 12

export interface MadeProposal {
  readonly given: GivenAnswer
  readonly effects: readonly StoreEffect[]
}

/** `bookings` are what was asked, in the order of the proposals' times. */
export function makeProposal(
  message: SchedulingMessage,
  situation: Situation,
  explainer: Explainer,
  outcome: Propose,
): MadeProposal {
  const isCounter = chooseStyle(message, situation, outcome) === 'counter'
  const proposals = isCounter ? outcome.proposals.slice(0, 1) : outcome.proposals
  const times = proposals.flatMap(({ times: [first] }) => first ?? [])
  const offers = makeOffers(message.uid, proposals, situation)
  const heldUntil = offers[0]?.expires
  const given = {
    participation: isCounter ? 'TENTATIVE' : 'DECLINED',
    because: [
      ...explainReason(explainer, outcome.because),
      ...(isCounter ? explainCounter(explainer, times, heldUntil) : explainFreeTimes(explainer, times, heldUntil)),
    ],
    requestStatus: outcome.requestStatus,
    dates: [],
    proposed: times,
    ...(isCounter ? ({ isCounter: true } as const) : {}),
  }
  return { given, effects: offers.length === 0 ? [] : [{ kind: 'offer', bookings: offers }] }
}

/** Quirk: only these show a COUNTER with a button to accept it, by what they call themselves, see docs/quirks.md. */
const counterPrograms = /\bOutlook\b|\bMicrosoft Exchange\b|\bMozilla Calendar\b|\bThunderbird\b/i

/** A COUNTER proposes one event at one time; the times of a series are told in words. RFC 5546, 3.2.7. */
function chooseStyle(
  { prodId, components }: SchedulingMessage,
  { preferences }: Situation,
  { proposals: [best] }: Propose,
): 'counter' | 'reply' {
  const isOne = components.length === 1 && best?.bookings.length === 1 && best.bookings[0]?.recurrence === undefined
  if (!isOne || preferences.counterStyle === 'reply') return 'reply'
  return preferences.counterStyle === 'counter' || counterPrograms.test(prodId ?? '') ? 'counter' : 'reply'
}

function explainCounter(explainer: Explainer, times: readonly Period[], heldUntil: Instant | undefined): string[] {
  const { texts } = explainer
  const [when = ''] = describeTimes(explainer, times)
  const [, held] = explainFreeTimes(explainer, times.slice(0, 1), heldUntil)
  return [texts.proposedAt(when), ...(held === undefined ? [] : [held])]
}

/** None where they are not to be held, or too many are held already. */
function makeOffers(uid: string, proposals: readonly Proposal[], situation: Situation): readonly Booking[] {
  const { now, preferences } = situation
  if (preferences.offerDuration <= 0) return []
  const held = (situation.offers ?? []).filter((offer) => offer.uid !== uid)
  const made = proposals.flatMap(({ bookings }) =>
    bookings.map(
      (booking): Booking => ({ ...booking, busyType: 'BUSY-TENTATIVE', expires: now + preferences.offerDuration }),
    ),
  )
  const organizer = made[0]?.organizer
  const ofOne = held.filter((offer) => offer.organizer === organizer)
  return held.length + made.length > mostHeld || ofOne.length + made.length > mostHeldForOne ? [] : made
}

/** The effects that give back what is held for these parts; for the whole, everything of the UID. */
export function withdrawOffers(
  uid: string,
  parts: readonly { readonly key: string }[],
  { offers = [] }: Pick<Situation, 'offers'>,
): readonly StoreEffect[] {
  const own = offers.filter((offer) => offer.uid === uid)
  if (own.length === 0) return []
  if (parts.some(({ key }) => key === '')) return [{ kind: 'withdraw-offer', uid }]
  return parts
    .filter(({ key }) => own.some((offer) => offer.recurrenceId === key))
    .map(({ key }) => ({ kind: 'withdraw-offer', uid, recurrenceId: key }))
}

/** Is something held for the UID now? */
export function hasOffers(uid: string, { offers = [] }: Pick<Situation, 'offers'>): boolean {
  return offers.some((offer) => offer.uid === uid)
}

/** The offer that is asked for: one of the times that are held for this event. */
export function findTakenOffer(
  uid: string,
  [asked, second]: readonly Booking[],
  { offers = [] }: Pick<Situation, 'offers'>,
): Booking | undefined {
  if (!asked || second) return undefined
  const isAsked = (offer: Booking): boolean =>
    offer.uid === uid &&
    offer.recurrenceId === asked.recurrenceId &&
    isSameTime(offer.start, asked.start) &&
    isSameTime(offer.end, asked.end)
  return offers.find(isAsked)
}

function isSameTime(a: CalendarTime, b: CalendarTime): boolean {
  return a.kind === b.kind && a.local === b.local
}

/** When an offer was made. */
export function findOfferedAt({ expires }: Booking, { now, preferences }: Situation): Instant {
  return Math.min(now, (expires ?? now) - preferences.offerDuration)
}
