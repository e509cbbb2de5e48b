// Messages that nobody had the right to send, or that say what cannot be: a clear verdict, the store as it was, the mail delivered.
import { expect, test } from 'vitest'
import { type ArrivingMail, makeArrivingMail } from '../support/case-mail.ts'
import { type CaseWorld, makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'

const pat = 'pat@example.com'
const kim = 'kim@example.org'
const lee = 'lee@example.net'
const stranger = 'max@mail.example.net'

interface BadMessage {
  readonly name: string
  readonly from: string
  readonly lines: readonly string[]
  readonly verdict: { readonly word: string; readonly code: string }
}

/** Kim's series, in which Pat and Lee are invited. */
const theirs = 'weekly@example.org'
/** Pat's series, to which Kim and Lee are invited. */
const own = 'weekly@example.com'

const weekly = ['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'RRULE:FREQ=WEEKLY;COUNT=4', 'SUMMARY:Weekly']
const byKim = 'ORGANIZER:mailto:kim@example.org'
const byPat = 'ORGANIZER:mailto:pat@example.com'

function event(uid: string, sequence: number, ...lines: readonly string[]): readonly string[] {
  return ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260302T085930Z', `SEQUENCE:${sequence}`, ...lines, 'END:VEVENT']
}

function attendee(address: string, parameters = ''): string {
  return `ATTENDEE${parameters}:mailto:${address}`
}

const later = ['DTSTART:20260310T140000Z', 'DTEND:20260310T150000Z', 'SUMMARY:Later']
const dates = Array.from({ length: 500 }, (_, index) => {
  const day = new Date(Date.UTC(2026, 2, 10 + 7 * index)).toISOString().slice(0, 10).replaceAll('-', '')
  return event(theirs, 1, `RECURRENCE-ID:${day}T100000Z`, ...later, byKim, attendee(pat))
})

const rows: readonly BadMessage[] = [
  {
    name: 'a CANCEL from another domain',
    from: stranger,
    lines: ['METHOD:CANCEL', ...event(theirs, 1, byKim, attendee(pat), 'STATUS:CANCELLED')],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'a CANCEL from a domain below that of the organizer',
    from: 'kim@mail.example.org',
    lines: ['METHOD:CANCEL', ...event(theirs, 1, byKim, attendee(pat), 'STATUS:CANCELLED')],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'a CANCEL whose ORGANIZER says who sent it',
    from: stranger,
    lines: [
      'METHOD:CANCEL',
      ...event(theirs, 1, `ORGANIZER;SENT-BY="mailto:${stranger}":mailto:${kim}`, 'STATUS:CANCELLED'),
    ],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'a CANCEL by an attendee',
    from: lee,
    lines: ['METHOD:CANCEL', ...event(theirs, 1, byKim, attendee(pat), 'STATUS:CANCELLED')],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'a CANCEL of what the recipient organizes',
    from: kim,
    lines: ['METHOD:CANCEL', ...event(own, 1, byPat, attendee(kim), 'STATUS:CANCELLED')],
    verdict: { word: 'refused', code: 'own-object' },
  },
  {
    name: 'another time from another domain',
    from: stranger,
    lines: ['METHOD:REQUEST', ...event(theirs, 1, ...later, byKim, attendee(pat))],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'the answer of somebody whom nobody invited',
    from: stranger,
    lines: ['METHOD:REPLY', ...event(own, 0, byPat, attendee(stranger, ';PARTSTAT=ACCEPTED'))],
    verdict: { word: 'ignored', code: 'party-crasher' },
  },
  {
    name: 'an answer in the name of an attendee',
    from: stranger,
    lines: ['METHOD:REPLY', ...event(own, 0, byPat, attendee(kim, ';PARTSTAT=DECLINED'))],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'the answer of a delegate whom nobody named, for somebody whom nobody invited',
    from: stranger,
    lines: [
      'METHOD:REPLY',
      ...event(own, 0, byPat, attendee(stranger, `;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:nobody@example.net"`)),
    ],
    verdict: { word: 'ignored', code: 'party-crasher' },
  },
  {
    name: 'an answer about a date that does not exist',
    from: kim,
    lines: [
      'METHOD:REPLY',
      ...event(own, 0, 'RECURRENCE-ID:20260311T100000Z', byPat, attendee(kim, ';PARTSTAT=DECLINED')),
    ],
    verdict: { word: 'ignored', code: 'no-such-instance' },
  },
  {
    name: 'an answer about a series that does not exist',
    from: kim,
    lines: ['METHOD:REPLY', ...event('unknown@example.com', 0, byPat, attendee(kim, ';PARTSTAT=ACCEPTED'))],
    verdict: { word: 'ignored', code: 'unknown-object' },
  },
  {
    name: 'an answer to what somebody else organizes',
    from: lee,
    lines: ['METHOD:REPLY', ...event(theirs, 0, byKim, attendee(lee, ';PARTSTAT=DECLINED'))],
    verdict: { word: 'ignored', code: 'unknown-object' },
  },
  {
    name: 'an ADD with a rule',
    from: kim,
    lines: ['METHOD:ADD', ...event(theirs, 1, ...weekly, byKim, attendee(pat))],
    verdict: { word: 'passed', code: 'add-with-rule' },
  },
  {
    name: 'an ADD from another domain',
    from: stranger,
    lines: ['METHOD:ADD', ...event(theirs, 1, ...later, byKim, attendee(pat))],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'a COUNTER with two components',
    from: kim,
    lines: [
      'METHOD:COUNTER',
      ...event(own, 0, ...later, byPat, attendee(kim)),
      ...event(own, 0, 'RECURRENCE-ID:20260317T100000Z', ...later, byPat, attendee(kim)),
    ],
    verdict: { word: 'passed', code: 'several-components' },
  },
  {
    name: 'a COUNTER about a date that does not exist',
    from: kim,
    lines: ['METHOD:COUNTER', ...event(own, 0, 'RECURRENCE-ID:20260318T100000Z', ...later, byPat, attendee(kim))],
    verdict: { word: 'ignored', code: 'no-such-instance' },
  },
  {
    name: 'a DECLINECOUNTER from another domain',
    from: stranger,
    lines: ['METHOD:DECLINECOUNTER', ...event(theirs, 0, byKim, attendee(pat))],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'a REFRESH of somebody whom nobody invited',
    from: stranger,
    lines: [
      'METHOD:REFRESH',
      'BEGIN:VEVENT',
      `UID:${own}`,
      'DTSTAMP:20260302T085930Z',
      byPat,
      attendee(stranger),
      'END:VEVENT',
    ],
    verdict: { word: 'refused', code: 'refresh-of-stranger' },
  },
  {
    name: 'a request whose organizer is its recipient',
    from: kim,
    lines: ['METHOD:REQUEST', ...event('new@example.com', 0, ...later, byPat, attendee(kim))],
    verdict: { word: 'refused', code: 'own-object' },
  },
  {
    name: 'a publication whose organizer is its recipient',
    from: stranger,
    lines: ['METHOD:PUBLISH', ...event(own, 1, ...later, byPat)],
    verdict: { word: 'refused', code: 'own-object' },
  },
  {
    name: 'ten thousand attendees',
    from: kim,
    lines: [
      'METHOD:REQUEST',
      ...event(theirs, 1, ...weekly, byKim, ...Array.from({ length: 10_000 }, (_, n) => attendee(`a${n}@example.net`))),
    ],
    verdict: { word: 'passed', code: 'too-large' },
  },
  {
    name: 'five hundred components',
    from: kim,
    lines: ['METHOD:REQUEST', ...event(theirs, 1, ...weekly, byKim, attendee(pat)), ...dates.flat()],
    verdict: { word: 'passed', code: 'too-large' },
  },
  {
    name: 'five hundred dates cancelled one by one',
    from: kim,
    lines: ['METHOD:CANCEL', ...dates.flat()],
    verdict: { word: 'passed', code: 'too-large' },
  },
  {
    name: 'handed over by somebody who is no attendee',
    from: stranger,
    lines: [
      'METHOD:REQUEST',
      ...event(
        theirs,
        0,
        ...weekly,
        byKim,
        attendee(stranger, `;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:${pat}"`),
        attendee(pat, `;DELEGATED-FROM="mailto:${stranger}"`),
      ),
    ],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
  {
    name: 'handed over in the name of an attendee, from another domain',
    from: stranger,
    lines: [
      'METHOD:REQUEST',
      ...event(
        theirs,
        0,
        ...weekly,
        byKim,
        attendee(lee, `;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:${pat}"`),
        attendee(pat, `;DELEGATED-FROM="mailto:${lee}"`),
      ),
    ],
    verdict: { word: 'refused', code: 'wrong-sender' },
  },
]

const kinds = ['memory', 'file'] as const

test.each(kinds.flatMap((kind) => rows.map((row) => ({ kind, ...row }))))('$kind: $name', async ({ kind, ...row }) => {
  const world = makeCaseWorld(kind, makeFixedClock('2026-03-02T09:00:00Z'))
  try {
    await prepare(world)
    const before = await world.showStore(`mailto:${pat}`)
    const bytes = makeMail({ from: row.from, lines: row.lines, number: 9 })
    const call = { agent: 'person' as const, sender: row.from, recipients: [pat], options: new Map() }
    const { exit, sent, verdicts } = await world.receive(call, bytes)
    expect(exit).toBe('0')
    expect(verdicts).toMatchObject([row.verdict])
    expect(sent).toMatchObject([{ kind: 'original', way: 'onward', sender: row.from, recipients: [pat] }])
    expect(Buffer.compare(sent[0]?.bytes ?? new Uint8Array(), bytes)).toBe(0)
    expect(await world.showStore(`mailto:${pat}`)).toEqual(before)
  } finally {
    await world.close()
  }
})

/** Pat has accepted Kim's series, and organizes one. */
async function prepare(world: CaseWorld): Promise<void> {
  const invited = [byKim, attendee(pat, ';RSVP=TRUE'), attendee(lee, ';RSVP=TRUE')]
  const asked = ['METHOD:REQUEST', ...event(theirs, 0, ...weekly, ...invited)]
  const inviting = [byPat, attendee(kim, ';RSVP=TRUE'), attendee(lee, ';RSVP=TRUE')]
  const sender = { agent: 'person-outgoing' as const, sender: pat, options: new Map([['login', pat] as const]) }
  await world.receive(
    { agent: 'person', sender: kim, recipients: [pat], options: new Map() },
    makeMail({ from: kim, lines: asked, number: 1 }),
  )
  for (const [index, lines] of [
    ['METHOD:REPLY', ...event(theirs, 0, byKim, attendee(pat, ';PARTSTAT=ACCEPTED'))],
    ['METHOD:REQUEST', ...event(own, 0, ...weekly, ...inviting)],
  ].entries())
    await world.receive({ ...sender, recipients: [kim] }, makeMail({ from: pat, lines, number: index + 2 }))
  expect((await world.showStore(`mailto:${pat}`)).map((line) => line.split(' ')[0])).toEqual([
    'objects',
    'objects',
    'freebusy',
    'freebusy',
    'others',
  ])
}

function makeMail(mail: Pick<ArrivingMail, 'from' | 'lines' | 'number'>): Uint8Array {
  return makeArrivingMail({ to: [pat], header: [], now: 1_772_442_000, ...mail })
}
