// 2,000 random schedules: what a room decides, message by message, is what a brute-force model says: never an overbooking, never a wrong refusal.
import { expect, test } from 'vitest'
import { parseInstant, serializeInstant } from '../../src/calendar/time.ts'
import { expandBookings } from '../../src/freebusy/expand-bookings.ts'
import { zoneTables } from '../support/calendar-text.ts'
import { makeDecidedRoom, room } from '../support/decided-room.ts'
import {
  type Judged,
  listDates,
  listSlots,
  type Meeting,
  type ModelDate,
  makeModelDate,
  RoomModel,
  type Wall,
} from '../support/room-model.ts'

/** Room enough for a hurry; a failing schedule is named by its number, and comes again by it alone. */
const schedules = 2000

/** Other schedules: SEED=2000 plays the next two thousand. */
const firstSeed = Number(process.env.SEED ?? 0)

/** Their winter, in minutes: all meet between eight and one o'clock in UTC, when no clock is changed in any of them. */
const winters = {
  UTC: 0,
  'Europe/Oslo': 60,
  'America/New_York': -300,
  'Asia/Kolkata': 330,
  'Asia/Jerusalem': 120,
  'Africa/Cairo': 120,
} as const
const zones = Object.keys(winters) as readonly (keyof typeof winters)[]
const begin = at('2026-03-02T09:00:00Z')
const firstDay = Math.floor(begin / 86_400) + 2
/** Until here the store is compared with the model: behind it every endless meeting goes on as before. */
const seen = { start: begin - 30 * 86_400, end: begin + 500 * 86_400 }

function at(text: string): number {
  const instant = parseInstant(text)
  if (typeof instant !== 'number') throw new Error(instant.text)
  return instant
}

/** The same numbers for the same seed. */
function makeDice(seed: number) {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number): number => Math.floor(next() * Math.floor(count))
  return {
    below,
    chance: (share: number): boolean => next() < share,
    pick: <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item,
  }
}

type Dice = ReturnType<typeof makeDice>

/** Few days and hours, so that much meets; around them the clocks change in all zones but one. */
function makeMeeting(dice: Dice, uid: string, capacity: number): Meeting {
  // An event keeps its zone, as programs do.
  const zone = zones[[...uid].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % zones.length] ?? 'UTC'
  const start: Wall = { day: firstDay + dice.below(12 / capacity), minute: pickMinute(dice, zone, capacity) }
  const length = 30 * (2 + dice.below(4))
  if (dice.chance(0.45)) return { zone, start, length, without: [], also: [] }
  const every = dice.pick(['DAILY', 'WEEKLY', 'WEEKLY'] as const)
  const isEndless = every === 'WEEKLY' && dice.chance(0.04)
  const rule = { every, interval: 1 + dice.below(2), count: isEndless ? undefined : 3 + dice.below(12) }
  const step = rule.interval * (every === 'DAILY' ? 1 : 7)
  const without = dice.chance(0.3) ? [start.day + step * (1 + dice.below(2))] : []
  const also = dice.chance(0.2) ? [start.day + 3 + step * dice.below(5)] : []
  return { zone, start, length, rule, without, also: also.filter((day) => !without.includes(day)) }
}

function pickMinute(dice: Dice, zone: keyof typeof winters, capacity: number): number {
  return winters[zone] + 8 * 60 + 30 * dice.below(8 / capacity)
}

function writeTime(name: string, zone: string, day: number, minute: number): string {
  const text = serializeInstant(day * 86_400 + minute * 60)
  return zone === 'UTC' ? `${name}:${text}` : `${name};TZID=${zone}:${text.slice(0, -1)}`
}

function writeMeeting(meeting: Meeting): readonly string[] {
  const { zone, start, length, rule, without, also } = meeting
  const isZoned = zone !== 'UTC'
  const list = (name: string, days: readonly number[]): readonly string[] =>
    days.map((day) => writeTime(name, zone, day, start.minute))
  return [
    writeTime('DTSTART', zone, start.day, start.minute),
    isZoned && length % 60 === 0
      ? `DURATION:PT${length / 60}H`
      : writeTime('DTEND', zone, start.day, start.minute + length),
    ...(rule ? [`RRULE:FREQ=${rule.every};INTERVAL=${rule.interval}${rule.count ? `;COUNT=${rule.count}` : ''}`] : []),
    ...list('EXDATE', without),
    ...list('RDATE', also),
  ]
}

