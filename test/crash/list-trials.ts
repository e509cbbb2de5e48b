// Which failures an arrival is tried with: every point of it, and at each point one of the ways to fail or all of them.
import type { Trouble } from '../store/simulated-disk.ts'
import type { Arrival } from './crash-world.ts'
import type { Trial } from './try-mail.ts'

/** `every`: all ways at all points. `turns`: all points, at each another of the ways. Otherwise one point in so many. */
export type Thoroughness = 'every' | 'turns' | { readonly oneIn: number }

/** `random` says with which way and which point it begins, and what a power loss takes. */
export function* listTrials(
  { changes, calls }: Arrival,
  thoroughness: Thoroughness,
  random: () => number,
): Generator<Trial> {
  const stride = typeof thoroughness === 'object' ? thoroughness.oneIn : 1
  const first = () => 1 + Math.floor(random() * stride)
  const turn = Math.floor(random() * 1000)
  for (let at = first(); at <= changes; at += stride)
    for (const [index, way] of stops.entries())
      if (thoroughness === 'every' || (turn + at) % stops.length === index) yield way(at, random, changes)
  for (let at = first(); at <= calls; at += stride)
    for (const [index, way] of refusals.entries())
      if (thoroughness === 'every' || (turn + at) % refusals.length === index) yield way(at, random, calls)
}

type Way = (at: number, random: () => number, last: number) => Trial

const kill = (at: number): Trouble => ({ kind: 'killed', at })

const stops: readonly Way[] = [
  (at) => ({ trouble: kill(at), name: 'killed half-way' }),
  (at) => ({ trouble: { kind: 'killed', at, before: true }, name: 'killed' }),
  (at) => ({ trouble: kill(at), flushes: true, name: 'killed half-way, the outbox sent meanwhile,' }),
  (at) => ({ trouble: kill(at), power: () => 0, name: 'without power, all unsynced lost,' }),
  (at) => ({ trouble: kill(at), power: () => 1, name: 'without power, all unsynced kept,' }),
  (at) => ({ trouble: kill(at), power: () => 2, name: 'without power, all unsynced torn,' }),
  (at, random) => ({
    trouble: kill(at),
    power: () => Math.floor(random() * 3),
    name: 'without power, the unsynced by chance,',
  }),
  (at, random, last) => ({
    trouble: kill(at),
    again: 1 + Math.floor(random() * last),
    name: 'killed half-way, and once more in the second try,',
  }),
  (at) => ({ trouble: kill(at), clock: -2, name: 'killed half-way, the clock two seconds back,' }),
]

const codes = ['ENOSPC', 'EIO', 'EMFILE', 'EROFS', 'EACCES', 'EDQUOT']

const refusals: readonly Way[] = [
  ...[false, true].map(
    (isLate): Way =>
      (at) => ({ trouble: refuse(at, codes[at % codes.length] ?? 'EIO', 1, isLate), name: 'refused once' }),
  ),
  (at) => ({ trouble: refuse(at, 'ENOSPC', 1000), name: 'refused from there on' }),
  (at) => ({
    trouble: refuse(at, codes[at % codes.length] ?? 'EIO', 1),
    stays: true,
    name: 'refused once, in a daemon,',
  }),
  (at) => ({ trouble: refuse(at, 'EIO', 20), stays: true, name: 'refused for a while, in a daemon,' }),
]

function refuse(at: number, code: string, until: number, isLate = false): Trouble {
  return { kind: 'refused', at, code, until, ...(isLate ? { late: true } : {}) }
}
