// Order does not matter where SEQUENCE and DTSTAMP decide: every order of a thread, and every doubling, ends in the same store.
// RFC 5546, 2.1.5.
import { expect, test } from 'vitest'
import type { CaseAgent } from '../support/case-file.ts'
import { makeArrivingMail } from '../support/case-mail.ts'
import { type CaseWorld, makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'

interface Message {
  readonly agent: CaseAgent
  readonly from: string
  readonly lines: readonly string[]
}

interface Thread {
  readonly name: string
  /** Comes first in any order: answers to what nobody has asked say nothing. */
  readonly first?: Message
  /** In their right order. */
  readonly messages: readonly Message[]
  readonly preferences?: readonly { readonly name: string; readonly value: string }[]
}

const user = 'pat@example.com'
const kim = 'kim@example.org'
const lee = 'lee@example.net'
const max = 'max@example.net'

/** An event of Kim's to Pat; made in this second of 08:59. */
function event(method: string, second: number, sequence: number, ...lines: readonly string[]): readonly string[] {
  const stamp = `20260302T0859${String(second).padStart(2, '0')}Z`
  return [
    ...(method === '' ? [] : [`METHOD:${method}`]),
    'BEGIN:VEVENT',
    'UID:planning@example.org',
    `DTSTAMP:${stamp}`,
    `SEQUENCE:${sequence}`,
    ...lines,
    'END:VEVENT',
  ]
}

const at = (day: number, hour: number): readonly string[] => [
  `DTSTART:202603${day}T${hour}0000Z`,
  `DTEND:202603${day}T${hour}3000Z`,
]
const byKim = ['ORGANIZER:mailto:kim@example.org', 'ATTENDEE;RSVP=TRUE:mailto:pat@example.com', 'SUMMARY:Planning']
const weekly = [...at(10, 10), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byKim]
const gone = [...byKim, 'STATUS:CANCELLED']
const id = (day: number): string => `RECURRENCE-ID:202603${day}T100000Z`

function fromKim(...lines: readonly string[]): Message {
  return { agent: 'person', from: kim, lines }
}

function toRoom(...lines: readonly string[]): Message {
  return { agent: 'resource', from: kim, lines }
}

const byPat = ['ORGANIZER:mailto:pat@example.com', 'SUMMARY:Planning']
const invited = ['ATTENDEE;RSVP=TRUE:mailto:kim@example.org', 'ATTENDEE;RSVP=TRUE:mailto:lee@example.net']
const asked: Message = {
  agent: 'person-outgoing',
  from: user,
  lines: event('REQUEST', 0, 1, ...at(10, 10), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byPat, ...invited),
}

function reply(from: string, second: number, sequence: number, participation: string, ...lines: readonly string[]) {
  const attendee = `ATTENDEE;PARTSTAT=${participation}:mailto:${from}`
  return { agent: 'person' as const, from, lines: event('REPLY', second, sequence, ...byPat, attendee, ...lines) }
}

function counter(from: string, second: number, hour: number, ...lines: readonly string[]): Message {
  const attendee = `ATTENDEE:mailto:${from}`
  return { agent: 'person', from, lines: event('COUNTER', second, 1, ...at(17, hour), ...byPat, attendee, ...lines) }
}

const adding = [{ name: 'add_method_response', value: 'add' }]

const threads: readonly Thread[] = [
  {
    name: 'moved three times',
    messages: [0, 1, 2, 3].map((n) => fromKim(...event('REQUEST', n, n, ...at(10, 10 + n), ...byKim))),
  },
  {
    name: 'details changed, then moved',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...at(10, 10), ...byKim)),
      fromKim(...event('REQUEST', 1, 0, ...at(10, 10), ...byKim, 'LOCATION:Upstairs')),
      fromKim(...event('REQUEST', 2, 0, ...at(10, 10), ...byKim, 'LOCATION:Downstairs')),
      fromKim(...event('REQUEST', 3, 1, ...at(10, 12), ...byKim)),
    ],
  },
  {
    name: 'invited and cancelled',
    messages: [fromKim(...event('REQUEST', 0, 0, ...at(10, 10), ...byKim)), fromKim(...event('CANCEL', 1, 1, ...gone))],
  },
  {
    name: 'moved and cancelled',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...at(10, 10), ...byKim)),
      fromKim(...event('REQUEST', 1, 1, ...at(10, 12), ...byKim)),
      fromKim(...event('CANCEL', 2, 2, ...gone)),
    ],
  },
  {
    name: 'cancelled without a new SEQUENCE',
    messages: [fromKim(...event('REQUEST', 0, 0, ...at(10, 10), ...byKim)), fromKim(...event('CANCEL', 1, 0, ...gone))],
  },
  {
    name: 'cancelled and invited again',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...at(10, 10), ...byKim)),
      fromKim(...event('CANCEL', 1, 1, ...gone)),
      fromKim(...event('REQUEST', 2, 2, ...at(10, 12), ...byKim)),
    ],
  },
  {
    name: 'a series and three of its dates',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, id(17), ...at(18, 10), ...byKim)),
      fromKim(...event('REQUEST', 2, 1, id(24), ...at(25, 10), ...byKim)),
      fromKim(...event('REQUEST', 3, 2, id(17), ...at(19, 10), ...byKim)),
    ],
  },
  {
    name: 'a date moved and cancelled',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, id(17), ...at(18, 10), ...byKim)),
      fromKim(...event('CANCEL', 2, 2, id(17), ...gone)),
    ],
  },
  {
    name: 'a series, a date moved, all of it moved',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, id(17), ...at(18, 10), ...byKim)),
      fromKim(...event('REQUEST', 2, 2, ...at(11, 10), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byKim)),
    ],
  },
  {
    name: 'a series that ends early',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('CANCEL', 1, 1, 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260324T100000Z', ...gone)),
      fromKim(...event('CANCEL', 2, 1, id(17), ...gone)),
    ],
  },
  {
    name: 'published and published again',
    messages: [
      fromKim(...event('PUBLISH', 0, 0, ...at(10, 10), ...byKim.filter((line) => !line.startsWith('ATT')))),
      fromKim(...event('PUBLISH', 1, 1, ...at(10, 12), ...byKim.filter((line) => !line.startsWith('ATT')))),
      fromKim(...event('PUBLISH', 2, 1, ...at(10, 12), 'ORGANIZER:mailto:kim@example.org', 'SUMMARY:Party')),
    ],
  },
  {
    name: 'three dates added',
    preferences: adding,
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('ADD', 1, 1, ...at(11, 10), ...byKim)),
      fromKim(...event('ADD', 2, 2, ...at(12, 10), ...byKim)),
      fromKim(...event('ADD', 3, 3, ...at(13, 10), ...byKim)),
    ],
  },
  {
    name: 'dates added, then all moved',
    preferences: adding,
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('ADD', 1, 1, ...at(11, 10), ...byKim)),
      fromKim(...event('REQUEST', 2, 2, ...at(11, 12), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byKim)),
    ],
  },
  {
    name: 'a date added, then all cancelled',
    preferences: adding,
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('ADD', 1, 1, ...at(11, 10), ...byKim)),
      fromKim(...event('CANCEL', 2, 2, ...gone)),
    ],
  },
  {
    name: 'answers, each attendee thinking again',
    first: asked,
    messages: [
      reply(kim, 10, 1, 'TENTATIVE'),
      reply(kim, 20, 1, 'ACCEPTED'),
      reply(lee, 11, 1, 'ACCEPTED'),
      reply(lee, 21, 1, 'DECLINED'),
    ],
  },
  {
    name: 'answers about dates',
    first: asked,
    messages: [
      reply(kim, 10, 1, 'DECLINED', id(17)),
      reply(kim, 20, 1, 'ACCEPTED', id(17)),
      reply(kim, 11, 1, 'DECLINED', id(24)),
      reply(lee, 12, 1, 'DECLINED', id(17)),
    ],
  },
  {
    name: 'delegated; the delegate thinks again',
    first: asked,
    messages: [
      reply(kim, 10, 1, 'DELEGATED;DELEGATED-TO="mailto:max@example.net"'),
      reply(max, 11, 1, 'ACCEPTED;DELEGATED-FROM="mailto:kim@example.org"'),
      reply(max, 12, 1, 'DECLINED;DELEGATED-FROM="mailto:kim@example.org"'),
      reply(lee, 13, 1, 'ACCEPTED'),
    ],
  },
  {
    name: 'proposals, the later one of each attendee',
    first: asked,
    messages: [
      counter(kim, 10, 12, id(17)),
      counter(kim, 20, 14, id(17)),
      counter(lee, 11, 16, id(17)),
      counter(lee, 12, 17, 'RECURRENCE-ID:20260324T100000Z'),
    ],
  },
  {
    name: 'a room: moved twice',
    messages: [0, 1, 2].map((n) => toRoom(...event('REQUEST', n, n, ...at(10, 10 + n), ...byKim))),
  },
  {
    name: 'a room: a date moved, another cancelled',
    messages: [
      toRoom(...event('REQUEST', 0, 0, ...weekly)),
      toRoom(...event('REQUEST', 1, 1, id(17), ...at(18, 10), ...byKim)),
      toRoom(...event('CANCEL', 2, 1, id(24), ...gone)),
    ],
  },
  {
    name: 'a room: dates added',
    messages: [
      toRoom(...event('REQUEST', 0, 0, ...weekly)),
      toRoom(...event('ADD', 1, 1, ...at(11, 10), ...byKim)),
      toRoom(...event('ADD', 2, 2, ...at(12, 10), ...byKim)),
    ],
  },
]

