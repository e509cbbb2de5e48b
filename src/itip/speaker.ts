// Who is speaking: the identity of a mail as the site's own mail system has proven it, and for whom it may act.
// RFC 6047, 2.2; RFC 5546, 6.1.
import type { CalendarUser } from '../calendar/attendee.ts'
import {
  type AddressRules,
  type CalendarAddress,
  parseCalendarAddress,
  readDomain,
} from '../calendar/calendar-address.ts'
import { isFromDomainOf } from './authority.ts'
import type { MailFacts } from './mail-facts.ts'
import { isInNetwork } from './network.ts'

export interface SpeakerRules {
  readonly addresses: AddressRules
  /**
   * `none`: the domain of the sender must be that of whom it speaks for, and nothing is proven. `aligned`: From must be proven by
   * DMARC, an aligned signature or SPF, or by the login or network of its submission. `strict`: by DMARC, a signature of the very
   * domain, login or network.
   */
  readonly senderCheck: 'none' | 'aligned' | 'strict'
  readonly trustedNetworks: readonly string[]
  /** Signing domain of a calendar service → domains of the organizers it may speak for, `*` for all. */
  readonly schedulerServices: ReadonlyMap<string, readonly string[]>
}

export type Proof = 'login' | 'network' | 'dmarc' | 'dkim' | 'spf' | 'service'

export interface Speaker {
  readonly address: CalendarAddress
  readonly proof: Proof
}

/** Nothing where nobody is proven, or where the mail has several authors. */
export function findSpeaker(mail: MailFacts, rules: SpeakerRules): Speaker | undefined {
  const [from, second] = [...new Set(mail.from.flatMap((text) => parseCalendarAddress(text, rules.addresses) ?? []))]
  if (from === undefined || second !== undefined) return undefined
  const proof = findProof(from, mail, rules)
  return proof && { address: from, proof }
}

function findProof(from: CalendarAddress, mail: MailFacts, rules: SpeakerRules): Proof | undefined {
  const { envelope, authentication } = mail
  const domain = readDomain(from)
  // Whoever may submit mail here is known to the site; which addresses a login may use is the mail system's business.
  if (envelope.login !== undefined || authentication.login.length > 0) return 'login'
  if (rules.trustedNetworks.some((network) => isInNetwork(envelope.client ?? '', network))) return 'network'
  if (authentication.dmarc.includes(domain)) return 'dmarc'
  const isAligned = rules.senderCheck === 'strict' ? (other: string) => other === domain : makeAlignment(domain)
  if (authentication.dkim.some(isAligned)) return 'dkim'
  // SPF speaks of the sending host only, which many share.
  return rules.senderCheck !== 'strict' && authentication.spf.some(isAligned) ? 'spf' : undefined
}

// RFC 7489, 3.1: relaxed alignment, without a list of public suffixes: one is the other's domain or lies below it.
function makeAlignment(domain: string): (other: string) => boolean {
  return (other) =>
    other === domain || (other.includes('.') && (domain.endsWith(`.${other}`) || other.endsWith(`.${domain}`)))
}

/**
 * May this mail act for one of these calendar users: as themselves, their SENT-BY, their EMAIL, or as the identity that was pinned
 * when the UID was first seen? A calendar service may by its own signature.
 */
export function maySpeakFor(
  users: readonly (CalendarUser | undefined)[],
  mail: MailFacts,
  rules: SpeakerRules,
  pinned?: CalendarAddress,
): boolean {
  if (rules.senderCheck === 'none') return isFromDomainOf(users, mail, rules.addresses)
  const names = users.flatMap((user) => [user?.address, user?.sentBy, user?.email])
  const speaker = findSpeaker(mail, rules)
  if (speaker && (names.includes(speaker.address) || speaker.address === pinned)) return true
  return users.some((user) => user?.address !== undefined && isServedBy(user.address, mail, rules))
}

function isServedBy(address: CalendarAddress, mail: MailFacts, rules: SpeakerRules): boolean {
  return mail.authentication.dkim.some((signer) => {
    const served = rules.schedulerServices.get(signer) ?? []
    return served.includes('*') || served.includes(readDomain(address))
  })
}
