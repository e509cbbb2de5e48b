// imip-admin init, init-user, preferences and make-freebusy; and the command line itself.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { subcommands } from '../../src/admin/subcommands.ts'
import { type AdminRoom, makeAdminRoom, makeCalendar } from './admin-room.ts'

let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
})
afterEach(() => room.remove())

const user = 'room@example.com'

describe('init', () => {
  test('makes the directories, with the permissions of the settings', async () => {
    const { code, out, error } = await room.run('init')
    expect(code).toBe(0)
    for (const name of ['preferences', 'journal', 'publish', 'log']) {
      expect(out).toContain(`${name.padEnd(12)} ${join(room.folder, name)}\n`)
      expect((statSync(join(room.folder, name)).mode & 0o7777).toString(8)).toBe('2770')
    }
    expect(error).toContain('note: no code cache, the agents start slower: this is a test')
    expect(await room.run('init')).toMatchObject({ code: 0, out })
  })

  test('what lies above them is open, as directories of the system are', async () => {
    const above = join(room.folder, 'www')
    expect(await room.run('init', '--set', `publish_dir=${above}/imip-agent/static`)).toMatchObject({ code: 0 })
    expect(statSync(above).mode & 0o7777).toBe(0o755 & ~process.umask())
    expect((statSync(join(above, 'imip-agent/static')).mode & 0o7777).toString(8)).toBe('2770')
  })

  test('makes users ahead of time, or none where one is none', async () => {
    expect(await room.run('init-user', user, 'nonsense')).toMatchObject({ code: 64, out: '' })
    expect(existsSync(join(room.folder, 'preferences'))).toBe(false)
    expect((await room.run('init-user', 'Room@Example.com', 'mailto:pat@example.com')).out).toBe(
      ['room', 'pat']
        .map(
          (name) => `mailto:${name}@example.com  preferences ${room.folder}/preferences/mailto:${name}@example.com\n`,
        )
        .join(''),
    )
    const users = []
    for await (const each of room.store.listUsers()) users.push(each)
    expect(users).toEqual(['mailto:pat@example.com', 'mailto:room@example.com'])
  })
})

describe('preferences', () => {
  test('are set, read, shown with their origin, and taken away', async () => {
    expect(await room.run('preferences', user, 'TZID', 'America/New_York')).toEqual({ code: 0, out: '', error: '' })
    expect(room.read('preferences/mailto:room@example.com/TZID')).toBe('America/New_York\n')
    expect((await room.run('preferences', user, 'TZID')).out).toBe('America/New_York\n')
    await room.run('preferences', '@example.com', 'CN', 'Some room')
    const { out } = await room.run('preferences', user)
    expect(out).toMatch(/^NAME +VALUE +FROM\nCN +Some room +.*preferences\/@example\.com\/CN\n/)
    expect(out).toMatch(/\nLANG +en +default\n/)
    expect(JSON.parse((await room.run('preferences', user, '--json')).out)).toMatchObject({
      TZID: { value: 'America/New_York', from: join(room.folder, 'preferences/mailto:room@example.com/TZID') },
      LANG: { value: 'en', from: null },
    })
    await room.run('preferences', user, '--unset', 'TZID')
    expect((await room.run('preferences', user, 'TZID')).out).toBe('Europe/Oslo\n')
    expect(await room.run('preferences', user, '--unset', 'TZID')).toMatchObject({
      code: 0,
      error: 'imip-admin: TZID was not set; the default holds\n',
    })
  })

  test('several lines, also from standard input', async () => {
    room.input = 'kim@example.com\n\nsam@example.com\n'
    await room.run('preferences', user, 'delegates', '-')
    expect((await room.run('preferences', user, 'delegates')).out).toBe('kim@example.com\nsam@example.com\n')
    expect((await room.run('preferences', user)).out).toMatch(/delegates +kim@example\.com +.*\n +sam@example\.com\n/)
  })

  test.each([
    [['Nonsense'], 'Nonsense is not a preference; there are CN, LANG'],
    [['tzid', 'UTC'], 'tzid is not a preference; it is spelled TZID'],
    [['TZID', 'half past nine'], 'TZID must be a zone such as Europe/Oslo'],
    [['TZID', 'Mars/Base'], 'TZID Mars/Base is not known on this machine'],
    [['participating', 'maybe'], 'participating must be one of participate, no'],
    [['scheduling_function', 'first_come'], 'first_come, which is not a scheduling function'],
    [['TZID', 'UTC', 'more'], 'too many arguments'],
    [['TZID', '--unset', 'TZID'], '--unset takes the name itself'],
  ])('wrong usage: %j', async (args, reason) => {
    const { code, error } = await room.run('preferences', user, ...args)
    expect(code).toBe(64)
    expect(error).toContain(reason)
    expect(existsSync(join(room.folder, 'preferences'))).toBe(false)
  })

  test('a file with a wrong value is named', async () => {
    room.write('preferences/mailto:room@example.com/participating', 'perhaps\n')
    const { code, out, error } = await room.run('preferences', user, 'participating')
    expect({ code, out }).toEqual({ code: 1, out: 'perhaps\n' })
    expect(error).toContain(
      'mailto:room@example.com/participating, line 1: participating must be one of participate, no',
    )
  })

  test('of no user and no domain', async () => {
    for (const owner of ['@', '@a b', 'nobody'])
      expect(await room.run('preferences', owner)).toMatchObject({ code: 64 })
  })
})

