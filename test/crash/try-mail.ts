// One mail, one failure, and then what a mail system does: the same bytes to the same recipient again, until it is told that all is done.

import type { Trouble } from '../store/simulated-disk.ts'
import type { Route } from '../support/case-file.ts'
import type { SentMail } from '../support/case-world.ts'
import { flushAll, type Machine, publishAll, type Ran, runAgentOn } from './crash-machine.ts'
import { showTrouble } from './show-trial.ts'

/** What goes wrong, and what happens before the mail comes again. */
export interface Trial {
  readonly trouble: Trouble
  /** After a kill the machine loses its power: 0 what was not synced is lost, 1 kept, 2 torn; or each as it comes. */
  readonly power?: () => number
  /** `imip-admin outbox flush` comes first. */
  readonly flushes?: true
  /** The next try is killed, too, at the call with this number. */
  readonly again?: number
  /** Seconds by which the clock stands at the second try. */
  readonly clock?: number
  /** The program lives on, as the daemon does, and gets the mail again. */
  readonly stays?: true
  /** For the report. */
  readonly name: string
}

export interface Tried {
  /** The last word to the mail system. */
  readonly exit: string
  /** In order, of all runs. */
  readonly sent: readonly SentMail[]
  /** The first run had it that all is done, in spite of everything. */
  readonly isDoneAtOnce: boolean
}

/** A disk that refuses twenty calls in a row may need a try for each of them. */
const mostTries = 30

export async function tryMail(machine: Machine, route: Route, bytes: Uint8Array, trial: Trial): Promise<Tried> {
  const sent: SentMail[] = []
  const first = await runAgentOn(machine, route, bytes, trial.trouble)
  sent.push(...first.sent)
  if (isSettled(first)) {
    // What could not be sent or published then is the business of cron.
    sent.push(...(await flushAll(machine)))
    await publishAll(machine)
    return { exit: nameExit(first.outcome), sent, isDoneAtOnce: true }
  }
  if (trial.power) machine.disk.losePower(trial.power)
  if (trial.flushes) sent.push(...(await flushAll(machine)))
  const { clock } = trial
  const later = clock === undefined ? machine : { ...machine, now: () => machine.now() + clock }
  for (let tries = 1; ; tries++) {
    if (tries > mostTries) throw new Error(`${showTrouble(trial)}: it is never done`)
    const trouble: Trouble | undefined =
      tries === 1 && trial.again !== undefined ? { kind: 'killed', at: trial.again } : undefined
    const ran = await runAgentOn(later, route, bytes, trouble, trial.stays ? { before: first } : {})
    sent.push(...ran.sent)
    if (isSettled(ran)) return { exit: nameExit(ran.outcome), sent, isDoneAtOnce: false }
  }
}

function isSettled({ outcome }: Ran): boolean {
  return outcome?.kind === 'done' || outcome?.kind === 'refused'
}

export function nameExit(outcome: Ran['outcome']): string {
  return outcome === undefined ? 'killed' : { done: '0', temporary: '75', refused: '69' }[outcome.kind]
}
