// Bytes of a calendar part to text: its charset, UTF-8 by default, and folds that cut a character in two. RFC 5545, 3.1 and 3.1.4.

/**
 * The text of a calendar part, transfer encoding undone, with the charset parameter of its Content-Type.
 * It never fails: what is not valid UTF-8 is read as Windows does. Lines may still be folded.
 */
export function decodeCalendarText(content: Uint8Array, charset: string | undefined): string {
  const marked = readByteOrderMark(content)
  if (marked !== undefined) return new TextDecoder(marked).decode(content)
  const label = chooseCharset(charset)
  const text = decodeStrictly(content, label)
  if (text !== undefined) return text
  // RFC 5545, 3.1: a fold may stand between the octets of one character, so lines are unfolded first.
  const unfolded = unfoldBytes(content)
  return decodeStrictly(unfolded, label) ?? decode(unfolded, label === 'utf-8' ? 'windows-1252' : label, false)
}

/** The charset that the first octets name, whatever the Content-Type says. */
function readByteOrderMark(content: Uint8Array): string | undefined {
  const [first, second, third] = content
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  // `B` of BEGIN in two octets: no other charset looks like this.
  if (first === 0x42 && second === 0x00 && third !== 0x00) return 'utf-16le'
  if (first === 0x00 && second === 0x42) return 'utf-16be'
  return undefined
}

function chooseCharset(charset: string | undefined): string {
  const label =
    charset
      ?.trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase() ?? 'utf-8'
  // Quirk: many programs say US-ASCII and send UTF-8, see docs/quirks.md.
  if (/^(us-ascii|ascii|ansi_x3\.4-1968|)$/.test(label)) return 'utf-8'
  try {
    return new TextDecoder(label).encoding
  } catch {
    return 'utf-8'
  }
}

function decodeStrictly(content: Uint8Array, label: string): string | undefined {
  try {
    return decode(content, label, true)
  } catch {
    return undefined
  }
}

function decode(content: Uint8Array, label: string, fatal: boolean): string {
  const text = new TextDecoder(label, { fatal }).decode(content)
  // Quirk: some versions of Node read windows-1252 as ISO-8859-1, with control characters here, see docs/quirks.md.
  return label === 'windows-1252' ? text.replace(/[\x80-\x9f]/g, readWindowsCharacter) : text
}

function readWindowsCharacter(character: string): string {
  return windowsCharacters[character.charCodeAt(0) - 0x80] ?? character
}

/** 0x80 to 0x9F; five of them are not used. */
const windowsCharacters = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** The octets without the line breaks that a blank follows; empty lines before it go as well, as in parse.ts. */
function unfoldBytes(content: Uint8Array): Uint8Array {
  const unfolded = new Uint8Array(content.length)
  let length = 0
  let position = 0
  while (position < content.length) {
    let end = position
    while (isLineBreak(content[end])) end++
    if (end > position && isBlank(content[end])) position = end + 1
    else {
      if (end === position) end++
      while (position < end) unfolded[length++] = content[position++] ?? 0
    }
  }
  return unfolded.subarray(0, length)
}

function isLineBreak(octet: number | undefined): boolean {
  return octet === 0x0a || octet === 0x0d
}

function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}
