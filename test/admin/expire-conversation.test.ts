// What a night takes away of conversations that are over, the whole store as show-store tells it before and after.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runAdmin } from '../../src/admin/run-admin.ts'
import { openConfiguredStore } from '../../src/pipeline/open-store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import type { CaseAgent } from '../support/case-file.ts'
import { makeArrivingMail } from '../support/case-mail.ts'
import { type CaseWorld, makeCaseWorld } from '../support/case-world.ts'
import { type FixedClock, makeFixedClock } from '../support/fixed-clock.ts'
import { makeRecordingTransport } from '../support/recording-transport.ts'
import { makeCalendar } from './admin-room.ts'

const zones = loadSystemZones()
const pat = 'mailto:pat@example.com'

let clock: FixedClock
let world: CaseWorld

beforeEach(() => {
  clock = makeFixedClock('2026-03-02T09:00:00Z')
  world = makeCaseWorld('file', clock)
})
afterEach(() => world.close())

async function run(...args: readonly string[]) {
  const places = ['store', 'journal', 'preferences', 'publish']
  const settings = places.map((name) => `${name}_dir = "${join(world.folder, name)}"`)
  const file = join(world.folder, 'config.toml')
  writeFileSync(file, [...settings, 'tzid = "UTC"', `log = "${join(world.folder, 'agent.log')}"`].join('\n'))
  let [out, error] = ['', '']
  const code = await runAdmin(['-c', file, ...args], {
    environment: {},
    write: (text) => {
      out += text
    },
    writeError: (text) => {
      error += text
    },
    isTerminal: false,
    now: clock.now,
    makeIdentifier: () => 'made',
    loadZones: () => zones,
    hasStore: () => true,
    openStore: openConfiguredStore,
    makeOutward: () => makeRecordingTransport({}),
    readInput: () => Buffer.from(makeCalendar(['UID:long-ago', 'DTSTART:20240101T100000Z', 'DURATION:PT1H'])),
    makeCodeCaches: async () => [],
    codeCachePaths: [],
  })
  return { code, out, error }
}

let number = 0
async function receive(method: string, ...event: readonly string[]): Promise<void> {
  const route = {
    agent: 'person' as CaseAgent,
    sender: 'kim@example.org',
    recipients: ['pat@example.com'],
    options: new Map(),
  }
  const people = ['ORGANIZER:mailto:kim@example.org', 'ATTENDEE;RSVP=TRUE:mailto:pat@example.com']
  const lines = [`METHOD:${method}`, 'BEGIN:VEVENT', ...event, ...people, 'END:VEVENT']
  number += 1
  const bytes = makeArrivingMail({
    from: route.sender,
    to: route.recipients,
    lines,
    header: [],
    now: clock.now(),
    number,
  })
  expect((await world.receive(route, bytes)).exit).toBe('0')
}

const show = async () => (await world.showStore(pat)).map((line) => line.split(' ').slice(0, 2).join(' '))

test('each goes at its age: a message that waits, a cancelled event, an event that is over; a series without end stays', async () => {
  await receive('REQUEST', 'UID:over', 'DTSTAMP:20260302T080000Z', 'DTSTART:20260310T100000Z', 'DURATION:PT1H')
  await receive('REQUEST', 'UID:endless', 'DTSTAMP:20260302T080000Z', 'DTSTART:20260311T100000Z', 'RRULE:FREQ=WEEKLY')
  await receive('REQUEST', 'UID:off', 'DTSTAMP:20260302T080000Z', 'DTSTART:20260312T100000Z', 'DURATION:PT1H')
  await receive('CANCEL', 'UID:off', 'DTSTAMP:20260302T081000Z', 'SEQUENCE:1', 'STATUS:CANCELLED')
  await receive('ADD', 'UID:early', 'DTSTAMP:20260302T080000Z', 'SEQUENCE:1', 'DTSTART:20260313T100000Z')
  const stays = ['objects endless', 'others mailto:kim@example.org', 'requests endless']
  const all = [
    'cancellations off',
    'held early',
    'objects endless',
    'objects over',
    'requests endless',
    'requests over',
  ]
  expect((await show()).filter((line) => !line.startsWith('others')).sort()).toEqual(all)
  const nights: readonly (readonly [string, readonly string[]])[] = [
    ['2026-03-15T03:00:00Z', all],
    ['2026-03-17T03:00:00Z', all.filter((line) => line !== 'held early')],
    ['2026-08-30T03:00:00Z', ['objects endless', 'objects over', 'requests endless', 'requests over']],
    ['2027-03-09T03:00:00Z', ['objects endless', 'objects over', 'requests endless', 'requests over']],
    ['2027-03-12T03:00:00Z', ['objects endless', 'requests endless']],
  ]
  for (const [night, left] of nights) {
    clock.set(night)
    expect((await run('expire')).code, night).toBe(0)
    expect((await show()).filter((line) => !line.startsWith('others')).sort(), night).toEqual(left)
  }
  // What was deduced of the organizer goes with the events.
  expect((await show()).sort()).toEqual(stays)
})

test('what is imported though it is over for long is imported, and said to go with the next night', async () => {
  const imported = await run('import', 'pat@example.com', 'old.ics')
  expect(imported).toMatchObject({ code: 0, out: 'pat@example.com: 1 new, 0 updated, 0 unchanged\n' })
  expect(imported.error).toMatch(
    /note: 1 of these events are over for longer than bookings_age; the next `imip-admin expire`/,
  )
  expect(await show()).toEqual(['objects long-ago', 'freebusy 20240101T100000Z'])
  expect((await run('expire')).out).toMatch(/^expired: 1 events/)
  expect(await show()).toEqual([])
})
