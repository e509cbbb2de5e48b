// What a client says with MAIL beside the sender, checked against what was offered. RFC 1870, RFC 6152, RFC 6531.
import type { Offer } from './mail-receiver.ts'
import { makeRefusal, type Refusal } from './refusal.ts'

export interface MailParameters {
  readonly kind: 'parameters'
  readonly size: number | undefined
  readonly is8bit: boolean
  readonly isUtf8: boolean
}

export function readMailParameters(
  given: ReadonlyMap<string, string>,
  offer: Offer,
): MailParameters | ({ readonly kind: 'refused' } & Refusal) {
  const values: Readonly<Record<string, RegExp | undefined>> = {
    SIZE: /^\d{1,20}$/,
    BODY: offer.has8bit ? /^(7BIT|8BITMIME)$/i : undefined,
    SMTPUTF8: offer.hasUtf8 ? /^$/ : undefined,
    // RFC 4954, 5: nobody authenticates here, but Postfix says it all the same.
    AUTH: /^/,
  }
  for (const [name, value] of given) {
    const wanted = values[name]
    if (wanted === undefined) return refuse('syntax', 555, '5.5.4', `MAIL: ${name} is not offered`)
    if (!wanted.test(value)) return refuse('syntax', 501, '5.5.4', `MAIL: the value of ${name} is wrong`)
  }
  const size = given.has('SIZE') ? Number(given.get('SIZE')) : undefined
  // RFC 1870, 6.1.
  if (size !== undefined && size > offer.greatestMail)
    return refuse('too-large', 552, '5.3.4', `The mail is greater than ${offer.greatestMail} bytes`)
  return {
    kind: 'parameters',
    size,
    is8bit: given.get('BODY')?.toUpperCase() === '8BITMIME',
    isUtf8: given.has('SMTPUTF8'),
  }
}

function refuse(...fault: Parameters<typeof makeRefusal>): { readonly kind: 'refused' } & Refusal {
  return { kind: 'refused', ...makeRefusal(...fault) }
}
