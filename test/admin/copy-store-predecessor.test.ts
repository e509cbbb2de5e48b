// imip-admin copy-store from a store that the predecessor wrote.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { dumpUser, serializeDump } from '../../src/store/dump.ts'
import { dumpQuota, serializeQuotaDump } from '../../src/store/dump-quota.ts'
import { openFileStore } from '../../src/store/file/store.ts'
import type { Store } from '../../src/store/store.ts'
import { loadSystemZones } from '../../src/zones/system-zones.ts'
import { at, collect } from '../store/samples.ts'
import { type AdminRoom, makeAdminRoom, type Said } from './admin-room.ts'

const now = at('2026-03-02T09:00:00Z')
let folder: string
let admin: AdminRoom
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copy-'))
  admin = makeAdminRoom()
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  admin.remove()
})

const room: CalendarAddress = 'mailto:room@example.com'

function write(path: string, ...lines: readonly string[]): void {
  const file = join(folder, 'old', 'store', path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
}

const columns = (...texts: readonly string[]): string => texts.join('\t')

function event(uid: string, ...lines: readonly string[]): readonly string[] {
  const own = ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260301T080000Z', ...lines, 'END:VEVENT']
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:old', ...own, 'END:VCALENDAR']
}

const accepted = 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:room@example.com'
const pat = 'ORGANIZER:mailto:pat@example.com'

function copy(...more: readonly string[]): Promise<Said> {
  return admin.run('copy-store', join(folder, 'old/store'), join(folder, 'new/store'), ...more)
}

function open(): Store {
  return openFileStore({ directory: join(folder, 'new', 'store'), now: () => now })
}

async function show(user: CalendarAddress = room): Promise<readonly string[]> {
  const stored = await open().readUser(user)
  return serializeDump(dumpUser(stored, { zoneTables: loadSystemZones() }))
    .split('\n')
    .filter((line) => line !== '')
}

test('events, instances, cancellations, proposals and requests; bookings follow from the events', async () => {
  write(
    'mailto:room@example.com/objects/single',
    ...event('single', pat, accepted, 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z'),
  )
  // An event alone, without a calendar around it.
  write(
    'mailto:room@example.com/objects/weekly',
    ...event(
      'weekly',
      pat,
      accepted,
      'DTSTART;TZID=Europe/Oslo:20260311T100000',
      'DTEND;TZID=Europe/Oslo:20260311T110000',
      'RRULE:FREQ=WEEKLY',
    ).slice(3, -1),
  )
  write(
    'mailto:room@example.com/recurrences/weekly/20260318T090000Z',
    ...event(
      'weekly',
      pat,
      accepted,
      'RECURRENCE-ID;TZID=Europe/Oslo:20260318T100000',
      'DTSTART:20260318T130000Z',
      'DTEND:20260318T140000Z',
    ),
  )
  write(
    'mailto:room@example.com/cancellations/recurrences/weekly/20260325T090000Z',
    ...event('weekly', pat, accepted, 'RECURRENCE-ID:20260325T090000Z', 'DTSTART:20260325T090000Z', 'SEQUENCE:1'),
  )
  write(
    'mailto:room@example.com/cancellations/objects/gone',
    ...event('gone', pat, accepted, 'DTSTART:20260312T100000Z', 'SEQUENCE:1'),
  )
  write(
    'mailto:room@example.com/objects/asked',
    ...event(
      'asked',
      pat,
      'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:room@example.com',
      'DTSTART:20260313T100000Z',
      'DTEND:20260313T110000Z',
    ),
  )
  write(
    'mailto:room@example.com/counters/objects/single/mailto:kim@example.com',
    ...event('single', pat, 'DTSTART:20260310T150000Z', 'DTEND:20260310T160000Z'),
  )
  write('mailto:room@example.com/requests', columns('asked', '', ''), columns('single', '', 'COUNTER'))
  write('mailto:room@example.com/freebusy-providers', '20260401T000000Z', columns('weekly', ''))
  const { code, out, error } = await copy()
  expect(error).toBe('')
  expect(code).toBe(0)
  expect(out).toContain('series: 4 of 4 are the same in TO')
  expect(await show()).toEqual([
    'objects asked - VEVENT 0 20260301T080000Z - 20260313T100000Z 20260313T110000Z mailto:pat@example.com mailto:room@example.com;PARTSTAT=NEEDS-ACTION',
    'objects single - VEVENT 0 20260301T080000Z - 20260310T100000Z 20260310T110000Z mailto:pat@example.com mailto:room@example.com;PARTSTAT=ACCEPTED',
    'objects weekly - VEVENT 0 20260301T080000Z - 20260311T090000Z 20260311T100000Z mailto:pat@example.com mailto:room@example.com;PARTSTAT=ACCEPTED',
    'objects weekly 20260318T090000Z VEVENT 0 20260301T080000Z - 20260318T130000Z 20260318T140000Z mailto:pat@example.com mailto:room@example.com;PARTSTAT=ACCEPTED',
    expect.stringMatching('^cancellations gone - VEVENT 1 '),
    expect.stringMatching('^cancellations weekly 20260325T090000Z VEVENT 1 '),
    expect.stringMatching('^counters single - .*mailto:kim@example.com'),
    'freebusy 20260310T100000Z 20260310T110000Z single - - BUSY "" mailto:pat@example.com -',
    'freebusy 20260311T090000Z 20260311T100000Z weekly - FREQ=WEEKLY BUSY "" mailto:pat@example.com -',
    'freebusy 20260318T130000Z 20260318T140000Z weekly 20260318T090000Z - BUSY "" mailto:pat@example.com -',
    'requests asked - REQUEST',
    'requests single - COUNTER',
  ])
  const before = await show()
  expect((await copy()).out).toContain('users: 0 copied or brought up to date, 1 as they were')
  expect(await show()).toEqual(before)
})

test('no busy time is lost: what no event says is booked, for an organizer who does not attend as such', async () => {
  write(
    'mailto:room@example.com/objects/single',
    ...event('single', pat, accepted, 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z'),
  )
  write(
    'mailto:room@example.com/objects/mine',
    ...event(
      'mine',
      'ORGANIZER:mailto:room@example.com',
      'ATTENDEE:mailto:kim@example.com',
      'DTSTART:20260314T100000Z',
      'DTEND:20260314T110000Z',
    ),
  )
  write(
    'mailto:room@example.com/freebusy',
    columns('20260310T100000Z', '20260310T110000Z', 'single', 'OPAQUE', '', 'Planning', 'mailto:pat@example.com'),
    columns('20260310T120000Z', '20260310T130000Z', 'single', 'OPAQUE', '', 'Planning', 'mailto:pat@example.com'),
    columns('20260314T100000Z', '20260314T110000Z', 'mine', 'ORG', '', 'Mine', 'mailto:room@example.com'),
    columns('20260320T100000Z', '20260320T110000Z', 'lost', 'OPAQUE', '', 'A talk, long', 'mailto:pat@example.com'),
    columns('20260321T100000Z', '20260321T120000Z', 'lost', 'OPAQUE', '', 'A talk, long', 'mailto:pat@example.com'),
    columns(
      '20260323T100000Z',
      '20260323T110000Z',
      'lost',
      'OPAQUE',
      '20260322T100000Z',
      'Moved',
      'mailto:pat@example.com',
    ),
    columns('20260324T100000Z', '20260324T110000Z', 'organized', 'ORG'),
    columns('20260325T100000Z', '20260325T110000Z', 'free', 'TRANSPARENT'),
    columns('20260326T100000Z', '20260326T110000Z'),
  )
  write(
    'mailto:room@example.com/freebusy-offers',
    columns(
      '20260327T100000Z',
      '20260327T110000Z',
      'offered',
      'OPAQUE',
      '',
      '',
      'mailto:pat@example.com',
      '20260304T090000Z',
    ),
  )
  write(
    'mailto:room@example.com/freebusy-other/mailto:kim@example.com',
    columns('20260328T100000Z', '20260328T110000Z', 'theirs', 'OPAQUE'),
  )
  const { code, error } = await copy()
  expect(error).toBe('')
  expect(code).toBe(0)
  const lines = await show()
  expect(lines.filter((line) => /^(freebusy|offers|others)/.test(line))).toEqual([
    'freebusy 20260310T100000Z 20260310T110000Z single - - BUSY "" mailto:pat@example.com -',
    'freebusy 20260310T120000Z 20260310T130000Z single - - BUSY Planning mailto:pat@example.com -',
    'freebusy 20260314T100000Z 20260314T110000Z mine - - ORG "" mailto:room@example.com -',
    expect.stringMatching(
      '^freebusy 20260320T100000Z 20260320T110000Z lost - .* BUSY "A talk, long" mailto:pat@example.com -$',
    ),
    'freebusy 20260323T100000Z 20260323T110000Z lost 20260322T100000Z - BUSY Moved mailto:pat@example.com -',
    'freebusy 20260324T100000Z 20260324T110000Z organized - - ORG "" mailto:room@example.com -',
    'freebusy 20260326T100000Z 20260326T110000Z copied-20260326T100000Z-20260326T110000Z - - BUSY "" "" -',
    'offers 20260327T100000Z 20260327T110000Z offered - - BUSY "" mailto:pat@example.com 20260304T090000Z',
    expect.stringMatching('^others mailto:kim@example.com 20260328T100000Z 20260328T110000Z '),
  ])
  // The second date of the series that nobody has kept, at its own length; and the next message of its organizer is newer.
  const expanded = await open().transact([room], [], async (reader) => ({
    changes: [],
    result: await reader.readWindow(room, [{ start: at('2026-03-21T11:30:00Z'), end: at('2026-03-21T11:31:00Z') }]),
  }))
  expect(expanded.recurring.map(({ uid }) => uid)).toEqual(['lost'])
  expect(lines.find((line) => line.startsWith('objects lost -'))).toContain(' 19700101T000000Z ')
})

test('what cannot be read is named with its place, and the rest is copied; 1', async () => {
  write(
    'mailto:room@example.com/objects/sound',
    ...event('sound', pat, accepted, 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z'),
  )
  write('mailto:room@example.com/objects/torn', 'BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:torn', 'DTSTA')
  write('mailto:room@example.com/objects/empty')
  write('mailto:room@example.com/recurrences/file', 'no directory')
  write('mailto:room@example.com/counters/objects/sound/nobody', ...event('sound', 'DTSTART:20260310T150000Z'))
  write('mailto:room@example.com/something', 'else')
  write('mailto:room@example.com/requests', columns('sound', '', 'MAYBE'), columns('sound'))
  write(
    'mailto:room@example.com/freebusy',
    'nonsense',
    columns('20260311T100000Z', '20260311T100000Z', 'short'),
    columns('20260312T100000Z', '20260312T110000Z', 'torn', 'OPAQUE', '', 'Torn', 'mailto:pat@example.com'),
  )
  mkdirSync(join(folder, 'old/store/mailto:other@example.com'))
  const path = (name: string): string => join(folder, 'old/store/mailto:room@example.com', name)
  const { code, out, error } = await copy()
  expect(code).toBe(1)
  for (const line of [
    `${path('something')}: nothing is known of it; left out`,
    `${path('objects/torn')}: `,
    `${path('objects/empty')}: `,
    `${path('recurrences/file')}: it should be a directory; left out`,
    `${path('counters/objects/sound/nobody')}: its name is no address; left out`,
    `${path('requests')}, line 1: MAYBE is no type of request; left out`,
    `${path('freebusy')}, line 1: it does not begin with two times; left out`,
    `${path('freebusy')}, line 2: it ends before it has begun; left out`,
  ])
    expect(error).toContain(`imip-admin: room@example.com: ${line}`)
  expect(out).toContain('users: 2 of 2 are the same in TO')
  expect((await show()).filter((line) => !line.startsWith('objects'))).toEqual([
    'freebusy 20260310T100000Z 20260310T110000Z sound - - BUSY "" mailto:pat@example.com -',
    'freebusy 20260312T100000Z 20260312T110000Z torn - - BUSY Torn mailto:pat@example.com -',
    'requests sound - REQUEST',
  ])
  expect(existsSync(path('log'))).toBe(false)
  expect(readdirSync(join(folder, 'old'))).toEqual(['store'])
})

test('quotas: settings out of the journal, what is held out of the bookings', async () => {
  admin.write('preferences/mailto:room@example.com/scheduling_function', 'schedule_in_freebusy\ncheck_quota rooms\n')
  write(
    'mailto:room@example.com/objects/single',
    ...event('single', pat, accepted, 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z'),
  )
  write('../journal/rooms/limits', columns('*', 'PT10H'), columns('board', '*'), 'nonsense')
  write('../journal/rooms/groups', columns('mailto:Pat@example.com', 'board'))
  write('../journal/rooms/delegates', 'mailto:room@example.com')
  const { code, error } = await copy()
  expect(code).toBe(1)
  expect(error).toContain('journal/rooms/limits, line 3: it is no limit of somebody; left out')
  const quota = await open().readWholeQuota('rooms')
  expect(quota && serializeQuotaDump(dumpQuota(quota, now)).split('\n')).toEqual([
    'limit * PT10H',
    'limit board *',
    'group mailto:pat@example.com board',
    'delegate mailto:room@example.com',
    'used board PT1H * -',
    'given mailto:room@example.com PT1H',
    'reservation mailto:room@example.com single board PT1H 20260310T100000Z',
    '',
  ])
})

test('half of a copy of a store of ours is not taken for one; nor is an empty directory', async () => {
  mkdirSync(join(folder, 'old/store'), { recursive: true })
  expect(await copy()).toMatchObject({ code: 1, error: expect.stringContaining('it has neither FORMAT nor users') })
  const ours = openFileStore({ directory: join(folder, 'old', 'store'), now: () => now })
  await ours.makeRoom(room)
  rmSync(join(folder, 'old/store/FORMAT'))
  expect(await copy()).toMatchObject({
    code: 1,
    error: expect.stringContaining('is half of a copy of a store of ours: FORMAT is missing'),
  })
  expect(existsSync(join(folder, 'new'))).toBe(false)
})

test('addresses that are spelled otherwise are one user', async () => {
  write('mailto:Room@Example.com/objects/single', ...event('single', pat, accepted, 'DTSTART:20260310T100000Z'))
  expect(await copy()).toMatchObject({ code: 0 })
  expect(await collect(open().listUsers())).toEqual([room])
  write('mailto:room@example.com/requests', columns('single'))
  expect(await copy()).toMatchObject({
    code: 1,
    error: expect.stringContaining('has two directories for mailto:room@example.com'),
  })
})
