// The gate: tells from the bytes alone that a mail certainly carries no calendar, so that no parser is even loaded.
//
// A part is a calendar part by what its Content-Type or Content-Disposition says (calendar-parts.ts). Nobody can hide the names
// of these two fields: header fields are found by their names before anything is decoded, multiparts are never encoded, and
// message/rfc822, which may be, is never opened. So every place where one of the names stands is looked at, wherever it is, and
// only a value in which nothing can hide lets the mail pass. In doubt the answer is "perhaps".

export type GateAnswer = 'no-calendar' | 'perhaps'

// Copies for the search stay small, whatever the size of the mail.
const windowSize = 1024 * 1024
const longestName = 'content-disposition'.length
// A real one has a few hundred bytes.
const longestValue = 4096
// A mail with more of them is made to be slow.
const mostFields = 5_000

export function passGate(bytes: Uint8Array): GateAnswer {
  const walk = walkGate(bytes)
  let step = walk.next()
  while (!step.done) step = walk.next()
  return step.value
}

/** The same in steps of a megabyte, for a program that has others to serve between two of them. */
export function* walkGate(bytes: Uint8Array): Generator<undefined, GateAnswer, void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let count = 0
  for (let start = 0; start < buffer.length; start += windowSize) {
    if (start > 0) yield
    // Windows overlap, so that no name is cut in two.
    const window = buffer.toString('latin1', start, start + windowSize + longestName).toLowerCase()
    for (let at = window.indexOf('content-'); at >= 0; at = window.indexOf('content-', at + 1)) {
      const end = findNameEnd(window, at)
      if (end === undefined) continue
      if (++count > mostFields || mayNameCalendar(readField(buffer, start + end))) return 'perhaps'
    }
  }
  return 'no-calendar'
}

function findNameEnd(window: string, at: number): number | undefined {
  if (window.startsWith('type', at + 8)) return at + 12
  return window.startsWith('disposition', at + 8) ? at + longestName : undefined
}

/** Up to the line end that no blank follows; longer ones as far as it matters. */
function readField(buffer: Buffer, start: number): string {
  const field = buffer.toString('latin1', start, start + longestValue + 1)
  const end = /\n(?![ \t])/.exec(field)
  // What follows a line end in the very last place is not known.
  return end && end.index < longestValue ? field.slice(0, end.index) : field
}

function mayNameCalendar(field: string): boolean {
  if (field.length > longestValue) return true
  // Encoded words, and bytes that a reader may drop or translate.
  if (/[^\t\r\n\x20-\x7e]|=\?/.test(field)) return true
  // A comment could stand in the middle of a name; inside quotes there is none. RFC 5322, 3.2.2.
  if (field.includes('(') && /\(/.test(field.replace(/"[^"\\]*"/g, ''))) return true
  const plain = field.replace(/[\s"\\]/g, '')
  // RFC 2231: a value in pieces, or in a charset that does not keep ASCII.
  if (plain.includes('*') && /\*(?!=(?:utf-8|us-ascii|iso-8859-\d+|windows-125\d)'[^'*]*')/i.test(plain)) return true
  const decoded = plain.includes('%') ? decodePercent(plain) : plain
  return /calendar|\/ics|\.ics|ms-tnef|winmail/i.test(decoded)
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
