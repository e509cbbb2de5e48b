// In which form a mail reaches a person's mailbox: as it is, or as the preference `incoming` wants it.
import { createHash } from 'node:crypto'
import { unprovenSenderCode } from '../agents/reasons.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { WritableCalendar } from '../calendar/serialize.ts'
import type { Instant } from '../calendar/time.ts'
import { composeHandedOn, type ToldVerdict } from '../mail/handed-on-mail.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import { composeSummary, composeWrapping, type SummaryDraft } from '../mail/summary-mail.ts'
import type { IncomingForm } from '../preferences/preferences.ts'
import type { Bounded, SummaryFacts } from '../text/summary-facts.ts'
import type { Decided } from './commit.ts'
import type { Party } from './party.ts'
import type { RawMail } from './raw-mail.ts'
import type { World } from './world.ts'

/** All that the form is made of, as JSON: it is kept until the mail is delivered, so that another try makes the same mails. */
export interface DeliveryPlan {
  readonly form: IncomingForm
  readonly at: Instant
  /** Of the decisions it tells about; part of the Message-ID. */
  readonly key: string
  readonly messages: Bounded<SummaryFacts>
  /** The user's free/busy, which goes with the summary; of several messages as it is after the last. */
  readonly beside?: WritableCalendar
  /** For the field `X-Imip-Agent`. */
  readonly verdicts: readonly ToldVerdict[]
  /** The summary has reached the mailbox; only the original is missing. */
  readonly isSummaryDelivered?: true
}

export interface DeliveredParty {
  readonly raw: RawMail
  readonly party: Party
  /** Each message of the mail, decided. */
  readonly decided: readonly Decided[]
  /** Of calendars in it that are no message. */
  readonly passed: readonly Verdict[]
}

/** Messages of one mail that are told one by one; a published calendar may have hundreds. */
const mostMessages = 10

export function makeDeliveryPlan({ party, decided, passed }: DeliveredParty, world: World): DeliveryPlan {
  const judged = world.mode === 'on' ? [...decided.map(({ verdict }) => verdict), ...passed] : []
  // What nobody has proven is marked in any case, so that it is not taken for genuine.
  const verdicts = world.configuration.verdictHeader ? judged : judged.filter(isUnproven)
  const messages = decided.flatMap(({ summary }) => summary ?? [])
  const wanted = decided.find(({ form }) => form !== 'message-only')?.form ?? 'message-only'
  const beside = decided.findLast(({ besideSummary }) => besideSummary)?.besideSummary
  const isWhole = decided.every(isTold) && passed.length === 0
  return {
    form: messages.length > 0 && (maySay[wanted] ?? always)(messages, isWhole) ? wanted : 'message-only',
    at: world.now(),
    key: createHash('sha256')
      .update([party.facts.messageId, ...decided.map(({ decisionKey }) => decisionKey)].join(' '))
      .digest('hex')
      .slice(0, 40),
    messages: { shown: messages.slice(0, mostMessages), more: Math.max(0, messages.length - mostMessages) },
    ...(beside ? { beside } : {}),
    verdicts: verdicts.map(({ verdict, reason, method, uid, recurrenceId }) => ({
      verdict,
      reason: { code: reason.code },
      method,
      uid,
      recurrenceId,
    })),
  }
}

function isUnproven({ reason }: Verdict): boolean {
  return reason.code === unprovenSenderCode
}

/** Free/busy beside something else need not be told, unless something is wrong with it. */
function isTold({ form, summary, verdict: { verdict } }: Decided): boolean {
  return summary !== undefined || (form === 'message-only' && (verdict === 'applied' || verdict === 'ignored'))
}

type MaySay = (messages: readonly SummaryFacts[], isWhole: boolean) => boolean

const always: MaySay = () => true

/** Where a summary cannot stand in the place of a mail, or around it, the mail goes as it is. */
const maySay: Readonly<Partial<Record<IncomingForm, MaySay>>> = {
  'summary-only': (messages, isWhole) => isWhole && messages.length <= mostMessages && messages.every(isEnough),
  'summary-wraps-message': (_, isWhole) => isWhole,
}

/** What was not used, or not believed, must be looked at; and busy times are a matter of programs altogether. */
function isEnough({ standing, kind, next }: SummaryFacts): boolean {
  const isAboutTimes = kind === 'free-busy' || kind === 'free-busy-question'
  return standing.verdict !== 'refused' && !isAboutTimes && next !== 'use-original' && next !== 'send-current'
}

/** The original as it goes on: with what the plan says above it. */
export function makeHandedOn({ verdicts }: DeliveryPlan, { raw }: DeliveredParty): Uint8Array {
  return composeHandedOn(raw.bytes, verdicts)
}

/** The summary, with the original inside it where the form wants that; `to` as the mailbox knows the recipient. */
export function makeSummaryMail(
  { form, at, key, messages, beside, verdicts }: DeliveryPlan,
  { raw, party }: DeliveredParty,
  world: World,
): OutgoingMail {
  const { messageSender, managerUrl } = world.configuration
  const domain = party.user?.slice(party.user.lastIndexOf('@') + 1) ?? 'localhost'
  const draft: SummaryDraft = {
    messages,
    beside,
    managerUrl: managerUrl === '' ? undefined : managerUrl,
    sender: messageSender || `calendar@${domain}`,
    to: party.recipient,
    messageId: `<summary.${key}.imip-agent@${domain}>`,
    date: at,
    original: party.facts,
  }
  const mail = form === 'summary-wraps-message' ? composeWrapping(draft, raw.bytes) : composeSummary(draft)
  return {
    ...mail,
    envelope: { ...mail.envelope, recipients: [world.onward.spell(party.recipient)] },
    bytes: composeHandedOn(mail.bytes, verdicts),
  }
}
