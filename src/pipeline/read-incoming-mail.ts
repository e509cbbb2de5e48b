// Step 1 with what the mail system told: bytes and envelope → IncomingMail.
import type { IncomingMail } from '../mail/incoming-mail.ts'
import { readMail } from '../mail/read-mail.ts'
import type { RawMail } from './raw-mail.ts'
import { recognizeAnswer } from './recognize-answer.ts'
import type { World } from './world.ts'

export async function readIncomingMail(raw: RawMail, world: World): Promise<IncomingMail> {
  const { sender, originalRecipient, login, client, queueId } = raw
  const envelope = { sender, recipient: raw.recipients[0] ?? '', originalRecipient, login, client, queueId }
  const { spamHeaders, authservId, localDomains } = world.configuration
  const mail = await readMail(raw.bytes, { envelope, spamHeaders, trust: { authservId, localDomains } })
  return recognizeAnswer(mail, world)
}
