// File names made of addresses and UIDs: no text leaves its directory, collides with another or grows too long.
import { createHash } from 'node:crypto'

/** File systems allow 255 bytes. */
const longestName = 200

/** The file inside a directory named by a digest that holds the true name. */
export const trueNameFile = '%name'

/**
 * Every byte outside `A-Za-z0-9._+=@:-` as `%XX`, so too a dot in front; above 200 bytes a digest; the empty text is `%`.
 */
export function encodeFileName(text: string): string {
  if (plainName.test(text) && text.length <= longestName) return text
  if (text === '') return '%'
  const name = [...text].map(encodeCharacter).join('').replace(/^\./, '%2E')
  if (name.length <= longestName) return name
  const bytes = Buffer.from([...text].flatMap((character) => [...encodeBytes(character)]))
  return `%sha256-${createHash('sha256').update(bytes).digest('hex')}`
}

export function isDigestName(name: string): boolean {
  return /^%sha256-[0-9a-f]{64}$/.test(name)
}

/** The text a name was made of; nothing for a digest and for what `encodeFileName` does not make. */
export function decodeFileName(name: string): string | undefined {
  if (name === '%') return ''
  if (!encodedName.test(name)) return undefined
  const text = name.replace(/(?:%[0-9A-F]{2})+/g, decodeBytes)
  return encodeFileName(text) === name ? text : undefined
}

const plainCharacter = /^[A-Za-z0-9._+=@:-]$/
const plainName = /^[A-Za-z0-9_+=@:-][A-Za-z0-9._+=@:-]*$/
const encodedName = /^(?:[A-Za-z0-9._+=@:-]|%[0-9A-F]{2})+$/

function encodeCharacter(character: string): string {
  if (plainCharacter.test(character)) return character
  return [...encodeBytes(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** Half of a character pair has no bytes in UTF-8; it gets those of its code, which no other text has. */
function encodeBytes(character: string): Iterable<number> {
  const code = character.codePointAt(0) ?? 0
  if (code < 0xd800 || code > 0xdfff) return Buffer.from(character)
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
}

function decodeBytes(escapes: string): string {
  const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex')
  let text = ''
  let start = 0
  for (let index = 0; index + 2 < bytes.length; index++) {
    if (bytes[index] !== 0xed || (bytes[index + 1] ?? 0) < 0xa0) continue
    text += bytes.toString('utf8', start, index)
    text += String.fromCharCode(0xd000 | (((bytes[index + 1] ?? 0) & 0x3f) << 6) | ((bytes[index + 2] ?? 0) & 0x3f))
    start = index + 3
    index += 2
  }
  return text + bytes.toString('utf8', start)
}
