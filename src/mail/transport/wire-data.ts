// The bytes of a mail as they go over the wire after DATA. RFC 5321, 2.3.8 and 4.5.2.

// Large enough to make system calls cheap, small enough that a great mail is never copied whole.
const windowSize = 64 * 1024

/**
 * The mail in pieces, the final dot included: every LF without CR and every CR without LF becomes CRLF, a missing last line
 * end is added, and a dot at the beginning of a line is doubled. So nothing inside a mail can end it: neither `LF . LF` nor
 * `CR . CR` survives. A CR alone cannot be carried unchanged by SMTP; made a line end it is at least never smuggled.
 */
export function* makeWireData(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // Each piece waits for the next one, so that the end goes with the last: one packet less, and the server wakes once.
  let piece = ''
  let atLineStart = true
  // A CR at the end of a window waits for what follows it.
  let waiting = ''
  for (let start = 0; start < buffer.length; start += windowSize) {
    // Patterns over text are fast at once; a loop over bytes takes ten milliseconds in a process that has just begun.
    let text = waiting + buffer.toString('latin1', start, start + windowSize)
    waiting = text.endsWith('\r') && start + windowSize < buffer.length ? '\r' : ''
    if (waiting !== '') text = text.slice(0, -1)
    text = text.replace(/\r(?!\n)|(?<!\r)\n/g, '\r\n').replaceAll('\n.', '\n..')
    if (text === '') continue
    if (piece !== '') yield Buffer.from(piece, 'latin1')
    piece = atLineStart && text.startsWith('.') ? `.${text}` : text
    atLineStart = text.endsWith('\n')
  }
  yield Buffer.from(`${piece}${atLineStart ? '' : '\r\n'}.\r\n`, 'latin1')
}
