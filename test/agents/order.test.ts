// Order does not matter where SEQUENCE and DTSTAMP decide: every order of a thread, and every doubling, ends in the same store.
// RFC 5546, 2.1.5.
import { expect, test } from 'vitest'
import type { CaseAgent, Route } from '../support/case-file.ts'
import { makeArrivingMail } from '../support/case-mail.ts'
import { makeCaseWorld } from '../support/case-world.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { makeReplay, type ReadMail, type Replay, type ReplayState } from '../support/replay.ts'

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
const later = (day: number): string => `RECURRENCE-ID;RANGE=THISANDFUTURE:202603${day}T100000Z`

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
  {
    name: 'a long life of a series',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, id(17), ...at(18, 10), ...byKim)),
      fromKim(...event('CANCEL', 2, 1, id(24), ...gone)),
      fromKim(...event('REQUEST', 3, 2, ...at(11, 10), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byKim)),
      fromKim(...event('REQUEST', 4, 3, id(18), ...at(19, 10), ...byKim)),
      fromKim(...event('CANCEL', 5, 3, id(25), ...gone)),
    ],
  },
  {
    name: 'a date added, moved and cancelled, another moved',
    preferences: adding,
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('ADD', 1, 1, ...at(11, 10), ...byKim)),
      fromKim(...event('REQUEST', 2, 2, id(11), ...at(12, 10), ...byKim)),
      fromKim(...event('REQUEST', 3, 3, id(17), ...at(18, 10), ...byKim)),
      fromKim(...event('CANCEL', 4, 4, id(11), ...gone)),
    ],
  },
  {
    name: 'answers of two attendees, about all and about dates',
    first: asked,
    messages: [
      reply(kim, 10, 1, 'TENTATIVE'),
      reply(kim, 20, 1, 'ACCEPTED'),
      reply(kim, 21, 1, 'DECLINED', id(24)),
      reply(lee, 11, 1, 'DECLINED', id(17)),
      reply(lee, 12, 1, 'ACCEPTED', id(17)),
      reply(lee, 13, 1, 'ACCEPTED'),
    ],
  },
  {
    name: 'this and all later dates moved, one of them and one before moved again',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, later(17), ...at(17, 12), ...byKim)),
      fromKim(...event('REQUEST', 2, 2, id(24), ...at(25, 10), ...byKim)),
      fromKim(...event('REQUEST', 3, 2, id(10), ...at(11, 10), ...byKim)),
    ],
  },
  {
    name: 'later dates moved twice',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, later(17), ...at(17, 12), ...byKim)),
      fromKim(...event('REQUEST', 2, 2, later(24), ...at(24, 14), ...byKim)),
      fromKim(...event('REQUEST', 3, 3, later(24), ...at(24, 15), ...byKim)),
      fromKim(...event('CANCEL', 4, 4, id(31), ...gone)),
    ],
  },
  {
    name: 'later dates moved, then all of it',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, later(17), ...at(17, 12), ...byKim)),
      fromKim(...event('REQUEST', 2, 2, ...at(11, 10), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byKim)),
    ],
  },
  {
    name: 'later dates moved, the last of them cancelled',
    messages: [
      fromKim(...event('REQUEST', 0, 0, ...weekly)),
      fromKim(...event('REQUEST', 1, 1, later(17), ...at(17, 12), ...byKim)),
      fromKim(...event('CANCEL', 2, 2, later(31), ...gone)),
      fromKim(...event('CANCEL', 3, 2, id(24), ...gone)),
    ],
  },
  {
    name: 'answers about later dates',
    first: asked,
    messages: [
      reply(kim, 10, 1, 'ACCEPTED'),
      reply(kim, 11, 1, 'DECLINED', later(17)),
      reply(kim, 12, 1, 'TENTATIVE', later(17)),
      reply(lee, 11, 1, 'DECLINED', later(24)),
    ],
  },
  {
    name: 'a room: later dates moved',
    messages: [
      toRoom(...event('REQUEST', 0, 0, ...weekly)),
      toRoom(...event('REQUEST', 1, 1, later(17), ...at(17, 12), ...byKim)),
      toRoom(...event('REQUEST', 2, 2, id(24), ...at(25, 10), ...byKim)),
      toRoom(...event('CANCEL', 3, 2, id(31), ...gone)),
    ],
  },
  {
    name: 'a room: moved, a date moved, another cancelled, all moved',
    messages: [
      toRoom(...event('REQUEST', 0, 0, ...weekly)),
      toRoom(...event('REQUEST', 1, 1, ...at(11, 10), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byKim)),
      toRoom(...event('REQUEST', 2, 2, id(18), ...at(19, 10), ...byKim)),
      toRoom(...event('CANCEL', 3, 2, id(25), ...gone)),
      toRoom(...event('REQUEST', 4, 3, ...at(12, 10), 'RRULE:FREQ=WEEKLY;COUNT=4', ...byKim)),
    ],
  },
]