interface Played {
  readonly text: readonly string[]
  readonly judged: Judged | undefined
}

interface Known {
  sequence: number
  /** Of the last request for the whole. */
  whole: number
  stamp: number
}

/** The next message of a schedule, and what the model says to it. */
function playMessage(dice: Dice, model: RoomModel, known: Map<string, Known>, now: number): Played {
  const uids = model.listUids()
  const isNew = uids.length === 0 || (uids.length < 5 + 3 * model.capacity && dice.chance(0.6))
  const uid = isNew ? `event-${known.size}@example.com` : dice.pick(uids)
  const mark = known.get(uid) ?? { sequence: -1, whole: -1, stamp: at('2026-03-01T00:00:00Z') }
  known.set(uid, mark)
  mark.stamp += 60
  const meeting = model.meetingOf(uid)
  let { sequence } = mark
  const write = (method: string, ...events: readonly (readonly string[])[]): readonly string[] => [
    `METHOD:${method}`,
    ...events.flatMap((lines) => [
      'BEGIN:VEVENT',
      `UID:${uid}`,
      `DTSTAMP:${serializeInstant(mark.stamp)}`,
      `SEQUENCE:${sequence}`,
      'ORGANIZER:mailto:pat@example.com',
      'ATTENDEE:mailto:room@example.com',
      ...lines,
      'END:VEVENT',
    ]),
  ]
  const name = (original: number): string => `RECURRENCE-ID:${serializeInstant(original)}`
  const moveDate = (original: number): { readonly date: ModelDate; readonly lines: readonly string[] } => {
    const zone = dice.pick(zones)
    const start = {
      day: Math.floor(now / 86_400) + 2 + dice.below(14 / model.capacity),
      minute: pickMinute(dice, zone, model.capacity),
    }
    const length = 30 * (1 + dice.below(4))
    const { start: from, end } = makeModelDate({ zone, start, length, without: [], also: [] }, start.day)
    return {
      date: { original, start: from, end },
      lines: [
        name(original),
        writeTime('DTSTART', zone, start.day, start.minute),
        writeTime('DTEND', zone, start.day, start.minute + length),
      ],
    }
  }
  const action = meeting === undefined ? 'new' : dice.pick(actions)
  const originals = model.listKnown(uid).slice(0, 20)
  if (action === 'new' || action === 'reschedule' || originals.length < 2 || !meeting) {
    let asked = makeMeeting(dice, uid, model.capacity)
    // What is over as a whole is refused as such, and the same time again is no change.
    while (
      listDates(asked).every(({ end }) => end <= now) ||
      (meeting && JSON.stringify(asked.start) === JSON.stringify(meeting.start))
    )
      asked = makeMeeting(dice, uid, model.capacity)
    sequence = mark.whole = mark.sequence += 1
    const dates = listDates(asked)
    const moved = asked.rule && dates.length > 3 && dice.chance(0.3) ? [moveDate(dates[1]?.original ?? 0)] : []
    const judged = model.ask(
      uid,
      asked,
      moved.map(({ date }) => date),
      true,
      now,
    )
    return { text: write('REQUEST', writeMeeting(asked), ...moved.map(({ lines }) => lines)), judged }
  }
  if (action === 'details') {
    sequence = mark.whole
    return { text: write('REQUEST', [...writeMeeting(meeting), `SUMMARY:${mark.stamp}`]), judged: undefined }
  }
  sequence = mark.sequence += 1
  if (action === 'retitle') {
    mark.whole = sequence
    const judged = model.ask(uid, meeting, [], false, now)
    return { text: write('REQUEST', [...writeMeeting(meeting), 'SUMMARY:Title']), judged }
  }
  const original = dice.pick(originals)
  if (action === 'move') {
    const { date, lines } = moveDate(original)
    return { judged: model.move(uid, date), text: write('REQUEST', lines) }
  }
  const cancelled = 'STATUS:CANCELLED'
  if (action === 'cancel-date') {
    model.cancelDate(uid, original)
    return { text: write('CANCEL', [name(original), cancelled]), judged: undefined }
  }
  if (action === 'cancel-from' && original !== originals[0]) {
    model.cancelFrom(uid, original)
    const id = name(original).replace('RECURRENCE-ID', 'RECURRENCE-ID;RANGE=THISANDFUTURE')
    return { text: write('CANCEL', [id, cancelled]), judged: undefined }
  }
  model.cancel(uid)
  return { text: write('CANCEL', [cancelled]), judged: undefined }
}

