// What one calendar user has told of its free/busy, as a text that people can read.
//
//   imip-agent others 1
//   sender "mailto:kim@example.org"
//   asked 20260302T085900Z                                                            when it asked for the user's
//   requested 20260302T085900Z                                                        when a request of it was decided
//   piece 20260309T000000Z 20260316T000000Z 20260302T085900Z 20260401T090000Z "uid"    within, DTSTAMP, expiry, UID
//   busy 20260310T100000Z 20260310T110000Z BUSY                                        those of the piece above
import type { CalendarAddress } from '../calendar/calendar-address.ts'
import { type Instant, parseInstant, serializeInstant } from '../calendar/time.ts'
import type { BusyPeriod, ShownType } from '../freebusy/busy-periods.ts'
import type { OthersFreeBusy, OthersPiece } from '../freebusy/others.ts'

export function serializeOthers({ sender, pieces, asked = [], requested = [] }: OthersFreeBusy): string {
  const lines = pieces.flatMap(({ within, stamp, expires, uid, busy }) => [
    `piece ${[within.start, within.end, stamp, expires].map(serializeInstant).join(' ')} ${JSON.stringify(uid)}`,
    ...busy.map(({ start, end, type }) => `busy ${serializeInstant(start)} ${serializeInstant(end)} ${type}`),
  ])
  const questions = [
    ...asked.map((at) => `asked ${serializeInstant(at)}`),
    ...requested.map((at) => `requested ${serializeInstant(at)}`),
  ]
  return `${[firstLine, `sender ${JSON.stringify(sender)}`, ...questions, ...lines].join('\n')}\n`
}

/** Nothing where the text is not what `serializeOthers` writes. */
export function parseOthers(text: string): OthersFreeBusy | undefined {
  const [first, sender = '', ...lines] = text.split('\n').filter((line) => line !== '')
  if (first !== firstLine || !sender.startsWith('sender ')) return undefined
  try {
    const pieces: OthersPiece[] = []
    const asked = readInstants(lines, 'asked ')
    const requested = readInstants(lines, 'requested ')
    for (const line of lines) if (!/^(?:asked|requested) /.test(line)) addLine(pieces, line)
    const address = JSON.parse(sender.slice('sender '.length)) as CalendarAddress
    const counted = { ...(asked.length > 0 ? { asked } : {}), ...(requested.length > 0 ? { requested } : {}) }
    return { sender: address, pieces, ...counted }
  } catch {
    return undefined
  }
}

const firstLine = 'imip-agent others 1'

function readInstants(lines: readonly string[], word: string): readonly Instant[] {
  return lines.filter((line) => line.startsWith(word)).map((line) => readInstant(line.slice(word.length)))
}

function addLine(pieces: OthersPiece[], line: string): void {
  const piece = /^piece (\S+) (\S+) (\S+) (\S+) (".*")$/s.exec(line)
  if (piece) {
    const [start, end, stamp, expires] = piece.slice(1, 5).map(readInstant)
    if (start === undefined || end === undefined || stamp === undefined || expires === undefined) throw new Error(line)
    pieces.push({ uid: JSON.parse(piece[5] ?? '') as string, stamp, expires, within: { start, end }, busy: [] })
    return
  }
  const [, start = '', end = '', type = ''] = /^busy (\S+) (\S+) (BUSY(?:-TENTATIVE|-UNAVAILABLE)?)$/.exec(line) ?? []
  const last = pieces.pop()
  if (!last || type === '') throw new Error(line)
  const busy: BusyPeriod = { start: readInstant(start), end: readInstant(end), type: type as ShownType }
  pieces.push({ ...last, busy: [...last.busy, busy] })
}

function readInstant(text: string): Instant {
  const instant = parseInstant(text)
  if (typeof instant !== 'number') throw new Error(instant.text)
  return instant
}
