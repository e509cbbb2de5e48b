// Exactly once: a message that was decided is not decided again; an organizer who asks again is told the same.

import { makeSeries } from '../itip/instances.ts'
import { makeReason, type Reason } from '../itip/reason.ts'
import type { DecidedMessage, RecordedAnswer, StoredSeries } from '../itip/stored-series.ts'
import type { Situation } from './situation.ts'
import type { VerdictWord } from './verdict.ts'

/** So many are kept of a UID: enough for every mail still on its way, few enough to stay small. */
const mostDecided = 64

/** An organizer who keeps asking gets so many repetitions in a day: two programs cannot answer each other for ever. */
const mostRepetitions = 3
const day = 86_400

export type Repetition =
  | { readonly kind: 'first' }
  /** The mail system tries the same mail again: only the outbox goes out. */
  | { readonly kind: 'retry'; readonly reason: Reason }
  /** Asked again in another mail: the recorded answer is given again. */
  | { readonly kind: 'asked-again'; readonly decided: DecidedMessage; readonly answer: RecordedAnswer }
  | { readonly kind: 'enough'; readonly reason: Reason }

const rule = 'decided once'

export function findRepetition(situation: Situation): Repetition {
  const decided = situation.stored?.decided.find((message) => message.key === situation.decisionKey)
  if (!decided) return { kind: 'first' }
  if ([decided.messageId, ...(decided.repeatedTo ?? [])].includes(situation.mail.messageId))
    return { kind: 'retry', reason: makeReason('already-decided', rule, 'this very mail was decided before') }
  if (!decided.answer)
    return {
      kind: 'enough',
      reason: makeReason('already-decided', rule, 'the same message was decided before, without an answer'),
    }
  const recent = decided.answer.repeatedAt.filter((at) => at > situation.now - day)
  if (recent.length >= mostRepetitions)
    return {
      kind: 'enough',
      reason: makeReason(
        'asked-too-often',
        rule,
        `the answer was repeated ${mostRepetitions} times within a day already`,
      ),
    }
  return { kind: 'asked-again', decided, answer: decided.answer }
}

/** The series with this message among the decided ones. */
export function withDecided(
  series: StoredSeries,
  situation: Situation,
  verdict: VerdictWord,
  reason: Reason,
  answer: RecordedAnswer | undefined,
): StoredSeries {
  const entry: DecidedMessage = {
    key: situation.decisionKey,
    messageId: situation.mail.messageId,
    at: situation.now,
    verdict,
    reason: reason.code,
    ...(answer ? { answer } : {}),
  }
  const [before] = series.decided.filter((message) => message.key === entry.key)
  const others = series.decided.filter((message) => message !== before)
  // Decided anew: the mails that brought it before have their answers.
  if (before) return { ...series, decided: [...others, withEarlierMails(entry, before)].slice(-mostDecided) }
  return { ...series, decided: [...others, entry].slice(-mostDecided) }
}

function withEarlierMails(entry: DecidedMessage, { messageId, repeatedTo = [] }: DecidedMessage): DecidedMessage {
  const earlier = [messageId, ...repeatedTo].filter((id) => id !== entry.messageId)
  return earlier.length === 0 ? entry : { ...entry, repeatedTo: earlier.slice(-mostDecided) }
}

/** The series with a repeated answer, and the mail it went out to: if that one is tried again it has been answered. */
export function withRepetition(
  stored: StoredSeries | undefined,
  uid: string,
  decided: DecidedMessage,
  answer: RecordedAnswer,
  messageId: string,
): StoredSeries {
  const series = stored ?? makeSeries(uid)
  const repeatedTo = [...(decided.repeatedTo ?? []), messageId].slice(-mostDecided)
  return {
    ...series,
    decided: series.decided.map((message) =>
      message.key === decided.key ? { ...message, repeatedTo, answer } : message,
    ),
  }
}
