// The verdict of a mail that was left alone: there is no message it could belong to, but nothing is silent.
import type { Verdict } from '../agents/verdict.ts'
import { type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Reason } from '../itip/reason.ts'
import { parseHeader } from '../mail/header.ts'
import type { Party } from './party.ts'
import type { RawMail } from './raw-mail.ts'
import type { World } from './world.ts'

/** Told and written down; a dry run only tells. */
export async function notePassed(reason: Reason, party: Party, world: World): Promise<Verdict> {
  const verdict = tellPassed(reason, party, world)
  if (!world.dryRun) await world.openStore().noteVerdict(verdict)
  return verdict
}

/** To the log, and to whoever asked to see it. */
export function tellPassed(reason: Reason, party: Party, world: World): Verdict {
  const { messageId, envelope } = party.facts
  const verdict = makePassed(reason, party.user, messageId, envelope.queueId ?? null, world)
  world.report.verdict(verdict, party.recipient)
  return verdict
}

/**
 * Of a mail that was handed on unprocessed since we failed on it: it is not parsed again, and where the store is the fault the
 * log alone has it.
 */
export async function noteFault(raw: RawMail, recipient: string, world: World): Promise<void> {
  const messageId =
    parseHeader(raw.bytes)
      .find((field) => field.name === 'message-id')
      ?.value.trim() ?? ''
  const user = parseCalendarAddress(recipient, world.configuration)
  const verdict = makePassed(handedOnAfterFault, user, messageId, raw.queueId ?? null, world)
  world.report.verdict(verdict, recipient)
  try {
    await world.openStore().noteVerdict(verdict)
  } catch (error) {
    world.report.failure(
      `the store did not take the verdict: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

const handedOnAfterFault: Reason = {
  code: 'fault',
  rule: 'fail_open_after',
  text: 'we failed on this mail for too long; it was handed on unprocessed',
}

/** Stands for a recipient that is no mail address. */
export const nobody: CalendarAddress = 'mailto:nobody@localhost'

function makePassed(
  reason: Reason,
  user: CalendarAddress | undefined,
  messageId: string,
  queueId: string | null,
  world: World,
): Verdict {
  return {
    at: world.now(),
    user: user ?? nobody,
    agent: world.agent,
    uid: null,
    recurrenceId: null,
    method: null,
    sequence: null,
    verdict: 'passed',
    answer: null,
    reason,
    notes: [],
    messageId,
    queueId,
  }
}
