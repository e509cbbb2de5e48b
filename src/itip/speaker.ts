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

export type Proof = 'own' | 'login' | 'network' | 'dmarc' | 'dkim' | 'spf' | 'service'

export interface Speaker {
  readonly address: CalendarAddress
  readonly proof: Proof
  /** Aligned domains whose signatures passed, too, where the mail came from outside. */
  readonly signers?: readonly string[]
}

/** Who sent the first message of a UID: a later one of the same address must be signed by one of the same domains, if that one was. */
export type Pin = Pick<Speaker, 'address' | 'signers'>

/** Nothing where nobody is proven, or where the mail has several authors. */
export function findSpeaker(mail: MailFacts, rules: SpeakerRules): Speaker | undefined {
  const [from, second] = [...new Set(mail.from.flatMap((text) => parseCalendarAddress(text, rules.addresses) ?? []))]
  if (from === undefined || second !== undefined) return undefined
  const proof = findProof(from, mail, rules)
  if (!proof) return undefined
  const signers = isSubmitted(proof) ? [] : mail.authentication.dkim.filter(makeAlignment(readDomain(from)))
  return { address: from, proof, ...(signers.length > 0 ? { signers } : {}) }
}

/** By somebody of this site, or by its agents. */
function isSubmitted(proof: Proof): boolean {
  return proof === 'login' || proof === 'network' || proof === 'own'
}

/** What our agents have written to somebody else proves nothing here: who got it can send it on. */
function isOwnAnswer({ authentication, envelope }: MailFacts, { addresses }: SpeakerRules): boolean {
  const to = (authentication.ownAnswerTo ?? []).map((address) => parseCalendarAddress(address, addresses))
  const here = [envelope.recipient, envelope.originalRecipient ?? ''].flatMap(
    (address) => parseCalendarAddress(address, addresses) ?? [],
  )
  return here.some((address) => to.includes(address))
}

function findProof(from: CalendarAddress, mail: MailFacts, rules: SpeakerRules): Proof | undefined {
  const { envelope, authentication } = mail
  const domain = readDomain(from)
  if (isOwnAnswer(mail, rules)) return 'own'
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
 * A calendar user as a message names it that nothing stored vouches for: whoever writes a message can name itself in SENT-BY and
 * EMAIL, so these count within the user's own domain only. RFC 5546, 6.1.1; RFC 6047, 2.3.
 */
export function withoutForeignClaims<User extends CalendarUser>(user: User): User {
  if (user.address === undefined) return user
  const isNear = makeAlignment(readDomain(user.address))
  const keep = (claim: CalendarAddress | undefined) =>
    claim !== undefined && isNear(readDomain(claim)) ? claim : undefined
  return { ...user, sentBy: keep(user.sentBy), email: keep(user.email) }
}

/**
 * May this mail act for one of these calendar users: as themselves, their SENT-BY, their EMAIL, or as the identity that was pinned
 * when the UID was first seen? A calendar service may by its own signature.
 */
export function maySpeakFor(
  users: readonly (CalendarUser | undefined)[],
  mail: MailFacts,
  rules: SpeakerRules,
  pin?: Pin,
): boolean {
  if (rules.senderCheck === 'none') return isFromDomainOf(users, mail, rules.addresses)
  const names = users.flatMap((user) => [user?.address, user?.sentBy, user?.email])
  const speaker = findSpeaker(mail, rules)
  if (speaker && (names.includes(speaker.address) || speaker.address === pin?.address) && keepsPin(speaker, pin))
    return true
  return users.some((user) => user?.address !== undefined && isServedBy(user.address, mail, rules))
}

/**
 * Hosts are shared, and SPF or a DMARC that rests on it proves no more than the host: who has signed before signs again.
 * RFC 5546, 6.1.1.
 */
function keepsPin(speaker: Speaker, pin: Pin | undefined): boolean {
  if (pin?.signers === undefined || pin.address !== speaker.address || isSubmitted(speaker.proof)) return true
  return pin.signers.some((signer) => speaker.signers?.includes(signer))
}

function isServedBy(address: CalendarAddress, mail: MailFacts, rules: SpeakerRules): boolean {
  return mail.authentication.dkim.some((signer) => {
    const served = rules.schedulerServices.get(signer) ?? []
    return served.includes('*') || served.includes(readDomain(address))
  })
}
