// The line `From sender date` that pipes put above a mail; it is no header field and no part of the mail.

const lineFeed = 0x0a

/** The mail without its mbox line, all other bytes untouched and not copied. */
export function dropMboxLine(bytes: Uint8Array): Uint8Array {
  if (!startsWith(bytes, 'From ')) return bytes
  // RFC 5322, 4.5.2: `From :` is an old spelling of the field.
  let at = 'From '.length
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++
  if (bytes[at] === 0x3a) return bytes
  const end = bytes.indexOf(lineFeed)
  return end < 0 ? bytes : bytes.subarray(end + 1)
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[at] !== text.charCodeAt(at)) return false
  return true
}