describe('make-freebusy', () => {
  const published = (): string => room.read('publish/mailto:room@example.com/freebusy')

  beforeEach(async () => {
    const events = [
      ['UID:daily', 'DTSTART;TZID=Europe/Oslo:20260328T100000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3'],
      ['UID:overlap', 'DTSTART:20260328T093000Z', 'DTEND:20260328T103000Z'],
      ['UID:maybe', 'DTSTART:20260328T090000Z', 'DTEND:20260328T110000Z', 'STATUS:TENTATIVE'],
      ['UID:past', 'DTSTART:20260101T100000Z', 'DTEND:20260101T110000Z'],
      ['UID:far', 'DTSTART:20270101T100000Z', 'DTEND:20270101T110000Z'],
    ]
    await room.run('import', user, room.write('room.ics', makeCalendar(...events)))
    await room.run('preferences', user, 'freebusy_publishing', 'publish')
    await room.run('preferences', user, 'freebusy_outside', 'full')
  })

  test('publishes what is shared and published, and nothing but times', async () => {
    expect((await room.run('make-freebusy')).out).toBe('free/busy: 0 published, 0 unchanged, 1 not shared\n')
    expect(existsSync(join(room.folder, 'publish', 'mailto:room@example.com'))).toBe(false)
    await room.run('preferences', user, 'freebusy_sharing', 'share')
    expect(await room.run('make-freebusy')).toEqual({
      code: 0,
      out: 'free/busy: 1 published, 0 unchanged, 0 not shared\n',
      error: '',
    })
    expect(published().split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'PRODID:-//imip-agent//imip-agent//EN',
      'VERSION:2.0',
      'METHOD:PUBLISH',
      'BEGIN:VFREEBUSY',
      'UID:freebusy-room@example.com',
      'DTSTAMP:20260302T090000Z',
      'ORGANIZER:mailto:room@example.com',
      'DTSTART:20260301T000000Z',
      'DTEND:20260502T000000Z',
      'FREEBUSY;FBTYPE=BUSY:20260328T090000Z/20260328T103000Z',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260328T103000Z/20260328T110000Z',
      'FREEBUSY;FBTYPE=BUSY:20260329T080000Z/20260329T090000Z',
      'FREEBUSY;FBTYPE=BUSY:20260330T080000Z/20260330T090000Z',
      'END:VFREEBUSY',
      'END:VCALENDAR',
      '',
    ])
  })

  test('again leaves the file; the next day moves the window; no longer shared takes it away', async () => {
    await room.run('preferences', user, 'freebusy_sharing', 'share')
    await room.run('make-freebusy', user)
    const before = published()
    room.clock.set('2026-03-02T10:00:00Z')
    expect((await room.run('make-freebusy', user)).out).toContain('0 published, 1 unchanged')
    expect(published()).toBe(before)
    // Nothing comes into the window or leaves it for a week.
    room.clock.set('2026-03-03T10:00:00Z')
    expect((await room.run('make-freebusy')).out).toContain('0 published, 0 unchanged')
    room.clock.set('2026-03-09T10:00:00Z')
    expect((await room.run('make-freebusy')).out).toContain('1 published')
    expect(published()).toContain('DTSTART:20260308T000000Z')
    await room.run('preferences', user, 'freebusy_sharing', 'no')
    expect((await room.run('make-freebusy')).out).toBe(
      'free/busy: 0 published, 0 unchanged, 0 not shared, 1 taken away\n',
    )
    expect(existsSync(join(room.folder, 'publish/mailto:room@example.com/freebusy'))).toBe(false)
  })

  test("one user's trouble is named and leaves the others theirs", async () => {
    await room.run('preferences', user, 'freebusy_sharing', 'share')
    await room.run('init-user', 'odd@example.com', 'other@example.com')
    await room.run('preferences', '@example.com', 'freebusy_sharing', 'share')
    room.write('preferences/mailto:odd@example.com/freebusy_sharing', 'sometimes\n')
    mkdirSync(join(room.folder, 'publish'))
    writeFileSync(join(room.folder, 'publish', 'mailto:other@example.com'), 'in the way')
    await room.run('preferences', 'other@example.com', 'freebusy_publishing', 'publish')
    const { code, out, error } = await room.run('make-freebusy')
    expect(code).toBe(1)
    expect(out).toBe('free/busy: 1 published, 0 unchanged, 0 not shared, 2 failed\n')
    expect(error).toContain('odd@example.com: ')
    expect(error).toContain('freebusy_sharing must be one of no, share')
    expect(error).toMatch(/other@example\.com: .*: a part of this path is no directory\n/)
  })
})

