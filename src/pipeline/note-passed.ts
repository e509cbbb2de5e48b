// The verdict of a mail that was left alone: there is no message it could belong to, but nothing is silent.
import type { Verdict, VerdictWord } from '../agents/verdict.ts'
import { type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Envelope } from '../itip/mail-facts.ts'
import type { Reason } from '../itip/reason.ts'
import { readSenderDomain } from '../itip/waiting.ts'
import { parseAddressList } from '../mail/address-list.ts'
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

/** The same of what ends here. */
export async function noteRefused(reason: Reason, party: Party, world: World): Promise<void> {
  const verdict = tellPassed(reason, party, world, 'refused')
  await world.openStore().noteVerdict(verdict)
}

/** To the log, and to whoever asked to see it. */
export function tellPassed(reason: Reason, party: Party, world: World, word: VerdictWord = 'passed'): Verdict {
  const { messageId, envelope } = party.facts
  const mail = { messageId, queueId: envelope.queueId ?? null, ...readFrom(party.facts) }
  const verdict = { ...makePassed(reason, party.user, mail, world), verdict: word }
  world.report.verdict(verdict, party.recipient)
  return verdict
}

/**
 * Of a mail that was handed on unprocessed since we failed on it: it is not parsed again, and where the store is the fault the
 * log alone has it.
 */
export async function noteFault(raw: RawMail, recipient: string, world: World): Promise<void> {
  const fields = parseHeader(raw.bytes)
  const messageId = fields.find((field) => field.name === 'message-id')?.value.trim() ?? ''
  const from = fields.filter((field) => field.name === 'from').flatMap((field) => parseAddressList(field.value))
  const mail = { messageId, queueId: raw.queueId ?? null, ...readFrom({ from, envelope: raw }) }
  const user = parseCalendarAddress(recipient, world.configuration)
  const verdict = makePassed(handedOnAfterFault, user, mail, world)
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
  mail: Pick<Verdict, 'messageId' | 'queueId' | 'from'>,
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
    ...mail,
  }
}

/** Whose mail it is, as far as a summary of many wants to know. */
export function readFrom(mail: {
  readonly from: readonly string[]
  readonly envelope: Pick<Envelope, 'sender'>
}): Pick<Verdict, 'from'> {
  const from = readSenderDomain({ from: mail.from, envelopeSender: mail.envelope.sender })
  return from === '' ? {} : { from }
}
