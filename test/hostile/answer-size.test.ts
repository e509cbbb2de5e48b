// No amplifier: whatever is asked, an answer has at most 4 KB of its own beside the calendar it echoes, goes out once, and to the organizer.
import { describe, expect, test } from 'vitest'
import { makeArrivingMail } from '../support/case-mail.ts'
import { type CaseWorld, makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'

const own = 4096
const now = '2026-03-02T09:00:00Z'
const long = (sign: string, count = 100_000) => sign.repeat(count)

function event(...lines: readonly string[]): readonly string[] {
  return [
    'BEGIN:VEVENT',
    'UID:big@example.com',
    'DTSTAMP:20260302T080000Z',
    'DTSTART:20260310T100000Z',
    'DTEND:20260310T110000Z',
    ...(lines.some((line) => line.startsWith('ORGANIZER')) ? [] : ['ORGANIZER:mailto:kim@example.com']),
    'ATTENDEE;RSVP=TRUE:mailto:room@example.com',
    ...lines,
    'END:VEVENT',
  ]
}

const rows: readonly (readonly [string, readonly string[]])[] = [
  ['a plain one', event('SUMMARY:Planning')],
  ['a title of 100 KB', event(`SUMMARY:${long('x')}`)],
  ['a title of letters that take three bytes each', event(`SUMMARY:${long('\u20ac', 50_000)}`)],
  ['a place of 100 KB', event('SUMMARY:x', `LOCATION:${long('y')}`)],
  ['a description of 1 MB', event('SUMMARY:x', `DESCRIPTION:${long('z', 1_000_000)}`)],
  ['a name of the organizer of 100 KB', event(`ORGANIZER;CN=${long('n')}:mailto:kim@example.com`)],
  ['4000 attendees', event(...Array.from({ length: 4000 }, (_, number) => `ATTENDEE:mailto:a${number}@example.net`))],
  ['1000 fields of others', event(...Array.from({ length: 1000 }, (_, number) => `X-${number}:${long('x', 200)}`))],
  [
    'a series of 1000 dates left out',
    event('RRULE:FREQ=DAILY;COUNT=300', ...Array.from({ length: 1000 }, () => 'EXDATE:20260310T100000Z')),
  ],
  ['an attachment of 1 MB', event(`ATTACH;ENCODING=BASE64;VALUE=BINARY:${long('QUJD', 250_000)}`)],
  ['a UID of 900 signs', event('SUMMARY:x').map((line) => line.replace('big@', `${long('u', 900)}@`))],
  [
    '100 alarms',
    event(
      ...Array.from({ length: 100 }, () => [
        'BEGIN:VALARM',
        'TRIGGER:-PT5M',
        `DESCRIPTION:${long('a', 500)}`,
        'END:VALARM',
      ]).flat(),
    ),
  ],
]

async function ask(world: CaseWorld, lines: readonly string[]) {
  const bytes = makeArrivingMail({
    from: 'kim@example.com',
    to: ['room@example.com'],
    lines: ['METHOD:REQUEST', ...lines],
    header: [],
    now: Date.parse(now) / 1000,
    number: 1,
  })
  return world.receive(
    { agent: 'resource', sender: 'kim@example.com', recipients: ['room@example.com'], options: new Map() },
    bytes,
  )
}

test('a series of which dates are refused: a long title is said once', async () => {
  const world = makeCaseWorld('memory', makeFixedClock(now))
  try {
    world.writePreferences('mailto:room@example.com', [{ name: 'scheduling_function', value: 'schedule_in_freebusy' }])
    await ask(world, [...event('RRULE:FREQ=WEEKLY;COUNT=5').map((line) => line.replace('big@', 'earlier@'))])
    const { sent } = await ask(world, event('RRULE:FREQ=WEEKLY;COUNT=12', `SUMMARY:${long('x', 50_000)}`))
    expect(sent.length).toBeGreaterThan(0)
    for (const { bytes } of sent) expect(bytes.length).toBeLessThan(2 * own + 50_000 * 1.5)
  } finally {
    await world.close()
  }
})

/** The calendar inside, as it is encoded in the mail. */
function countCalendar(mail: string): number {
  return /text\/calendar[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(mail)?.[1]?.length ?? 0
}

describe.each(['taken', 'declined'] as const)('an answer, %s', (state) => {
  test.each(rows)('to %s', { timeout: 90_000 }, async (_, lines) => {
    const world = makeCaseWorld('memory', makeFixedClock(now))
    try {
      world.writePreferences('mailto:room@example.com', [
        { name: 'scheduling_function', value: 'schedule_in_freebusy' },
      ])
      if (state === 'declined')
        await ask(
          world,
          event('SUMMARY:Earlier').map((line) => line.replace('big@', 'earlier@')),
        )
      const { sent } = await ask(world, lines)
      expect(sent).toHaveLength(1)
      const mail = Buffer.from(sent[0]?.bytes ?? '').toString('latin1')
      expect(sent[0]?.recipients).toEqual(['kim@example.com'])
      expect(mail.length - countCalendar(mail)).toBeLessThan(own)
      // What it echoes is never more than what was said, in base64.
      expect(countCalendar(mail)).toBeLessThan(own + lines.join('\r\n').length * 3 * 1.4)
      const again = await ask(world, lines)
      expect(again.sent).toEqual([])
    } finally {
      await world.close()
    }
  })
})
