// Mail to the bounce address: an answer that could not be delivered is written down, and the owner told. Nothing here is answered.
import * as reasons from '../agents/reasons.ts'
import { type CalendarAddress, parseCalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { type DeliveryReport, parseDeliveryReport } from '../mail/delivery-report.ts'
import { isAnswerId } from '../mail/message-id.ts'
import type { Preferences } from '../preferences/preferences.ts'
import { notePassed } from './note-passed.ts'
import { makeNotice } from './notice.ts'
import { done, type Outcome } from './outcome.ts'
import type { Party } from './party.ts'
import type { RawMail } from './raw-mail.ts'
import { sendAnswers } from './send.ts'
import { makeUndeliverable } from './undeliverable.ts'
import type { World } from './world.ts'

/** With any extension: `imip-bounces+TOKEN@example.com`. */
export function isBounceAddress({ user, site }: Party, world: World): boolean {
  const { bounceAddress } = world.configuration
  return bounceAddress !== '' && user !== undefined && user === parseCalendarAddress(bounceAddress, site.addresses)
}

/** RFC 3464, 2: of each recipient who will never get our answer there is a verdict; other reports end here. */
export async function receiveBounce(raw: RawMail, party: Party, world: World): Promise<Outcome> {
  const report = parseDeliveryReport(raw.bytes)
  const about = report && findAnswering(report, party)
  if (!report || !about || report.failed.length === 0) {
    await notePassed(reasons.droppedMail, party, world)
    return done
  }
  const verdicts = report.failed.map(({ address, status, diagnostic }) => {
    const words = [status, diagnostic].filter((word) => word !== '').join(' ')
    const text = `answer ${report.messageId ?? ''} to ${address} came back: ${words}`
    return makeUndeliverable(about, text, party.facts.messageId, world)
  })
  for (const verdict of verdicts) world.report.verdict(verdict, party.recipient)
  if (world.dryRun) return done
  for (const verdict of verdicts) await world.openStore().noteVerdict(verdict)
  return world.mode === 'on' ? tellOwner(about, report, party, world) : done
}

/** Whose answer came back: only mails of our own making count, whoever else writes to this address. */
function findAnswering({ messageId, from }: DeliveryReport, { site }: Party): CalendarAddress | undefined {
  if (messageId === undefined || !isAnswerId(messageId) || from === undefined) return undefined
  return parseCalendarAddress(from, site.addresses)
}

async function tellOwner(
  user: CalendarAddress,
  { failed, messageId }: DeliveryReport,
  party: Party,
  world: World,
): Promise<Outcome> {
  const { owner, language }: Preferences = party.readPreferences(user)
  const [failure] = failed
  if (owner === '' || !failure) return done
  const outgoing = makeNotice(
    {
      kind: 'undeliverable',
      language,
      about: showAddress(user),
      recipient: failed.map(({ address }) => address).join(', '),
      diagnostic: failure.diagnostic || failure.status,
    },
    { user, to: owner, key: party.facts.digest, references: messageId === undefined ? [] : [messageId] },
    world,
  )
  await world.openStore().transact([user], [], async () => ({ changes: [{ user, outgoing }], result: undefined }))
  return sendAnswers([user], world)
}
