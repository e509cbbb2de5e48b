// Rooms in the store and folders of preferences that everybody may write to.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findOpenPlace } from '../../closed-place.ts'
import type { AdminWorld } from '../admin-world.ts'
import { type Finding, makeOk, makeWrong } from './finding.ts'

/** So many are named; the others are alike. */
const mostNamed = 5

export function checkOpenPlaces({ configuration: { storeDir, preferencesDir } }: AdminWorld): readonly Finding[] {
  const reasons = [storeDir, preferencesDir].flatMap((place) =>
    listNames(place).flatMap((name) => findOpenPlace(join(place, name)) ?? []),
  )
  if (reasons.length === 0) return [makeOk('rooms', 'closed to strangers')]
  const rest = reasons.length - mostNamed
  return [
    ...reasons.slice(0, mostNamed).map((reason) => makeWrong('rooms', reason)),
    ...(rest > 0 ? [makeWrong('rooms', `${rest} more that everybody may write to`)] : []),
  ]
}

/** What is not there is told elsewhere. */
function listNames(place: string): readonly string[] {
  try {
    return readdirSync(place)
  } catch {
    return []
  }
}
