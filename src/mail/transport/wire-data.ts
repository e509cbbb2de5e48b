// The bytes of a mail as they go over the wire after DATA. RFC 5321, 2.3.8 and 4.5.2.

// Large enough to make system calls cheap, small enough that a great mail is never copied whole.
const windowSize = 64 * 1024

const carriageReturn = 0x0d
const lineFeed = 0x0a
const dot = 0x2e

/**
 * The mail in pieces, the final dot included: every LF without CR and every CR without LF becomes CRLF, a missing last line
 * end is added, and a dot at the beginning of a line is doubled. So nothing inside a mail can end it: neither `LF . LF` nor
 * `CR . CR` survives. A CR alone cannot be carried unchanged by SMTP; made a line end it is at least never smuggled.
 */
export function* makeWireData(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  let atLineStart = true
  let afterReturn = false
  for (let start = 0; start < bytes.length; start += windowSize) {
    const end = Math.min(start + windowSize, bytes.length)
    // A byte becomes two at most, and a CR left over from the window before gets its LF.
    const out = Buffer.allocUnsafe((end - start) * 2 + 1)
    let length = 0
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      if (afterReturn) {
        out[length++] = lineFeed
        afterReturn = false
        atLineStart = true
        if (byte === lineFeed) continue
      }
      if (byte === carriageReturn) {
        out[length++] = carriageReturn
        afterReturn = true
      } else if (byte === lineFeed) {
        out[length++] = carriageReturn
        out[length++] = lineFeed
        atLineStart = true
      } else {
        if (atLineStart && byte === dot) out[length++] = dot
        out[length++] = byte
        atLineStart = false
      }
    }
    yield out.subarray(0, length)
  }
  yield Buffer.from(`${afterReturn ? '\n' : atLineStart ? '' : '\r\n'}.\r\n`, 'latin1')
}
