// The text of a room's log: a header, records with their checksum, and marks that say how far the files have followed.
//
//   imip-agent log 1 NONCE BASE                         64 bytes; sequence numbers go on from BASE
//   commit  SEQUENCE LENGTH CHECK TRANSACTION ROOMS     durable: what stands in it has happened
//   prepare SEQUENCE LENGTH CHECK TRANSACTION ROOM      durable: has happened if ROOM's log holds the commit
//   outcome SEQUENCE LENGTH CHECK TRANSACTION WORD      what became of a prepare: committed or aborted
//   note    SEQUENCE LENGTH CHECK - -                   not waited for: what may be lost without harm
//   done    SEQUENCE DURABLE BOOT CHECK                 64 bytes; the files have followed all up to here, in this boot
//
// Each check covers the nonce of the log, which no mail can know: so no text that a mail brings into a record can
// pass for a record or a mark.
import { createHash } from 'node:crypto'

export interface LogHeader {
  readonly nonce: string
  readonly base: number
}

export interface LogRecord {
  readonly kind: 'commit' | 'prepare' | 'outcome' | 'note'
  readonly sequence: number
  /** Names a transaction that has records in several logs; `-` for none. */
  readonly transaction: string
  /** commit: the rooms that prepared, by commas; prepare: the room that commits; outcome: `committed` or `aborted`; `-` for none. */
  readonly about: string
  readonly body: Buffer
}

export interface DoneMark {
  readonly kind: 'done'
  readonly sequence: number
  /** Sequence of the last commit or prepare before it: what had to be on the disk when the mark was written. */
  readonly durable: number
  readonly boot: string
}

export type LogEntry = LogRecord | DoneMark

export interface PlacedEntry {
  readonly entry: LogEntry
  readonly start: number
  readonly end: number
}

export const headerSize = 64
export const doneSize = 64
/** Characters of a boot's digest in a mark. */
export const bootWidth = 15

export function serializeHeader({ nonce, base }: LogHeader): Buffer {
  return Buffer.from(`${`imip-agent log 1 ${nonce} ${pad(base)} `.padEnd(headerSize - 1, '.')}\n`)
}

export function parseHeader(bytes: Buffer): LogHeader | undefined {
  const found = /^imip-agent log 1 ([0-9a-f]{16}) (\d{12}) \.*\n$/.exec(bytes.toString('latin1', 0, headerSize))
  return found?.[1] === undefined ? undefined : { nonce: found[1], base: Number(found[2]) }
}

export function serializeRecord(nonce: string, record: LogRecord): Buffer {
  const { kind, sequence, transaction, about, body } = record
  const check = makeCheck(nonce, [kind, sequence, body.length, transaction, about].join(' '), body)
  const words = [kind, sequence, body.length, check.slice(0, checkWidth), transaction, about]
  return Buffer.concat([Buffer.from(`${words.join(' ')}\n`), body, Buffer.from('\n')])
}

export function serializeDone(nonce: string, mark: Omit<DoneMark, 'kind'>): Buffer {
  const words = `done ${pad(mark.sequence)} ${pad(mark.durable)} ${mark.boot}`
  return Buffer.from(`${words} ${makeCheck(nonce, words).slice(0, doneCheckWidth)}\n`)
}

/** The mark that these 64 bytes are, if they are one. */
export function parseDone(nonce: string, bytes: Buffer): DoneMark | undefined {
  const text = bytes.toString('latin1', 0, doneSize)
  const found = donePattern.exec(text)
  if (!found || makeCheck(nonce, text.slice(0, doneSize - doneCheckWidth - 2)).slice(0, doneCheckWidth) !== found[4]) {
    return undefined
  }
  return { kind: 'done', sequence: Number(found[1]), durable: Number(found[2]), boot: found[3] ?? '' }
}

export type LogReading =
  | {
      readonly kind: 'read'
      readonly header: LogHeader
      readonly entries: readonly PlacedEntry[]
      readonly end: number
    }
  /** Something that must have been on the disk cannot be read. */
  | { readonly kind: 'damaged'; readonly offset: number }

/** All entries of a log up to its end or to a tail that never became durable. */
export function readLogText(bytes: Buffer): LogReading {
  const header = parseHeader(bytes)
  if (!header) return { kind: 'damaged', offset: 0 }
  const entries: PlacedEntry[] = []
  let end = headerSize
  let durable = header.base
  for (;;) {
    const placed = readEntry(header.nonce, bytes, end)
    if (!placed) break
    entries.push(placed)
    end = placed.end
    if (isDurable(placed.entry)) durable = placed.entry.sequence
  }
  // What is synced was preceded by all that stands before it: if any such thing follows, a gap is no torn tail.
  return end < bytes.length && isFollowedByDurable(header.nonce, bytes, end, durable)
    ? { kind: 'damaged', offset: end }
    : { kind: 'read', header, entries, end }
}

export function isDurable(entry: LogEntry): boolean {
  return entry.kind === 'commit' || entry.kind === 'prepare'
}

const checkWidth = 32
const doneCheckWidth = 16
const donePattern = new RegExp(`^done (\\d{12}) (\\d{12}) ([0-9a-f]{${bootWidth}}) ([0-9a-f]{${doneCheckWidth}})\\n$`)
const recordPattern = /^(commit|prepare|outcome|note) (\d{1,15}) (\d{1,10}) ([0-9a-f]{32}) (\S+) (\S+)$/
const newline = 10

function readEntry(nonce: string, bytes: Buffer, start: number): PlacedEntry | undefined {
  const mark = parseDone(nonce, bytes.subarray(start, start + doneSize))
  if (mark) return { entry: mark, start, end: start + doneSize }
  const lineEnd = bytes.indexOf(newline, start)
  if (lineEnd === -1) return undefined
  const found = recordPattern.exec(bytes.toString('latin1', start, lineEnd))
  if (!found) return undefined
  const [, kind = '', sequence = '', length = '', check, transaction = '', about = ''] = found
  const end = lineEnd + 1 + Number(length) + 1
  if (end > bytes.length || bytes[end - 1] !== newline) return undefined
  const body = bytes.subarray(lineEnd + 1, end - 1)
  const words = [kind, sequence, length, transaction, about].join(' ')
  if (makeCheck(nonce, words, body).slice(0, checkWidth) !== check) return undefined
  const record = { kind: kind as LogRecord['kind'], sequence: Number(sequence), transaction, about, body }
  return { entry: record, start, end }
}

function isFollowedByDurable(nonce: string, bytes: Buffer, from: number, durable: number): boolean {
  return ['commit ', 'prepare ', 'done '].some((word) => {
    for (let start = bytes.indexOf(word, from); start !== -1; start = bytes.indexOf(word, start + 1)) {
      const entry = readEntry(nonce, bytes, start)?.entry
      if (entry && (entry.kind === 'done' ? entry.durable > durable : isDurable(entry))) return true
    }
    return false
  })
}

function makeCheck(nonce: string, words: string, body?: Uint8Array): string {
  const hash = createHash('sha256').update(`${nonce} ${words}\n`)
  if (body) hash.update(body)
  return hash.digest('hex')
}

function pad(sequence: number): string {
  return String(sequence).padStart(12, '0')
}