const settings = [{ name: 'resource_organizers', value: 'anyone' }]

test('threads of three to six messages, at least twenty', () => {
  const long = threads.filter(({ messages }) => messages.length >= 3)
  expect(long.length).toBeGreaterThanOrEqual(20)
  for (const length of [3, 4, 5, 6]) expect(long.map(({ messages }) => messages.length)).toContain(length)
})

test.each(threads)(
  '$name',
  async (thread) => {
    const replay = makeReplay(
      `mailto:${user}`,
      makeFixedClock('2026-03-02T09:00:00Z'),
      settings,
      thread.preferences ?? [],
    )
    try {
      const all = [...(thread.first ? [thread.first] : []), ...thread.messages]
      const read = await Promise.all(all.map((message, index) => replay.read(...makeMail(message, index))))
      const mails = thread.first ? read.slice(1) : read
      const start = thread.first && read[0] ? await replay.receive(new Map(), read[0]) : new Map()
      const show = (state: ReplayState) => replay.show(state).filter(isWanted)
      const wanted = show(await receiveAll(replay, start, mails))
      expect(wanted.join('\n')).not.toMatch(/^held/m)
      expect(wanted.length).toBeGreaterThan(0)
      for (const times of [1, 2])
        for await (const { order, state } of walk(replay, start, mails, times)) {
          const names = order.map((mail) => mails.indexOf(mail)).join(' ')
          expect(show(state), `in the order ${names}, each ${times} times`).toEqual(wanted)
          if (times > 1) continue
          expect(show(await receiveAll(replay, state, order)), `in the order ${names}, all twice`).toEqual(wanted)
        }
      // What was replayed is what the whole way of the mails leads to.
      expect(await run(thread, thread.messages)).toEqual(wanted)
      expect(await run(thread, thread.messages.toReversed())).toEqual(wanted)
    } finally {
      replay.close()
    }
  },
  180_000,
)

interface Walked {
  readonly order: readonly ReadMail[]
  readonly state: ReplayState
}

/** Every order of the mails, each received so many times; orders that begin alike share their beginning. */
async function* walk(
  replay: Replay,
  state: ReplayState,
  mails: readonly ReadMail[],
  times: number,
): AsyncGenerator<Walked> {
  if (mails.length === 0) yield { order: [], state }
  for (const [index, mail] of mails.entries()) {
    const after = await receiveAll(
      replay,
      state,
      Array.from({ length: times }, () => mail),
    )
    for await (const walked of walk(replay, after, mails.toSpliced(index, 1), times))
      yield { ...walked, order: [mail, ...walked.order] }
  }
}

async function receiveAll(replay: Replay, state: ReplayState, mails: readonly ReadMail[]): Promise<ReplayState> {
  let after = state
  for (const mail of mails) after = await replay.receive(after, mail)
  return after
}

/** What waits for the user may differ with the way there. */
function isWanted(line: string): boolean {
  return !line.startsWith('requests')
}

async function run(thread: Thread, messages: readonly Message[]): Promise<readonly string[]> {
  const world = makeCaseWorld('memory', makeFixedClock('2026-03-02T09:00:00Z'))
  try {
    for (const setting of settings) world.configure(setting)
    world.writePreferences(`mailto:${user}`, thread.preferences ?? [])
    for (const [index, message] of [...(thread.first ? [thread.first] : []), ...messages].entries()) {
      const { exit } = await world.receive(...makeMail(message, index))
      expect(exit).toBe('0')
    }
    return (await world.showStore(`mailto:${user}`)).filter(isWanted)
  } finally {
    await world.close()
  }
}

function makeMail({ agent, from, lines }: Message, number: number): readonly [Route, Uint8Array] {
  const now = makeFixedClock('2026-03-02T09:00:00Z').now()
  const options = new Map(agent === 'person-outgoing' ? [['login', from] as const] : [])
  const bytes = makeArrivingMail({ from, to: [user], lines, header: [], now, number })
  return [{ agent, sender: from, recipients: [user], options }, bytes]
}
