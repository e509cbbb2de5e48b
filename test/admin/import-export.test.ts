// imip-admin import and export.
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AdminRoom, makeAdminRoom, makeCalendar } from './admin-room.ts'

let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
})
afterEach(() => room.remove())

const planning = [
  'UID:planning@example.com',
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20260310T100000Z',
  'DTEND:20260310T110000Z',
  'SUMMARY:Planning\\, again',
  'ORGANIZER:mailto:pat@example.com',
]
const weekly = [
  'UID:weekly@example.com',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Oslo:20260303T110000',
  'DTEND;TZID=Europe/Oslo:20260303T120000',
  'RRULE:FREQ=WEEKLY',
  'ORGANIZER:mailto:pat@example.com',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:room@example.com',
]
const moved = [
  'UID:weekly@example.com',
  'RECURRENCE-ID;TZID=Europe/Oslo:20260317T110000',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Oslo:20260318T110000',
  'DTEND;TZID=Europe/Oslo:20260318T120000',
  'ATTENDEE;PARTSTAT=TENTATIVE:mailto:room@example.com',
]
const leftOut = [
  'UID:weekly@example.com',
  'RECURRENCE-ID;TZID=Europe/Oslo:20260324T110000',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Oslo:20260324T110000',
  'STATUS:CANCELLED',
]

const showStore = async (user = 'room@example.com'): Promise<string> => (await room.run('show-store', user)).out

