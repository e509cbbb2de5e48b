// The reasons of an answer as sentences for the organizer; they also become its COMMENT.
import type { Component } from '../calendar/component.ts'
import type { Period } from '../calendar/period.ts'
import type { Zones } from '../calendar/time-zone.ts'
import type { Reason } from '../itip/reason.ts'
import { findCatalogue } from '../text/catalogue.ts'
import { describePeriod } from '../text/describe-when.ts'

/** Dates named one by one; of more clashes the number is told. */
const mostDates = 10

/** Who else is in the time is not said: that is the other's business. Empty for an acceptance without conditions. */
export function explainAnswer(
  language: string,
  reason: Reason,
  clashes: readonly Period[],
  component: Component | undefined,
  zones: Zones,
): readonly string[] {
  const texts = findCatalogue(language)
  if (clashes.length > 0 && component) {
    const dates = clashes.slice(0, mostDates).map((period) => describePeriod(period, component, zones))
    return [texts.taken(dates, clashes.length - dates.length)]
  }
  const sentence = Object.hasOwn(texts.reasons, reason.code) ? texts.reasons[reason.code] : undefined
  return sentence === undefined ? [] : [sentence(reason.text)]
}
