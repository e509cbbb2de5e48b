// Mails beyond the bounds of what one mail may bring: delivered as they are, one verdict, the store as it was.
import { describe, expect, test } from 'vitest'
import { mostCalendars } from '../../src/calendar/limits.ts'
import { mostMessages } from '../../src/mail/limits.ts'
import { makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'

const header = 'From: kim@example.com\nMessage-ID: <x@example.com>\nContent-Type: text/calendar; method=REQUEST\n\n'

function makeEvent(number: number): string {
  return [
    'BEGIN:VEVENT',
    `UID:meeting-${number}@example.com`,
    'DTSTAMP:20260302T080000Z',
    `DTSTART:20260310T${String(number % 24).padStart(2, '0')}0000Z`,
    'DURATION:PT30M',
    'ORGANIZER:mailto:kim@example.com',
    'ATTENDEE:mailto:room@example.com',
    'ATTENDEE:mailto:pat@example.com',
    'END:VEVENT',
  ].join('\n')
}

const frame = (events: readonly string[], method = 'REQUEST'): string =>
  ['BEGIN:VCALENDAR', `METHOD:${method}`, ...events, 'END:VCALENDAR', ''].join('\n')

function list<Item>(count: number, make: (number: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, number) => make(number))
}

const rows = [
  ['too-many-calendars', `${header}${list(mostCalendars + 1, (number) => frame([makeEvent(number)])).join('')}`],
  ['too-many-calendars', `${header}${'BEGIN:VCALENDAR\n'.repeat(20_000)}`],
  [
    'too-many-calendars',
    `Content-Type: multipart/mixed; boundary=b\n\n${list(mostCalendars + 1, (number) => `--b\nContent-Type: text/calendar\n\n${frame([makeEvent(number)])}`).join('')}--b--\n`,
  ],
  [
    'too-many-messages',
    header +
      [0, 1, 2]
        .map((part) =>
          frame(
            list(mostMessages / 2, (number) => makeEvent(part * mostMessages + number)),
            'PUBLISH',
          ),
        )
        .join(''),
  ],
] as const

describe.each(['person', 'resource'] as const)('beyond a bound, %s', (agent) => {
  test.each(rows)('%s', { timeout: 90_000 }, async (code, text) => {
    const world = makeCaseWorld('memory', makeFixedClock('2026-03-02T09:00:00Z'))
    try {
      const recipient = agent === 'person' ? 'pat@example.com' : 'room@example.com'
      const bytes = Buffer.from(text)
      const route = { agent, sender: 'kim@example.com', recipients: [recipient], options: new Map() }
      world.writePreferences(`mailto:${recipient}`, [{ name: 'owner', value: 'owner@example.com' }])
      const { exit, sent, verdicts } = await world.receive(route, bytes)
      expect(exit).toBe('0')
      expect(verdicts.map((verdict) => `${verdict.word} ${verdict.code}`)).toEqual([`passed ${code}`])
      expect(await world.listUsers()).toEqual([])
      const [mail, ...others] = sent
      expect(others).toEqual([])
      expect(mail?.recipients).toEqual([agent === 'person' ? recipient : 'owner@example.com'])
      // Below the fields of whoever resends it.
      const body = bytes.subarray(header.length)
      expect(
        Buffer.from(mail?.bytes ?? '')
          .subarray(-body.length)
          .equals(body),
      ).toBe(true)
    } finally {
      await world.close()
    }
  })
})