describe('import', () => {
  test('takes events as accepted, and lists what overlaps', async () => {
    const file = room.write('room.ics', makeCalendar(planning, weekly, moved, leftOut))
    const { code, out, error } = await room.run('import', 'room@example.com', file)
    expect(error).toBe('')
    expect(out).toBe(
      'clash: weekly@example.com with planning@example.com at 2026-03-10 11:00 (Europe/Oslo)\n' +
        'room@example.com: 2 new, 0 updated, 0 unchanged\n',
    )
    expect(code).toBe(0)
    expect(await showStore()).toBe(
      [
        'objects planning@example.com - VEVENT 0 20260101T000000Z - 20260310T100000Z 20260310T110000Z mailto:pat@example.com mailto:room@example.com;PARTSTAT=ACCEPTED',
        'objects weekly@example.com - VEVENT 0 20260101T000000Z - 20260303T100000Z 20260303T110000Z mailto:pat@example.com mailto:room@example.com;PARTSTAT=ACCEPTED',
        'objects weekly@example.com 20260317T100000Z VEVENT 0 20260101T000000Z - 20260318T100000Z 20260318T110000Z - mailto:room@example.com;PARTSTAT=TENTATIVE',
        'cancellations weekly@example.com 20260324T100000Z VEVENT 0 20260101T000000Z CANCELLED 20260324T100000Z 20260324T100000Z -',
        'freebusy 20260303T100000Z 20260303T110000Z weekly@example.com - FREQ=WEEKLY BUSY "" mailto:pat@example.com -',
        'freebusy 20260310T100000Z 20260310T110000Z planning@example.com - - BUSY "Planning, again" mailto:pat@example.com -',
        'freebusy 20260318T100000Z 20260318T110000Z weekly@example.com 20260317T100000Z - BUSY-TENTATIVE "" "" -',
        'others mailto:pat@example.com 20260303T100000Z 20260303T110000Z weekly@example.com - FREQ=WEEKLY ORG "" mailto:pat@example.com -',
        'others mailto:pat@example.com 20260310T100000Z 20260310T110000Z planning@example.com - - ORG "Planning, again" mailto:pat@example.com -',
        '',
      ].join('\n'),
    )
    expect(room.outward.mails).toEqual([])
  })

  test('as JSON', async () => {
    const file = room.write('room.ics', makeCalendar(planning, weekly, moved, leftOut))
    const { out } = await room.run('import', 'room@example.com', file, '--json')
    expect(JSON.parse(out)).toEqual({
      user: 'mailto:room@example.com',
      dryRun: false,
      imported: 2,
      updated: 0,
      unchanged: 0,
      leftOut: 0,
      noEvents: 0,
      past: 0,
      clashes: [{ uid: 'weekly@example.com', with: 'planning@example.com', first: '20260310T100000Z', count: 1 }],
    })
  })

  test('again changes nothing; with --dry-run nothing is changed at all', async () => {
    const file = room.write('room.ics', makeCalendar(planning, weekly, moved, leftOut))
    const dry = await room.run('import', 'room@example.com', file, '--dry-run')
    expect(dry.out).toContain('2 new, 0 updated, 0 unchanged (dry run: nothing was changed)')
    expect(dry.out).toContain('clash:')
    expect(await showStore()).toBe('')
    await room.run('import', 'room@example.com', file)
    const before = await showStore()
    const { code, out } = await room.run('import', 'room@example.com', file)
    expect({ code, out }).toEqual({ code: 0, out: 'room@example.com: 0 new, 0 updated, 2 unchanged\n' })
    expect(await showStore()).toBe(before)
  })

  test('brings a newer revision, and leaves a newer one that is there', async () => {
    const older = room.write('older.ics', makeCalendar(planning))
    const newer = room.write(
      'newer.ics',
      makeCalendar([...planning.slice(0, 2), 'SEQUENCE:1', 'DTSTART:20260311T100000Z', 'DTEND:20260311T110000Z']),
    )
    await room.run('import', 'room@example.com', older)
    expect((await room.run('import', 'room@example.com', newer)).out).toContain('0 new, 1 updated')
    expect((await room.run('import', 'room@example.com', older)).out).toContain('1 unchanged')
    expect(await showStore()).toContain('freebusy 20260311T100000Z 20260311T110000Z planning@example.com')
  })

  test('does not bring back what was cancelled by hand', async () => {
    const file = room.write('room.ics', makeCalendar(planning, weekly))
    await room.run('import', 'room@example.com', file)
    await room.run('cancel', 'room@example.com', 'planning@example.com')
    expect((await room.run('import', 'room@example.com', file)).out).toContain('2 unchanged')
    expect(await showStore()).not.toContain('BUSY "Planning')
  })

  test("the user's own ATTENDEE says what else was answered; an organizer attends", async () => {
    const answered = (uid: string, ...lines: readonly string[]): readonly string[] => [
      `UID:${uid}`,
      'DTSTART:20260310T100000Z',
      'DTEND:20260310T110000Z',
      ...lines,
    ]
    const file = room.write(
      'room.ics',
      makeCalendar(
        answered('declined', 'ATTENDEE;PARTSTAT=DECLINED:mailto:room@example.com'),
        answered('unanswered', 'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:room@example.com'),
        answered('unsaid', 'ATTENDEE:mailto:room@example.com'),
        answered('own', 'ORGANIZER:mailto:room@example.com', 'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:room@example.com'),
        answered('transparent', 'TRANSP:TRANSPARENT'),
        answered('cancelled', 'STATUS:CANCELLED'),
      ),
    )
    await room.run('import', 'room@example.com', file)
    const busy = (await showStore()).split('\n').filter((line) => line.startsWith('freebusy'))
    expect(busy.map((line) => line.split(' ')[3])).toEqual(['own', 'unsaid'])
  })

  test('names what it leaves out, and takes the rest', async () => {
    const file = room.write(
      'odd.ics',
      makeCalendar(
        ['DTSTART:20260310T100000Z'],
        ['UID:date', 'DTSTART:2026'],
        ['UID:backwards', 'DTSTART:20260310T100000Z', 'DTEND:20260309T100000Z'],
        ['UID:nowhere', 'DTSTART;TZID=Nowhere:20260310T100000'],
        ['UID:startless', 'SUMMARY:x'],
        ['UID:never', 'DTSTART:20260310T100000Z', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'],
        ['UID:twice', 'ORGANIZER:mailto:a@example.com', 'ORGANIZER:mailto:b@example.com', 'DTSTART:20260310T100000Z'],
        planning,
      ),
    )
    const { code, out, error } = await room.run('import', 'room@example.com', file, join(room.folder, 'missing.ics'))
    expect(code).toBe(1)
    expect(out).toBe('room@example.com: 1 new, 0 updated, 0 unchanged, 8 left out\n')
    expect(error.replaceAll(room.folder, '')).toBe(
      [
        'imip-admin: /odd.ics, line 4: it has no UID; left out',
        'imip-admin: /odd.ics, line 7: date: 2026 is neither a date nor a date with a time (DTSTART); left out',
        'imip-admin: /odd.ics, line 11: backwards: the end is before the start; left out',
        'imip-admin: /odd.ics, line 16: nowhere: the time zone Nowhere is not known, and no VTIMEZONE describes it; left out',
        'imip-admin: /odd.ics, line 24: never: the rule FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30 never comes true (RRULE); left out',
        'imip-admin: /odd.ics, line 29: twice: more than one ORGANIZER in one object; left out',
        'imip-admin: /odd.ics, line 20: startless: the VEVENT has no DTSTART (VEVENT); left out',
        'imip-admin: /missing.ics: there is no such file or directory',
        '',
      ].join('\n'),
    )
  })

  test('takes no messages for calendars, and counts what is no event', async () => {
    const cancel = room.write('cancel.ics', makeCalendar(planning).replace('VERSION', 'METHOD:CANCEL\r\nVERSION'))
    const refused = await room.run('import', 'room@example.com', cancel)
    expect(refused.code).toBe(1)
    expect(refused.error).toContain('it is a message with METHOD:CANCEL, no calendar')
    const task = room.write('task.ics', makeCalendar(['UID:task']).replaceAll('VEVENT', 'VTODO'))
    expect(await room.run('import', 'room@example.com', task)).toEqual({
      code: 0,
      out: 'room@example.com: 0 new, 0 updated, 0 unchanged, 1 that is no event\n',
      error: '',
    })
    expect((await room.run('import', 'room@example.com', room.write('text.ics', 'no calendar'))).error).toContain(
      'there is no calendar in it',
    )
  })

  test('books more than fits into one transaction', async () => {
    const events = Array.from({ length: 600 }, (_, index) => [
      `UID:event-${index}`,
      `DTSTART:2026${String(1 + (index % 12)).padStart(2, '0')}${String(1 + (index % 28)).padStart(2, '0')}T100000Z`,
      'DURATION:PT1H',
    ])
    room.input = makeCalendar(...events)
    const { out } = await room.run('import', 'room@example.com', '-')
    expect(out).toContain('600 new')
    expect((await room.store.readUser('mailto:room@example.com')).bookings).toHaveLength(600)
  })

  test('counts clashes by capacity', async () => {
    await room.run('preferences', 'room@example.com', 'scheduling_function', 'schedule_in_freebusy 2')
    const file = room.write('room.ics', makeCalendar(planning, weekly))
    expect((await room.run('import', 'room@example.com', file)).out).not.toContain('clash')
  })

  test('shows how far it has come to a person at a terminal', async () => {
    const terminal = makeAdminRoom({ isTerminal: true })
    const file = terminal.write('room.ics', makeCalendar(planning))
    expect((await terminal.run('import', 'room@example.com', file)).error).toContain('1 of 1 components of')
    terminal.remove()
  })
})

describe('export', () => {
  test('gives everything back; imported again for the same user it is the same', async () => {
    const file = room.write('room.ics', makeCalendar(planning, weekly, moved, leftOut))
    await room.run('import', 'room@example.com', file)
    const { code, out } = await room.run('export', 'room@example.com')
    expect(code).toBe(0)
    expect(out).toContain('SUMMARY:Planning\\, again\r\n')
    expect(out).toContain('STATUS:CANCELLED\r\n')
    const other = makeAdminRoom()
    await other.run('import', 'room@example.com', other.write('export.ics', out))
    expect((await other.run('show-store', 'room@example.com', '--json')).out).toBe(
      (await room.run('show-store', 'room@example.com', '--json')).out,
    )
    other.remove()
  })

  test('keeps zones of one name and different rules apart', async () => {
    const zone = (offset: string): string =>
      ['BEGIN:VTIMEZONE', 'TZID:Ours', 'BEGIN:STANDARD', 'DTSTART:16010101T000000', `TZOFFSETFROM:${offset}`]
        .concat(`TZOFFSETTO:${offset}`, 'END:STANDARD', 'END:VTIMEZONE', '')
        .join('\r\n')
    const event = (uid: string): readonly string[] => [
      `UID:${uid}`,
      'DTSTART;TZID=Ours:20260310T100000',
      'DURATION:PT1H',
    ]
    const makeZoned = (uid: string, offset: string): string =>
      makeCalendar(event(uid)).replace('BEGIN:VEVENT', `${zone(offset)}BEGIN:VEVENT`)
    await room.run('import', 'room@example.com', room.write('one.ics', makeZoned('one', '+0100')))
    await room.run('import', 'room@example.com', room.write('two.ics', makeZoned('two', '+0230')))
    const { out } = await room.run('export', 'room@example.com')
    expect(out.match(/BEGIN:VCALENDAR/g)).toHaveLength(2)
    expect(out.match(/TZID:Ours/g)).toHaveLength(2)
  })

  test('of somebody unknown is empty', async () => {
    expect(await room.run('export', 'nobody@example.com')).toEqual({
      code: 0,
      out: '',
      error: 'imip-admin: nobody@example.com has no events\n',
    })
  })
})
