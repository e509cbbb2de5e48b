// CalendarAddress: the one spelling in which addresses of calendar users are compared and named. RFC 5545, 3.3.3.

/** `mailto:user@example.com`, local part and domain in lower case, domain in A-labels, no extension. */
export type CalendarAddress = `mailto:${string}`

export interface AddressRules {
  /** What separates an extension from the local part, each character one: `+`. Empty for none. */
  readonly recipientDelimiter: string
  /** `keep` for sites whose mailboxes differ by case. */
  readonly localPartCase: 'fold' | 'keep'
}

export const defaultAddressRules: AddressRules = { recipientDelimiter: '+', localPartCase: 'fold' }

/**
 * The address in a `mailto:` URI, or one as mail writes it (`user@example.com`, `<user@example.com>`), in its one spelling;
 * nothing where there is no address in it. The scheme may be in any case and the address percent-encoded.
 */
export function parseCalendarAddress(
  text: string,
  rules: AddressRules = defaultAddressRules,
): CalendarAddress | undefined {
  const mailbox = readMailbox(text)
  if (mailbox === undefined) return undefined
  const at = mailbox.lastIndexOf('@')
  const local = makeLocalPart(mailbox.slice(0, at), rules)
  const domain = makeDomain(mailbox.slice(at + 1))
  return local === '' || domain === undefined ? undefined : `mailto:${local}@${domain}`
}

/**
 * The mail address inside a calendar user address, spelled as it came (extension and case kept), fit for an envelope;
 * nothing where there is none. No control character gets through, and a blank only inside quotes.
 */
export function readMailbox(text: string): string | undefined {
  let address = text.trim()
  if (/^mailto:/i.test(address)) address = decodePercent(address.slice(7).replace(/\?.*$/s, '')).trim()
  const angle = /<([^<>]*)>\s*$/.exec(address)
  if (angle?.[1] !== undefined) address = angle[1].trim()
  // Quirk: Outlook writes 'pat@example.com' in single quotes where a contact has no name, see docs/quirks.md.
  else if (/^'[^']*'$/.test(address)) address = address.slice(1, -1)
  const at = address.lastIndexOf('@')
  if (at < 1 || at === address.length - 1 || address.length > longestAddress) return undefined
  const local = address.slice(0, at)
  const domain = address.slice(at + 1)
  if (!(local.startsWith('"') ? quotedLocalPart : plainLocalPart).test(local)) return undefined
  if (!domainName.test(domain) && !domainLiteral.test(domain)) return undefined
  return address
}

// RFC 5321, 4.1.2: a quoted local part may hold anything but control characters (and here no angles), another one no specials;
// so https://host/pat@example.com and two addresses in one are none.
// Control characters by their numbers: the names of their classes cost a program for one mail a twentieth of its start.
const plainLocalPart = /^[^\s\x00-\x1f\x7f-\x9f()<>[\]:;,@\\"]+$/
const quotedLocalPart = /^"(?:[^"\\<>\x00-\x1f\x7f-\x9f]|\\[^<>\x00-\x1f\x7f-\x9f])*"$/
const domainName = /^(?:[^\s\x00-\x1f\x7f-\x9f()<>[\]:;,@\\"'/?#.]+\.)*[^\s\x00-\x1f\x7f-\x9f()<>[\]:;,@\\"'/?#.]+\.?$/
const domainLiteral = /^\[[\da-z.:]+\]$/i

/** `user@example.com`, for envelopes and people. */
export function showAddress(address: CalendarAddress): string {
  return address.slice('mailto:'.length)
}

export function readDomain(address: CalendarAddress): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

// RFC 5321, 4.5.3.1: 64 octets and 255; longer ones only cost room in the store.
const longestAddress = 320

function makeLocalPart(text: string, rules: AddressRules): string {
  let local = text
  if (rules.localPartCase === 'fold') local = local.toLowerCase()
  if (local.startsWith('"')) {
    const content = local.slice(1, -1).replace(/\\(.)/gsu, '$1')
    // Quotes that are needed stay: without them it would be another address, or none.
    if (!/^[^\s()<>[\]:;,@\\".]+(?:\.[^\s()<>[\]:;,@\\".]+)*$/u.test(content)) return local
    local = content
  }
  for (const delimiter of rules.recipientDelimiter) {
    const cut = local.indexOf(delimiter)
    if (cut > 0) local = local.slice(0, cut)
  }
  return local
}

function makeDomain(text: string): string | undefined {
  const domain = text.toLowerCase().replace(/\.$/, '')
  // An address literal ([192.0.2.1]) or plain ASCII needs no conversion.
  if (/^[\x21-\x7e]+$/.test(domain)) return domain
  try {
    return new URL(`http://${domain}`).hostname
  } catch {
    return undefined
  }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
