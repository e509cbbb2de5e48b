// Why a resource answers so, as sentences for the organizer; they also become the answer's COMMENT.
import { parseCalendarAddress, readDomain, showAddress } from '../calendar/calendar-address.ts'
import type { Component } from '../calendar/component.ts'
import type { Period } from '../calendar/period.ts'
import { isRecurring } from '../calendar/recurrence.ts'
import type { Instant } from '../calendar/time.ts'
import type { Zones } from '../calendar/time-zone.ts'
import type { Conflict } from '../freebusy/conflicts.ts'
import { findOrganizer } from '../itip/authority.ts'
import type { Reason } from '../itip/reason.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { TriedTimes } from '../scheduling/outcome.ts'
import { findCatalogue } from '../text/catalogue.ts'
import { describePeriod, makeShownZones } from '../text/describe-when.ts'
import { makeOneLine } from '../text/one-line.ts'
import type { Texts } from '../text/texts.ts'
import type { Situation } from './situation.ts'

/** Dates named one by one; of more clashes the number is told. */
const mostDates = 10

/** Of somebody else's event no more is told. */
const longestSubject = 60

/** In which words and on which clock an organizer is told. */
export interface Explainer {
  readonly texts: Texts
  readonly component: Component | undefined
  readonly zones: Zones
  /** What is told of the booking in the way. */
  readonly details: 'nothing' | 'organizer' | 'all'
}

export function makeExplainer(message: SchedulingMessage, situation: Situation, zones: Zones): Explainer {
  const component = message.components[0]
  return {
    texts: findCatalogue(situation.preferences.language),
    component,
    zones: makeShownZones(component, message.timeZones, zones),
    details: readDetails(message, situation),
  }
}

/** What is of the house stays in the house, unless the resource's owner wants it otherwise. */
function readDetails(message: SchedulingMessage, { preferences, site, user }: Situation): Explainer['details'] {
  const wish = preferences.clashDetails
  if (wish === 'nothing' || wish === 'organizer' || wish === 'all') return wish
  const organizer = findOrganizer(message.components, site.addresses)?.address
  const domains = site.localDomains.length === 0 ? [readDomain(user)] : site.localDomains
  if (organizer === undefined || !domains.includes(readDomain(organizer))) return 'nothing'
  return wish === 'local-all' ? 'all' : 'organizer'
}

export function explainReason({ texts }: Pick<Explainer, 'texts'>, reason: Reason): readonly string[] {
  const sentence = Object.hasOwn(texts.reasons, reason.code) ? texts.reasons[reason.code] : undefined
  return sentence === undefined ? [] : [sentence(reason.text)]
}

/** Of what is refused; `series` where dates of one are named, which may have no end. */
export function explainRefusal(
  explainer: Explainer,
  reason: Reason,
  clashes: readonly Conflict[],
  series?: 'series' | 'endless-series',
): readonly string[] {
  const { texts } = explainer
  const taken = clashes.filter(isTaken)
  const others = series ? clashes.filter((clash) => !isTaken(clash)) : []
  const name = (dates: readonly Conflict[]): [readonly string[], number] => {
    const named = dates.slice(0, mostDates).map((clash) => describeClash(explainer, clash))
    const more = dates.length - named.length
    return [named, more > 0 && series === 'endless-series' ? Number.POSITIVE_INFINITY : more]
  }
  return [
    ...(taken.length === 0 || others.length > 0 ? explainReason(explainer, reason) : []),
    ...(taken.length === 0 ? [] : [texts.taken(...name(taken))]),
    ...(others.length === 0 ? [] : [texts.refusedDates(...name(others))]),
    ...(series ? [texts.wholeSeries] : []),
  ]
}

/** Of other times that were tried, and cannot be had either. */
export function explainTried(explainer: Explainer, reason: Reason, tried: TriedTimes): readonly string[] {
  const { texts } = explainer
  const taken = tried.clashes.filter(isTaken).slice(0, mostDates)
  const why = tried.because === undefined ? [] : explainReason(explainer, tried.because)
  // What was corrected is said first, then what stands against it.
  const isOfCorrection = reason.code === 'not-permitted-time' || reason.code === 'corrected-time'
  const first = isOfCorrection ? explainReason(explainer, reason) : why
  const second = isOfCorrection ? why : explainReason(explainer, reason)
  const named = describeTimes(explainer, tried.times)
  return [
    ...first,
    ...(taken.length > 0 || named.length === 0 ? [] : [texts.triedAt(named)]),
    ...second,
    ...(taken.length === 0
      ? []
      : [
          texts.taken(
            taken.map((clash) => describeClash(explainer, clash)),
            0,
          ),
        ]),
  ]
}

/** Of a series that is taken without these dates. */
export function explainExceptions(
  explainer: Explainer,
  reason: Reason,
  clashes: readonly Conflict[],
): readonly string[] {
  const dates = clashes.map((clash) => describeClash(explainer, clash))
  const areTaken = clashes.every(isTaken)
  return [explainer.texts.exceptAt(dates, areTaken), ...(areTaken ? [] : explainReason(explainer, reason))]
}

/** Of a series that goes on where nothing can be booked yet. */
export function explainCut(explainer: Explainer, until: Instant | undefined): readonly string[] {
  return until === undefined ? [] : [explainer.texts.bookedUntil(describeInstant(explainer, until))]
}

/** What could be had instead. */
export function explainFreeTimes(
  explainer: Explainer,
  times: readonly Period[],
  heldUntil: Instant | undefined,
  of: 'event' | 'first-date' = 'event',
): readonly string[] {
  if (times.length === 0) return []
  const { texts } = explainer
  const held = heldUntil === undefined ? [] : [texts.heldUntil(describeInstant(explainer, heldUntil), times.length)]
  // Of a series the first date is told, as wherever one is described.
  const more = of === 'event' && explainer.component && isRecurring(explainer.component) ? ' …' : ''
  return [texts.freeAt(describeTimes(explainer, times).map((time) => time + more)), ...held]
}

export function describeTimes({ component, zones }: Explainer, times: readonly Period[]): readonly string[] {
  return component === undefined ? [] : times.map((period) => describePeriod(period, component, zones))
}

function describeInstant({ component, zones }: Explainer, instant: Instant): string {
  return component === undefined ? '' : describePeriod({ start: instant, end: instant }, component, zones)
}

function isTaken(clash: Conflict): boolean {
  return clash.with.length > 0
}

/** The date, and whose it is, as far as that is told. */
function describeClash(explainer: Explainer, clash: Conflict): string {
  const [when = ''] = describeTimes(explainer, [clash.period])
  const [other] = clash.with
  if (explainer.details === 'nothing' || !other) return when
  const organizer = parseCalendarAddress(other.booking.organizer)
  const subject = explainer.details === 'all' ? makeOneLine(other.booking.summary, longestSubject) : ''
  return explainer.texts.takenBy(when, organizer === undefined ? '' : showAddress(organizer), subject)
}
