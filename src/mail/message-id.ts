// Names for mails that came without a Message-ID, made from their bytes so that the same mail has the same name again.

// RFC 6761, 6.4: nobody else can make names under `.invalid`.
const ending = '@digest.invalid>'

export function makeMessageId(digest: string): string {
  return `<${digest.slice(0, 40)}${ending}`
}

/** A made name stands in no header, so nothing may refer to it. */
export function isMadeMessageId(messageId: string): boolean {
  return messageId.endsWith(ending)
}

/** Was an answer of ours called so? Its name is made from the decision. */
export function isAnswerId(messageId: string): boolean {
  return /^<[\da-f]{40}\.imip-agent@[^<>\s]+>$/.test(messageId)
}
