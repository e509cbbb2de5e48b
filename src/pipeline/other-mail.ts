// Mail to a resource that carries nothing to decide: its owner reads it.
import * as reasons from '../agents/reasons.ts'
import { readDomain } from '../calendar/calendar-address.ts'
import { composeResent } from '../mail/compose-resent.ts'
import { isBounceAddress, receiveBounce } from './bounce.ts'
import { chooseEnvelopeSender, type Decided } from './commit.ts'
import { readOutcome } from './mailbox.ts'
import { notePassed } from './note-passed.ts'
import { done, type Outcome } from './outcome.ts'
import type { Party } from './party.ts'
import type { RawMail } from './raw-mail.ts'
import type { World } from './world.ts'

/** Was there nothing that the resource could decide about? A message that it understood but does not act on is none of that. */
export function isOtherMail(decided: readonly Decided[], world: World): boolean {
  return (
    world.agent === 'imip-resource' &&
    decided.every(({ verdict }) => verdict.verdict === 'passed' && verdict.reason.code !== 'not-automated')
  )
}

/** `hasVerdict`: what the mail carried was judged before; a mail that ends here has one in any case. */
export async function sendOtherMail(raw: RawMail, party: Party, hasVerdict: boolean, world: World): Promise<Outcome> {
  if (isBounceAddress(party, world)) return receiveBounce(raw, party, world)
  const target = chooseTarget(party, world)
  if (target === undefined) {
    if (!hasVerdict) await notePassed(reasons.droppedMail, party, world)
    return done
  }
  if (!hasVerdict) world.report.passed(party.recipient)
  if (target === 'refuse') return { kind: 'refused', code: '5.7.1', reply: 'This address answers invitations only' }
  if (world.dryRun || world.mode === 'observe' || party.user === undefined) return done
  const mail = composeResent({
    bytes: raw.bytes,
    from: party.recipient,
    to: target,
    sender: chooseEnvelopeSender(world.configuration, { user: party.user }),
    messageId: `<resent.${party.facts.digest.slice(0, 40)}.imip-agent@${readDomain(party.user)}>`,
    date: world.now(),
  })
  const delivery = await world.outward.open(mail)
  const outcome = readOutcome((await delivery.finish(mail.bytes))[0])
  // Nobody is left who could read it: the mail system keeps it, and the log says why.
  if (outcome.kind === 'refused') return { kind: 'temporary', reason: `${target} was refused: ${outcome.reply}` }
  return outcome
}

/** Automatic mail and spam end here: nobody waits for an answer to them. RFC 3834, 2. */
function chooseTarget(party: Party, world: World): string | undefined {
  const { facts, user } = party
  if (facts.isSpam || facts.isReport || (facts.autoSubmitted !== 'no' && facts.autoSubmitted !== '')) return undefined
  if (facts.envelope.sender === '') return undefined
  const owner = user === undefined ? '' : party.readPreferences(user).owner
  if (owner !== '') return owner
  switch (world.configuration.resourceOtherMail) {
    case 'drop':
      return undefined
    case 'refuse':
      return 'refuse'
    default:
      return user === undefined ? undefined : `postmaster@${readDomain(user)}`
  }
}
