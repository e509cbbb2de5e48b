// How many dates of a series may be refused at most: with one more the series is declined as a whole.
import type { Preferences } from '../preferences/preferences.ts'

/** Each refused date is a mail; a series of which more are refused is no use to its organizer. */
export const mostRefused = 10

/** A part of the dates says it only once all are counted; the number holds in any case. */
export function readMostRefused({ conflictTolerance }: Pick<Preferences, 'conflictTolerance'>): number {
  return conflictTolerance?.kind === 'number' ? Math.min(conflictTolerance.most, mostRefused) : mostRefused
}
