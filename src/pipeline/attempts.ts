// Attempts: since when a mail fails on us, and which of its recipients are done; kept beside the store while the mail system keeps the mail.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import type { Instant } from '../calendar/time.ts'
import type { Outcome } from './outcome.ts'
import type { RawMail } from './raw-mail.ts'

/** No method ever throws: a mail must not fail because its failures cannot be counted. */
export interface Attempts {
  /** Did the first attempt that failed through our own fault lie longer ago than `fail_open_after`? */
  isHopeless(raw: RawMail): boolean
  /** Before anything that may fail or never end: an attempt that is killed has been counted. */
  begin(raw: RawMail): void
  isDone(raw: RawMail, recipient: string): boolean
  settle(raw: RawMail, recipient: string, outcome: Outcome): void
  /** What is to be delivered to a recipient, as JSON: the next try, if there is one, shall do the same. */
  keepPlan(raw: RawMail, recipient: string, plan: unknown): void
  recallPlan(raw: RawMail, recipient: string): unknown
  /** All recipients are settled: what must be known at the next try is kept, all else forgotten. */
  end(raw: RawMail): void
}

export const noAttempts: Attempts = {
  isHopeless: () => false,
  begin: () => {},
  isDone: () => false,
  settle: () => {},
  keepPlan: () => {},
  recallPlan: () => undefined,
  end: () => {},
}

interface State {
  /** When it first failed through our own fault; absent where only the mailbox was not ready. */
  readonly failingSince?: Instant
  readonly done: readonly string[]
  /** By recipient. */
  readonly plans?: Readonly<Record<string, unknown>>
}

const noState: State = { done: [] }

/** Since when each mail fails through our own fault that the mail system keeps because of it, oldest first; for imip-admin. */
export function listFailing(directory: string): readonly Instant[] {
  const since = new Map<string, Instant>()
  for (const place of listPlaces(directory))
    for (const name of listNames(place)) {
      const { failingSince } = readState([place], name) ?? noState
      if (failingSince !== undefined && !since.has(name)) since.set(name, failingSince)
    }
  return [...since.values()].sort((a, b) => a - b)
}

function listNames(place: string): readonly string[] {
  try {
    return readdirSync(place).filter((name) => /^[0-9a-f]{40}$/.test(name))
  } catch {
    // Nothing has failed yet.
    return []
  }
}

/** Where the first cannot be written, as with a broken store, a folder for temporary files serves. */
function listPlaces(directory: string): readonly string[] {
  return [directory, `${tmpdir()}/imip-agent-${process.getuid?.() ?? 0}`]
}

export function makeAttempts(directory: string, failOpenAfter: number, now: () => Instant): Attempts {
  // To find the second one costs, and most mails need neither.
  let found: readonly string[] | undefined
  const readPlaces = (): readonly string[] => {
    found ??= listPlaces(directory)
    return found
  }
  const known = new Map<RawMail, { name: string; state: State | undefined; results: Map<string, Outcome> }>()

  const open = (raw: RawMail) => {
    const entered = known.get(raw)
    if (entered) return entered
    const name = nameAttempt(raw)
    const entry = { name, state: readState(readPlaces(), name), results: new Map<string, Outcome>() }
    known.set(raw, entry)
    return entry
  }

  return {
    isHopeless: (raw) => {
      const since = open(raw).state?.failingSince
      return since !== undefined && failOpenAfter > 0 && now() - since >= failOpenAfter
    },
    begin: (raw) => {
      const entry = open(raw)
      if (entry.state?.failingSince !== undefined) return
      entry.state = { ...(entry.state ?? noState), failingSince: now() }
      writeState(readPlaces(), entry.name, entry.state)
    },
    isDone: (raw, recipient) => raw.recipients.length > 1 && (open(raw).state?.done.includes(recipient) ?? false),
    settle: (raw, recipient, outcome) => {
      if (raw.recipients.length > 1 || known.has(raw)) open(raw).results.set(recipient, outcome)
    },
    keepPlan: (raw, recipient, plan) => {
      const entry = open(raw)
      const state = entry.state ?? noState
      entry.state = { ...state, plans: { ...state.plans, [recipient]: plan } }
      writeState(readPlaces(), entry.name, entry.state)
    },
    recallPlan: (raw, recipient) => open(raw).state?.plans?.[recipient],
    end: (raw) => {
      const entry = known.get(raw)
      if (!entry) return
      known.delete(raw)
      const waiting = [...entry.results].filter(([, outcome]) => outcome.kind === 'temporary')
      if (waiting.length === 0) {
        if (entry.state) forgetState(readPlaces(), entry.name)
        return
      }
      const settled = [...entry.results]
        .filter(([, outcome]) => outcome.kind !== 'temporary')
        .map(([recipient]) => recipient)
      const ours = waiting.some(([, outcome]) => outcome.kind === 'temporary' && !outcome.theirs)
      const state: State = {
        ...(ours ? { failingSince: entry.state?.failingSince ?? now() } : {}),
        done: [...new Set([...(entry.state?.done ?? []), ...settled])],
        ...(entry.state?.plans ? { plans: entry.state.plans } : {}),
      }
      if (state.failingSince === undefined && state.done.length === 0 && !state.plans)
        forgetState(readPlaces(), entry.name)
      else writeState(readPlaces(), entry.name, state)
    },
  }
}

/** The mail system gives the same bytes to the same recipients at each try. */
function nameAttempt(raw: RawMail): string {
  const hash = createHash('sha256').update(raw.recipients.join('\n')).update('\n\n').update(raw.bytes)
  return hash.digest('hex').slice(0, 40)
}

function readState(places: readonly string[], name: string): State | undefined {
  for (const place of places) {
    try {
      const state: unknown = JSON.parse(readFileSync(`${place}/${name}`, 'utf8'))
      if (isState(state)) return state
    } catch {
      // Not here; a torn file says nothing.
    }
  }
  return undefined
}

function isState(value: unknown): value is State {
  const state = value as Partial<State> | null
  return typeof state === 'object' && state !== null && Array.isArray(state.done)
}

function writeState(places: readonly string[], name: string, state: State): void {
  for (const place of places) {
    try {
      makePlace(place)
      writeFileSync(`${place}/${name}.new`, JSON.stringify(state), { mode: 0o600 })
      renameSync(`${place}/${name}.new`, `${place}/${name}`)
      return
    } catch {
      // The next place, or none.
    }
  }
}

/** A folder in a place everybody may write to is used only if it is ours alone. */
function makePlace(place: string): void {
  // Not those above it: a store that is away must not be begun anew by what is kept beside it.
  if (!existsSync(place)) mkdirSync(place, { mode: 0o700 })
  if (!place.startsWith(tmpdir())) return
  const status = lstatSync(place)
  if (!status.isDirectory() || status.uid !== process.getuid?.()) throw new Error(`${place} is not ours`)
  chmodSync(place, 0o700)
}

function forgetState(places: readonly string[], name: string): void {
  for (const place of places) {
    try {
      unlinkSync(`${place}/${name}`)
    } catch {
      // Not here.
    }
  }
}
