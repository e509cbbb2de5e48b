// The header of a mail or of a part as fields, read with bounds and without ever failing. RFC 5322, 2.2.
import { largestHeader, mostFields } from './limits.ts'

export interface HeaderField {
  /** Lower case. */
  readonly name: string
  /** Unfolded and trimmed, as UTF-8 where it is that, otherwise as Latin-1; encoded words as they stand. */
  readonly value: string
}

/** In their order; lines that are no field are left out, and so is what lies beyond the bounds. */
export function parseHeader(bytes: Uint8Array): readonly HeaderField[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, largestHeader))
  const text = buffer.toString('latin1', 0, findHeaderEnd(buffer))
  const fields: HeaderField[] = []
  let start = 0
  while (start < text.length && fields.length < mostFields) {
    let end = text.indexOf('\n', start)
    while (end >= 0 && isBlank(text.charCodeAt(end + 1))) end = text.indexOf('\n', end + 1)
    const line = text.slice(start, end < 0 ? text.length : end)
    const colon = line.indexOf(':')
    if (colon > 0)
      fields.push({ name: line.slice(0, colon).trim().toLowerCase(), value: unfold(line.slice(colon + 1)) })
    start = end < 0 ? text.length : end + 1
  }
  return fields
}

/** Where the empty line begins that ends a header, or the length of the bytes. */
function findHeaderEnd(buffer: Buffer): number {
  if (buffer[0] === 0x0a || (buffer[0] === 0x0d && buffer[1] === 0x0a)) return 0
  const plain = buffer.indexOf('\n\n', 0, 'latin1')
  const returned = buffer.indexOf('\n\r\n', 0, 'latin1')
  const ends = [plain, returned].filter((end) => end >= 0)
  return ends.length === 0 ? buffer.length : Math.min(...ends) + 1
}

function unfold(text: string): string {
  const value = text.replace(/\r?\n(?=[ \t])/g, '').trim()
  if (!/[\x80-\xff]/.test(value)) return value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
