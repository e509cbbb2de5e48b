// The mailbox behind us: asked at RCPT before anything is stored, given the original at the end.
import type { OpenDelivery } from '../mail/transport/transport.ts'
import { done, type Outcome } from './outcome.ts'
import type { RawMail } from './raw-mail.ts'
import type { World } from './world.ts'

export interface AskedMailbox {
  /** What it says to this recipient. */
  readonly answer: Outcome
  deliver(bytes: Uint8Array): Promise<Outcome>
  /** Breaks off what was not delivered; does nothing after `deliver`. */
  leave(): Promise<void>
}

export async function askMailbox(raw: RawMail, recipient: string, world: World): Promise<AskedMailbox> {
  const envelope = { sender: raw.sender, recipients: [world.onward.spell(recipient)] }
  const delivery = await world.onward.transport.open({ kind: 'original', envelope, bytes: raw.bytes })
  let isOpen = true
  const answer = readOutcome(delivery.recipients[0])
  if (answer.kind !== 'done') await leave()
  return { answer, deliver, leave }

  async function deliver(bytes: Uint8Array): Promise<Outcome> {
    isOpen = false
    return readOutcome((await delivery.finish(bytes))[0])
  }

  async function leave(): Promise<void> {
    if (!isOpen) return
    isOpen = false
    await delivery.abandon()
  }
}

export function readOutcome(result: OpenDelivery['recipients'][number] | undefined): Outcome {
  if (result === undefined) return { kind: 'temporary', reason: 'the mailbox said nothing about the recipient' }
  switch (result.kind) {
    case 'delivered':
      return done
    case 'deferred':
      return { kind: 'temporary', reason: result.reply, theirs: true }
    case 'refused':
      return { kind: 'refused', code: result.code, reply: result.reply }
  }
}
