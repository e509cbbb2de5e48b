// The store: it can be read, nothing waits for too long, no mail fails again and again.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { serializeInstant } from '../../calendar/time.ts'
import { TemporaryFailure } from '../../failure.ts'
import type { OutboxEntry } from '../../store/store.ts'
import type { AdminWorld } from '../admin-world.ts'
import { describeSystemError } from '../system-error.ts'
import { type Finding, makeOk, makeWrong } from './finding.ts'

/** Seconds: by then cron has tried the outbox hundreds of times. */
const longWait = 86_400

export async function checkStore(world: AdminWorld): Promise<readonly Finding[]> {
  try {
    const entries: OutboxEntry[] = []
    for await (const entry of world.openStore().readOutbox()) entries.push(entry)
    return [makeOk('store format', 'known'), checkOutbox(entries, world), checkAttempts(world)]
  } catch (error) {
    const reason = error instanceof TemporaryFailure ? error.message : describeSystemError(error)
    if (reason === undefined) throw error
    return [makeWrong('store', reason)]
  }
}

function checkOutbox(entries: readonly OutboxEntry[], { now }: AdminWorld): Finding {
  const old = entries.filter(({ committedAt }) => committedAt < now() - longWait)
  const [first] = old
  if (!first)
    return makeOk('outbox', entries.length === 0 ? 'empty' : `${entries.length} to be sent, none older than a day`)
  return makeWrong(
    'outbox',
    `${old.length} older than a day, the oldest of ${first.user} since ${serializeInstant(first.committedAt)}; "imip-admin outbox flush" says what the mail system replies`,
  )
}

/** Beside the store lies what is known of mails that the mail system keeps because of us. */
function checkAttempts({ configuration, now }: AdminWorld): Finding {
  const place = join(configuration.storeDir, '.attempts')
  const names = listNames(place)
  const old = names.filter((name) => readAge(join(place, name), now()) > 2 * configuration.failOpenAfter)
  if (old.length === 0) return makeOk('failing mails', names.length === 0 ? 'none' : `${names.length}, none for long`)
  return makeWrong(
    'failing mails',
    `${old.length} have failed for more than twice fail_open_after; the log says why, ${place} has a file for each`,
  )
}

function listNames(place: string): readonly string[] {
  try {
    return readdirSync(place)
  } catch {
    return []
  }
}

function readAge(path: string, now: number): number {
  try {
    return now - statSync(path).mtimeMs / 1000
  } catch {
    return 0
  }
}