describe('the command line', () => {
  test('has help for every subcommand', async () => {
    const { code, out } = await room.run('--help')
    expect(code).toBe(0)
    for (const { name, summary, options, examples } of subcommands) {
      expect(out).toContain(`  ${name} `)
      const own = await room.run(name, '--help')
      expect(own.code).toBe(0)
      expect(own.out.replace(/\s+/g, ' ')).toContain(summary.replace(/\s+/g, ' '))
      for (const { long } of options) expect(own.out).toContain(`--${long}`)
      for (const example of examples) expect(own.out).toContain(`imip-admin ${example}`)
    }
  })

  test.each([
    [[], 'Usage: imip-admin'],
    [['frobnicate'], "imip-admin: unknown command 'frobnicate'"],
    [['bookings', user, '--frobnicate'], "unknown option '--frobnicate'"],
    [['--set', 'store_dir'], 'Usage: imip-admin'],
    [['show-store', user, '--set', 'store_dir'], 'option --set needs NAME=VALUE'],
    [['show-store', user, '--set', 'frobnicate=1'], 'option --set: setting "frobnicate": is not known'],
    [['show-store', user, '--now', 'soon'], 'option --now'],
    [['outbox', 'burn'], 'outbox knows list and flush, not "burn"'],
    [['outbox', 'flush', '--print', 'xml'], 'option --print knows only json'],
  ])('wrong usage: %j', async (args, reason) => {
    const { code, out, error } = await room.run(...args)
    expect({ code, out }).toEqual({ code: 64, out: '' })
    expect(error).toContain(reason)
  })

  test('a fault of the configuration is named, with 1', async () => {
    const settings = room.write('wrong.toml', 'frobnicate = 1\n')
    const { code, error } = await room.run('-c', settings, 'show-store', user)
    expect(code).toBe(1)
    expect(error).toContain(`${settings}, line 1: setting "frobnicate": is not known`)
  })
})
