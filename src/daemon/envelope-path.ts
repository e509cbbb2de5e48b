// The path of MAIL and RCPT: `<pat@example.com>`, `<"a b"@example.com>`, `<>`, and what follows it on the line. RFC 5321, 4.1.2.

export interface EnvelopePath {
  /** As spelled, without brackets and source route; empty for the null path. */
  readonly address: string
  /** What stands behind it, blanks in front dropped: the parameters. */
  readonly rest: string
}

// RFC 5321, 4.5.3.1.3: 256 octets; RFC 6531 makes them more. What is longer can be no mailbox.
const longestPath = 1024

/** Nothing where it is no path. */
export function parseEnvelopePath(text: string): EnvelopePath | undefined {
  if (!text.startsWith('<')) return undefined
  const path = pathPattern.exec(text)
  const { local = '', domain = '' } = path?.groups ?? {}
  if (path === null || path[0].length > longestPath) return undefined
  if (local === '' && domain !== '') return undefined
  const rest = text.slice(path[0].length)
  if (rest !== '' && !rest.startsWith(' ')) return undefined
  return { address: domain === '' ? local : `${local}@${domain}`, rest: rest.trim() }
}

// RFC 5321, 4.1.2: dots at the ends of a local part, or two together, are no grammar but are found in addresses of telephone
// companies; they harm nobody. RFC 5321, 4.1.1.3: a source route is read and forgotten. A local part alone is `postmaster`, or a
// mailbox as some mail systems name it inside themselves.
const pathPattern =
  /^<(?:@[^\s<>:]+:)?(?<local>"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"|[^\s"<>@\\,:;()[\]\p{Cc}]*)(?:@(?<domain>\[[^\s<>[\]\p{Cc}]+\]|[^\s<>@\\"()[\],:;\p{Cc}]+))?>/u

/** `SIZE=100 BODY=8BITMIME`: by name in capitals; nothing where it is none of this. RFC 5321, 4.1.2: esmtp-param. */
export function parseParameters(text: string): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>()
  for (const word of text.split(' ')) {
    if (word === '') continue
    const [, name, value] = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\s=\p{Cc}]*))?$/u.exec(word) ?? []
    if (name === undefined || parameters.has(name.toUpperCase())) return undefined
    parameters.set(name.toUpperCase(), value ?? '')
  }
  return parameters
}
