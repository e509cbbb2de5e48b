// Is a mail an answer of this site's own agents? Local submission brings no DKIM along; the site's key proves it.
import { decodeCalendarText } from '../calendar/decode.ts'
import { findSignedAnswer, signatureField } from '../mail/answer-signature.ts'
import type { IncomingMail } from '../mail/incoming-mail.ts'
import { findPartKind } from '../mail/part-kind.ts'
import { readAnswerKey } from './answer-key.ts'
import type { World } from './world.ts'

/** Seconds: mail systems try for five days; what is older was kept by somebody. */
const longestWay = 7 * 86_400

/** The same mail; where it is such an answer, its facts name those it was written to. */
export function recognizeAnswer(mail: IncomingMail, world: Pick<World, 'configuration' | 'now'>): IncomingMail {
  const { bytes, facts, parts } = mail
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, mostLooked))
  if (!header.includes(signatureField)) return mail
  const key = readAnswerKey(world.configuration)
  const calendars = parts
    .filter((part) => findPartKind(part.contentType, part.fileName) === 'calendar')
    .map((part) => decodeCalendarText(part.content, part.parameters.get('charset')))
  const answer = key && findSignedAnswer(bytes, calendars, key)
  // A date that nobody can read is no date of ours.
  if (!answer || !(Math.abs(Date.parse(answer.date) / 1000 - world.now()) <= longestWay)) return mail
  return { ...mail, facts: { ...facts, authentication: { ...facts.authentication, ownAnswerTo: answer.to } } }
}

/** Bytes: the field stands above all others that we write; only the mail system's stand higher. */
const mostLooked = 64 * 1024
