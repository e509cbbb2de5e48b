// A delivery report: which mail of ours could not be delivered to whom, and why. RFC 3464, 2; RFC 6522, 3.
import { parseAddressList } from './address-list.ts'
import { parseContentHeader } from './content-header.ts'
import { parseHeader } from './header.ts'

export interface DeliveryReport {
  readonly failed: readonly FailedRecipient[]
  /** Of the mail that came back, as far as the report shows its header: with angle brackets, and its From. */
  readonly messageId: string | undefined
  readonly from: string | undefined
}

export interface FailedRecipient {
  readonly address: string
  /** `5.1.1`. RFC 3463. */
  readonly status: string
  /** The other server's own words. */
  readonly diagnostic: string
}

/** Nothing where the mail is no report about deliveries; delays and successes are no failures. */
export function parseDeliveryReport(bytes: Uint8Array): DeliveryReport | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, largestReport)).toString('latin1')
  const top = splitEntity(text)
  const type = parseContentHeader(top.header)
  if (type?.type !== 'multipart/report') return undefined
  const boundary = type.parameters.get('boundary') ?? ''
  if (boundary === '') return undefined
  const parts = splitParts(top.body, boundary).map(splitEntity)
  const find = (...types: readonly string[]) =>
    parts.find(({ header }) => types.includes(parseContentHeader(header)?.type ?? ''))
  const status = find('message/delivery-status', 'message/global-delivery-status')
  if (!status) return undefined
  const returned = find('message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers')
  const fields = returned ? parseHeader(Buffer.from(returned.body.trimStart(), 'latin1')) : []
  const value = (name: string) => fields.find((field) => field.name === name)?.value
  return {
    failed: readFailures(status.body),
    messageId: /<[^<>\s]+>/.exec(value('message-id') ?? '')?.[0],
    from: parseAddressList(value('from') ?? '')[0],
  }
}

/** Reports bring back a mail of ours, which is small. */
const largestReport = 256 * 1024
const mostRecipients = 100
const longestWords = 500

function splitEntity(text: string): { readonly header: string; readonly body: string } {
  const end = /\r?\n\r?\n/.exec(text)
  return end
    ? { header: text.slice(0, end.index), body: text.slice(end.index + end[0].length) }
    : { header: text, body: '' }
}

// RFC 2046, 5.1.1.
function splitParts(body: string, boundary: string): readonly string[] {
  const lines = `\n${body}`.split(`\n--${boundary}`)
  return lines
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => part.replace(/^[ \t]*\r?\n/, ''))
}

// RFC 3464, 2.1: groups of fields between empty lines, the first about the mail, each other about one recipient.
function readFailures(body: string): readonly FailedRecipient[] {
  return body
    .split(/\r?\n\r?\n/)
    .slice(0, mostRecipients)
    .flatMap((group) => {
      const fields = parseHeader(Buffer.from(`${group}\r\n\r\n`, 'latin1'))
      const value = (name: string) => fields.find((field) => field.name === name)?.value ?? ''
      if (value('action').toLowerCase() !== 'failed') return []
      const address = cutType(value('original-recipient') || value('final-recipient'))
      return [
        { address, status: value('status'), diagnostic: cutType(value('diagnostic-code')).slice(0, longestWords) },
      ]
    })
}

/** `rfc822; pat@example.com` and `smtp; 550 no such user`. RFC 3464, 2.1.2. */
function cutType(value: string): string {
  return value.replace(/^[\w-]+;\s*/, '')
}
