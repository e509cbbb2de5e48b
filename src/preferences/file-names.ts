// File names made from addresses and other texts of mails: no text leaves its directory, collides or grows too long.
import { createHash } from 'node:crypto'

/** Longest name in bytes; longer ones become a digest, and the true name lies in a file inside. File systems allow 255. */
export const longestFileName = 200

/** The file inside a directory named by a digest that holds the true name. */
export const trueNameFile = '%name'

/**
 * Every byte outside `A-Za-z0-9._+=@:-` as `%XX`, above 200 bytes a digest. Names that the directory itself uses (`.`, `..`)
 * and hidden ones have their first dot encoded too; the empty text is `%`.
 */
export function encodeFileName(text: string): string {
  if (plainName.test(text) && text.length <= longestFileName) return text
  if (text === '') return '%'
  let name = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const sign = String.fromCharCode(byte)
    const plain = plainSign.test(sign) && !(name === '' && sign === '.')
    name += plain ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return name.length <= longestFileName ? name : `%sha256-${createHash('sha256').update(text, 'utf8').digest('hex')}`
}

export function isDigestName(name: string): boolean {
  return /^%sha256-[0-9a-f]{64}$/.test(name)
}

/** The text a name was made from; nothing for a digest, and for names that `encodeFileName` does not make. */
export function decodeFileName(name: string): string | undefined {
  if (name === '%') return ''
  if (!/^(?:[A-Za-z0-9_+=@:-]|%[0-9A-F]{2})(?:[A-Za-z0-9._+=@:-]|%[0-9A-F]{2})*$/.test(name)) return undefined
  const text = Buffer.from(
    name.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  ).toString('utf8')
  return encodeFileName(text) === name ? text : undefined
}

const plainSign = /^[A-Za-z0-9._+=@:-]$/
const plainName = /^[A-Za-z0-9_+=@:-][A-Za-z0-9._+=@:-]*$/
