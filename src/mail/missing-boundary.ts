// A multipart whose boundary is not told or never comes has no parts that a reader could find. RFC 2046, 5.1.1.
import { parseHeader } from './header.ts'

/** Looks at the whole mail only: a part inside that is broken loses itself alone. */
export function isMissingBoundary(bytes: Uint8Array): boolean {
  const type = parseHeader(bytes).find((field) => field.name === 'content-type')?.value ?? ''
  if (!/^\s*multipart\//i.test(type)) return false
  const [, quoted, token] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? []
  const boundary = quoted ?? token
  return (
    boundary === undefined || !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(`--${boundary}`)
  )
}
