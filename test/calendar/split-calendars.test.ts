// Large calendar texts in pieces: each piece parses to what it would be in the whole.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeCalendarText } from '../../src/calendar/decode.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseCalendars } from '../../src/calendar/parse.ts'
import { readUid } from '../../src/calendar/properties.ts'
import { joinCalendar, splitCalendars } from '../../src/calendar/split-calendars.ts'

const text = [
  'BEGIN:VCALENDAR',
  'METHOD:PUBLISH',
  'BEGIN:VEVENT',
  'uid:one@exam',
  ' ple.com',
  'BEGIN:VALARM',
  'UID:alarm',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VTIMEZONE',
  'TZID:Ours',
  'BEGIN:STANDARD',
  'END:STANDARD',
  'END:VTIMEZONE',
  'begin:vevent',
  'DESCRIPTION:\\nUID:no',
  ' UID:not this',
  'UID;X-A="a:b":two',
  'END:VEVENT',
  'X-AFTER:yes',
  'END:VCALENDAR',
  'BEGIN:VCALENDAR',
  'BEGIN:VTODO',
  'END:VTODO',
  'END:VCALENDAR',
]

describe('split calendars', () => {
  test.each([
    ['\n', 'LF'],
    ['\r\n', 'CRLF'],
    ['\r', 'CR'],
  ])('by lines that end with %j', (ending) => {
    const [first, second] = splitCalendars(text.join(ending))
    expect(first?.components.map(({ name, uid, line }) => [name, uid, line])).toEqual([
      ['VEVENT', 'one@example.com', 3],
      ['VEVENT', 'two', 15],
    ])
    const frame = parseCalendars(first?.frame ?? '')
    expect(frame).toMatchObject([{ method: 'PUBLISH', components: [], notes: [] }])
    if (isFault(frame)) throw new Error(frame.text)
    expect([...(frame[0]?.timeZones.keys() ?? [])]).toEqual(['Ours'])
    expect(second?.components.map(({ name, uid }) => [name, uid])).toEqual([['VTODO', undefined]])
  })

  test('what is not closed ends where the next begins', () => {
    const broken = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:a', 'BEGIN:VALARM', 'BEGIN:VEVENT', 'UID:b', 'END:VALARM']
    const [calendar] = splitCalendars(broken.join('\n'))
    expect(calendar?.components.map(({ uid, text: piece }) => [uid, piece.split('\n').length])).toEqual([
      ['a', 4],
      ['b', 3],
    ])
  })

  test('of nothing is nothing', () => {
    for (const none of ['', 'hello', 'BEGIN:VEVENT\nUID:x\nEND:VEVENT\n']) expect(splitCalendars(none)).toEqual([])
  })

  const corpus = join(import.meta.dirname, '../../../shared/corpora/calendars')
  test.runIf(isThere(corpus))('as the whole says, for the calendars of other projects', () => {
    for (const file of readdirSync(corpus)) {
      const whole = decodeCalendarText(readFileSync(join(corpus, file)), undefined)
      const parsed = parseCalendars(whole)
      if (isFault(parsed)) continue
      const pieces = splitCalendars(whole).flatMap(({ components }) =>
        components.flatMap((piece) => {
          const calendars = parseCalendars(joinCalendar([piece]))
          return isFault(calendars)
            ? []
            : calendars.flatMap(({ components: own }) => own.map((one) => ({ one, piece })))
        }),
      )
      expect(
        pieces.map(({ one }) => one),
        file,
      ).toEqual(parsed.flatMap(({ components }) => components))
      for (const { one, piece } of pieces) expect(piece.uid, file).toBe(readUid(one))
    }
  })
})

function isThere(path: string): boolean {
  try {
    return readdirSync(path).length > 0
  } catch {
    return false
  }
}