const actions = [
  'reschedule',
  'reschedule',
  'move',
  'move',
  'move',
  'retitle',
  'details',
  'cancel',
  'cancel-date',
  'cancel-date',
  'cancel-from',
] as const

/** `uid start/end` of all that takes the room, near enough to be compared. */
function listModelTimes(model: RoomModel): readonly string[] {
  return model
    .listUids()
    .flatMap((uid) => model.listTaken(uid).map((date) => ({ uid, ...date })))
    .filter(({ start, end }) => start < seen.end && end > seen.start)
    .map(({ uid, start, end }) => `${uid} ${serializeInstant(start)}/${serializeInstant(end)}`)
    .sort()
}

function describeJudged(judged: Judged): { readonly answer: string; readonly sent: number } {
  if (judged === 'declined') return { answer: 'DECLINED', sent: 1 }
  return { answer: 'ACCEPTED', sent: judged === 'taken' ? 1 : 1 + judged }
}

/** What was judged is counted: a test in which nothing meets would say nothing. */
async function playSchedule(seed: number, counts: Map<string, number>): Promise<void> {
  const dice = makeDice(seed)
  const capacity = seed % 2 === 0 ? 1 : 3
  const model = new RoomModel(capacity)
  const decided = makeDecidedRoom({ scheduling_function: `schedule_in_freebusy ${capacity}`, booking_window: '' })
  const known = new Map<string, Known>()
  const texts: string[] = []
  let now = begin
  for (let count = 0; count < 8 + 2 * capacity; count++) {
    if (dice.chance(0.15)) now += 86_400 * (1 + dice.below(4))
    const { text, judged } = playMessage(dice, model, known, now)
    texts.push(`# ${serializeInstant(now)}`, ...text)
    const kind = typeof judged === 'number' ? 'partly' : (judged ?? 'unasked')
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    const where = `schedule ${seed}\n${texts.join('\n')}`
    const decision = await decided.receive(text, now)
    const sent = decision.effects.filter((effect) => effect.kind === 'send').length
    if (judged !== undefined) expect({ answer: decision.answer, sent }, where).toEqual(describeJudged(judged))
    const { bookings } = await decided.store.readUser(room)
    const { times, faults } = expandBookings(bookings, seen, zoneTables, 'UTC')
    expect(faults, where).toEqual([])
    const booked = times.map(
      ({ booking, period }) => `${booking.uid} ${serializeInstant(period.start)}/${serializeInstant(period.end)}`,
    )
    expect(booked.toSorted(), where).toEqual(listModelTimes(model))
    // How the dates of one event lie to each other is its organizer's business.
    const inSlot = new Map<number, Set<string>>()
    for (const { booking, period } of times)
      for (const slot of listSlots({ start: Math.max(period.start, now), end: Math.max(period.end, now) })) {
        const uids = inSlot.get(slot) ?? new Set()
        inSlot.set(slot, uids.add(booking.uid))
        if (uids.size > capacity) expect.fail(`overbooked at ${serializeInstant(slot * 1800)}: ${where}`)
      }
  }
}

test.each(Array.from({ length: 20 }, (_, part) => part))(
  `random schedules, part %i of 20`,
  async (part) => {
    const counts = new Map<string, number>()
    for (let seed = part; seed < schedules; seed += 20) await playSchedule(firstSeed + seed, counts)
    for (const kind of ['taken', 'declined', 'partly', 'unasked'])
      expect(counts.get(kind) ?? 0, kind).toBeGreaterThan(15)
  },
  300_000,
)
