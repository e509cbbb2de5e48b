// Header fields of mails we write: encoded and folded so that no value can make a line of its own. RFC 5322, 2.2; RFC 2047.
import { readMailbox } from '../calendar/calendar-address.ts'

export interface Mailbox {
  readonly address: string
  /** Display name. */
  readonly name?: string | undefined
}

// RFC 2047, 2: a line with an encoded word has at most 76 characters, an encoded word at most 75.
const longestLine = 76
const longestWord = 75
const wordStart = '=?UTF-8?B?'
const wordEnd = '?='

/** A field of free text, as Subject. */
export function serializeTextField(name: string, text: string): string {
  const clean = removeControls(text)
  return isPlain(clean)
    ? `${foldWords(`${name}:`, clean.split(' '))}\r\n`
    : `${name}: ${encodeWords(clean, name.length + 2)}\r\n`
}

/** A field of addresses, one a line; what is no address is left out, and so is a field without any. */
export function serializeAddressField(name: string, mailboxes: readonly Mailbox[]): string {
  const written = mailboxes.flatMap((mailbox) => {
    const address = readMailbox(mailbox.address)
    return address === undefined ? [] : [serializeMailbox(address, mailbox.name, name.length + 2)]
  })
  return written.length === 0 ? '' : `${name}: ${written.join(',\r\n ')}\r\n`
}

// RFC 5322, 3.6.4: more than these tell a reader nothing; the first and the last ones hold a thread together.
const mostReferences = 12
const longestReference = 250

/** A field of Message-IDs, one a line; what is none is left out, and so is a field without any. */
export function serializeReferenceField(name: string, messageIds: readonly string[]): string {
  const good = messageIds.filter((id) => id.length <= longestReference && /^<[\x21-\x3b\x3d\x3f-\x7e]+>$/.test(id))
  const ids = good.length > mostReferences ? [...good.slice(0, 1), ...good.slice(1 - mostReferences)] : good
  return ids.length === 0 ? '' : `${name}: ${ids.join('\r\n ')}\r\n`
}

/** A field whose value is made by us and needs no encoding. */
export function serializePlainField(name: string, value: string): string {
  return `${name}: ${value.replace(/[^\x20-\x7e]/g, '')}\r\n`
}

function serializeMailbox(address: string, name: string | undefined, column: number): string {
  const specification = serializeAddress(address)
  const clean = removeControls(name ?? '').slice(0, longestName)
  if (clean === '' || clean === address) return specification
  if (!isPlain(clean)) return `${encodeWords(clean, column)}\r\n <${specification}>`
  const phrase = /^[A-Za-z0-9 !#$%&'*+\-/=^_`{|}~]+$/.test(clean) ? clean : `"${clean.replace(/["\\]/g, '\\$&')}"`
  const separator = column + phrase.length + specification.length + 2 < longestLine ? ' ' : '\r\n '
  return `${phrase}${separator}<${specification}>`
}

// RFC 5322, 3.4.1: a local part that is no dot-atom stands in quotes. An internationalised one stays UTF-8: RFC 6532, 3.2.
function serializeAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const quoted = /^"(.*)"$/s.exec(address.slice(0, at))
  const local = quoted ? (quoted[1] ?? '').replace(/\\(.)/gs, '$1') : address.slice(0, at)
  const written = dotAtom.test(local) ? local : `"${local.replace(/["\\]/g, '\\$&')}"`
  return written + address.slice(at)
}

const dotAtom = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\uffff]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\uffff]+)*$/
// What people call a room; longer ones come from strangers.
const longestName = 200

function removeControls(text: string): string {
  return text.replace(/[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+/gu, ' ').trim()
}

function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !text.includes('=?')
}

function foldWords(start: string, words: readonly string[]): string {
  let text = start
  let column = start.length
  for (const word of words) {
    const folds = column + 1 + word.length > longestLine && column > start.length
    text += (folds ? '\r\n ' : ' ') + word
    column = folds ? 1 + word.length : column + 1 + word.length
  }
  return text
}

// RFC 2047, 5: no character is split between two encoded words.
function encodeWords(text: string, column: number): string {
  const words: string[] = []
  let room = readRoom(Math.min(longestWord, longestLine - column))
  let piece = ''
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > room) {
      words.push(encodeWord(piece))
      piece = ''
      room = readRoom(longestWord)
    }
    piece += character
  }
  if (piece !== '') words.push(encodeWord(piece))
  return words.join('\r\n ')
}

/** How many bytes of text an encoded word of this length carries. */
function readRoom(length: number): number {
  return Math.floor((length - wordStart.length - wordEnd.length) / 4) * 3
}

function encodeWord(text: string): string {
  return wordStart + Buffer.from(text, 'utf8').toString('base64') + wordEnd
}