test.each(threads)('$name', async (thread) => {
  const wanted = await run(thread, thread.messages)
  expect(wanted.join('\n')).not.toMatch(/^held/m)
  expect(wanted.length).toBeGreaterThan(0)
  for (const order of permute(thread.messages)) {
    const names = order.map((message) => thread.messages.indexOf(message)).join(' ')
    expect(await run(thread, order), `in the order ${names}`).toEqual(wanted)
    const doubled = order.flatMap((message) => [message, message])
    expect(await run(thread, doubled), `in the order ${names}, each twice`).toEqual(wanted)
    expect(await run(thread, [...order, ...order]), `in the order ${names}, all twice`).toEqual(wanted)
  }
})

/** What the store holds in the end; what waits for the user may differ with the way there. */
async function run(thread: Thread, messages: readonly Message[]): Promise<readonly string[]> {
  const world = makeCaseWorld('memory', makeFixedClock('2026-03-02T09:00:00Z'))
  try {
    world.configure({ name: 'resource_organizers', value: 'anyone' })
    world.writePreferences(`mailto:${user}`, thread.preferences ?? [])
    for (const [index, message] of [...(thread.first ? [thread.first] : []), ...messages].entries())
      await receive(world, message, index)
    return (await world.showStore(`mailto:${user}`)).filter((line) => !line.startsWith('requests'))
  } finally {
    await world.close()
  }
}

async function receive(world: CaseWorld, { agent, from, lines }: Message, number: number): Promise<void> {
  const bytes = makeArrivingMail({ from, to: [user], lines, header: [], now: world.clock.now(), number })
  const options = new Map(agent === 'person-outgoing' ? [['login', from] as const] : [])
  const { exit } = await world.receive({ agent, sender: from, recipients: [user], options }, bytes)
  expect(exit).toBe('0')
}

function* permute<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  if (items.length < 2) yield items
  else
    for (const [index, item] of items.entries())
      for (const rest of permute(items.toSpliced(index, 1))) yield [item, ...rest]
}
