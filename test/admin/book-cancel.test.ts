// imip-admin book, cancel, bookings and outbox.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AdminRoom, type AdminRoomOptions, makeAdminRoom, makeCalendar, makeInvitation } from './admin-room.ts'

const user = 'room@example.com'
const rooms: AdminRoom[] = []
let room: AdminRoom
beforeEach(() => {
  room = open()
})
afterEach(() => {
  for (const each of rooms.splice(0)) each.remove()
})

function open(options?: AdminRoomOptions): AdminRoom {
  const opened = makeAdminRoom(options)
  rooms.push(opened)
  return opened
}

const ten = '2026-03-10T10:00:00Z'
const eleven = '2026-03-10T11:00:00Z'
const noon = '20260310T120000Z'

const weekly = [
  'UID:weekly@example.com',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;TZID=Europe/Oslo:20260303T110000',
  'DTEND;TZID=Europe/Oslo:20260303T120000',
  'RRULE:FREQ=WEEKLY',
  'SUMMARY:Weekly',
  'ORGANIZER:mailto:pat@example.com',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:room@example.com',
]

describe('book', () => {
  test('takes the time, which the agent then respects', async () => {
    const { code, out } = await room.run(
      'book',
      user,
      '--start',
      ten,
      '--end',
      noon,
      '--for',
      'kim@example.com',
      '--reason',
      'Wax; floor',
    )
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Booked 2026-03-10 11:00 to 2026-03-10 13:00 (Europe/Oslo)\nUID made-1@example.com\n',
    })
    expect((await room.run('show-store', user)).out).toBe(
      'objects made-1@example.com - VEVENT 0 20260302T090000Z - 20260310T100000Z 20260310T120000Z mailto:kim@example.com mailto:room@example.com;PARTSTAT=ACCEPTED\n' +
        'freebusy 20260310T100000Z 20260310T120000Z made-1@example.com - - BUSY "Wax; floor" mailto:kim@example.com -\n' +
        'others mailto:kim@example.com 20260310T100000Z 20260310T120000Z made-1@example.com - - ORG "Wax; floor" mailto:kim@example.com -\n',
    )
    const [verdict] = await room.receive(makeInvitation('planning@example.com'), user)
    expect(verdict).toMatchObject({ answer: 'DECLINED', reason: { code: 'overlaps' } })
  })

  test('as JSON', async () => {
    const { out } = await room.run('book', user, '--start', ten, '--end', noon, '--json')
    expect(JSON.parse(out)).toEqual({
      user: 'mailto:room@example.com',
      uid: 'made-1@example.com',
      start: '20260310T100000Z',
      end: '20260310T120000Z',
    })
  })

  test('refuses what is taken, unless it is forced', async () => {
    await room.run('book', user, '--start', ten, '--end', noon)
    expect(await room.run('book', user, '--start', eleven, '--end', noon)).toEqual({
      code: 1,
      out: '',
      error: 'imip-admin: not booked: the time is taken by made-1@example.com; --force books it all the same\n',
    })
    expect((await room.run('book', user, '--start', eleven, '--end', noon, '--force')).code).toBe(0)
    expect((await room.run('book', user, '--start', '20260310T120000Z', '--end', '20260310T130000Z')).code).toBe(0)
  })

  test('as many at once as the room has capacity for', async () => {
    await room.run('preferences', user, 'scheduling_function', 'schedule_in_freebusy 2')
    const codes = []
    for (const _ of [1, 2, 3]) codes.push((await room.run('book', user, '--start', ten, '--end', noon)).code)
    expect(codes).toEqual([0, 0, 1])
  })

  test.each([
    [['--start', ten], 'book needs --start and --end'],
    [['--start', ten, '--end', ten], '--end must be later than --start'],
    [['--start', 'tomorrow', '--end', ten], 'option --start: tomorrow is neither a date nor a date with a time'],
    [['--start', '20260310T100000', '--end', noon], 'option --start: 20260310T100000 must be in UTC'],
    [['--start', ten, '--end', noon, '--for', 'kim'], 'option --for: "kim" is no mail address'],
  ])('wrong usage: %j', async (options, reason) => {
    const { code, error } = await room.run('book', user, ...options)
    expect(code).toBe(64)
    expect(error).toContain(reason)
  })
})

describe('cancel', () => {
  test('frees the time and declines to the organizer', async () => {
    await room.receive(makeInvitation('planning@example.com'), user)
    room.clock.set('2026-03-02T10:00:00Z')
    expect(await room.run('cancel', user, 'planning@example.com')).toEqual({
      code: 0,
      out: '',
      error: 'imip-admin: cancelled; the organizer was told DECLINED\n',
    })
    const [, mail] = room.outward.mails
    expect(mail?.envelope).toEqual({ sender: 'calendar@example.com', recipients: ['pat@example.com'] })
    const text = Buffer.from(mail?.bytes ?? []).toString()
    expect(text).toContain('Subject: Declined: Planning')
    expect(text).toContain('In-Reply-To: <planning@example.com>')
    expect(text).toContain('cancelled by the administrator')
    const store = (await room.run('show-store', user)).out
    expect(store).toContain('mailto:room@example.com;PARTSTAT=DECLINED')
    expect(store).not.toContain('freebusy')
    expect((await room.run('book', user, '--start', ten, '--end', eleven)).code).toBe(0)
  })

  test('twice is once; an organizer who asks again is told the same', async () => {
    await room.receive(makeInvitation('planning@example.com'), user)
    await room.run('cancel', user, 'planning@example.com')
    expect(await room.run('cancel', user, 'planning@example.com')).toMatchObject({
      code: 0,
      error: 'imip-admin: it was cancelled or declined before\n',
    })
    expect(room.outward.mails).toHaveLength(2)
    const again = makeInvitation('planning@example.com').replace('Message-ID: <planning', 'Message-ID: <again')
    expect(await room.receive(again, user)).toMatchObject([{ verdict: 'applied', answer: 'DECLINED' }])
  })

  test('one instance of a series, on the clock of the series', async () => {
    await room.run('import', user, room.write('weekly.ics', makeCalendar(weekly)))
    const { code, out } = await room.run('cancel', user, 'weekly@example.com', '2026-03-31T09:00:00Z', '-d')
    expect(code).toBe(0)
    expect(out).toContain('Outgoing parts for pat@example.com...')
    expect(out).toContain('2026-03-31 11:00=E2=80=9312:00 (Europe/Oslo)')
    expect(room.outward.mails).toEqual([])
    const { out: json } = await room.run(
      'bookings',
      user,
      '--json',
      '--from',
      '2026-03-20T00:00:00Z',
      '--to',
      '2026-04-15T00:00:00Z',
    )
    expect((JSON.parse(json) as { recurrenceId: string }[]).map(({ recurrenceId }) => recurrenceId)).toEqual([
      '20260324T100000Z',
      '20260407T090000Z',
      '20260414T090000Z',
    ])
    expect(await room.run('cancel', user, 'weekly@example.com', '20260331T090000Z')).toMatchObject({ code: 0 })
    expect(await room.run('cancel', user, 'weekly@example.com', '20260401T090000Z')).toEqual({
      code: 1,
      out: '',
      error: 'imip-admin: weekly@example.com has no instance 20260401T090000Z\n',
    })
    await room.run('cancel', user, 'weekly@example.com')
    expect((await room.run('show-store', user)).out).not.toContain('freebusy')
  })

  test('one day of an all-day series; without an organizer nobody is told', async () => {
    const event = ['UID:closed', 'DTSTART;VALUE=DATE:20260302', 'RRULE:FREQ=WEEKLY']
    await room.run('import', user, room.write('closed.ics', makeCalendar(event)))
    expect(await room.run('cancel', user, 'closed', '20260309')).toMatchObject({
      code: 0,
      error: 'imip-admin: cancelled; there is nobody to tell\n',
    })
    const { out } = await room.run('bookings', user)
    expect(
      out
        .split('\n')
        .slice(1)
        .map((line) => line.slice(0, 10)),
    ).toEqual(['2026-03-02', '2026-03-16', '2026-03-23', '2026-03-30', ''])
  })

  test("of the user's own event tells nobody", async () => {
    const event = weekly.map((line) => line.replace('ORGANIZER:mailto:pat', 'ORGANIZER:mailto:room'))
    await room.run('import', user, room.write('own.ics', makeCalendar(event)))
    expect((await room.run('cancel', user, 'weekly@example.com')).error).toContain('there is nobody to tell')
    expect(room.outward.mails).toEqual([])
  })

  test('what is not there', async () => {
    expect(await room.run('cancel', user, 'nothing')).toEqual({
      code: 1,
      out: '',
      error:
        'imip-admin: nothing is booked under nothing; `imip-admin bookings mailto:room@example.com` shows what is\n',
    })
  })

  test('keeps an answer that cannot be sent now, and sends it later', async () => {
    let isThere = false
    const away = open({
      atRecipient: () => (isThere ? undefined : { kind: 'deferred', reply: 'connection refused' }),
    })
    await away.run('import', user, away.write('weekly.ics', makeCalendar(weekly)))
    const { code, error } = await away.run('cancel', user, 'weekly@example.com')
    expect(code).toBe(75)
    expect(error).toMatch(
      /<.*> to pat@example\.com waits in the outbox, try again later: connection refused\n.*cancelled\n/,
    )
    const { out } = await away.run('outbox')
    expect(out).toMatch(
      /^SINCE +TRIES +USER +TO +MESSAGE-ID\n20260302T090000Z +1 +mailto:room@example\.com +pat@example\.com +</,
    )
    expect(JSON.parse((await away.run('outbox', 'list', '--json')).out)).toMatchObject([
      { to: ['pat@example.com'], attempts: 1 },
    ])
    // Nobody watches, and it waits for less than a day.
    expect(await away.run('outbox', 'flush')).toEqual({ code: 75, out: '', error: '' })
    away.clock.set('2026-03-04T09:00:00Z')
    expect((await away.run('outbox', 'flush')).error).toContain('waits in the outbox')
    expect((await away.run('outbox', 'flush', '-d')).out).toContain('Subject: Declined: Weekly')
    isThere = true
    expect(await away.run('outbox', 'flush')).toEqual({ code: 0, out: '', error: '' })
    expect(away.outward.mails).toHaveLength(1)
    expect((await away.run('outbox')).error).toBe('imip-admin: no answer waits to be sent\n')
  })

  test('says what was refused for good', async () => {
    const refusing = open({
      atRecipient: () => ({ kind: 'refused', code: '5.1.1', reply: 'no such user' }),
      isTerminal: true,
    })
    await refusing.run('import', user, refusing.write('weekly.ics', makeCalendar(weekly)))
    const { code, error } = await refusing.run('cancel', user, 'weekly@example.com')
    expect(code).toBe(1)
    expect(error).toContain('was refused for good: no such user')
    expect((await refusing.run('outbox', 'flush')).error).toBe('imip-admin: 0 sent, 0 to be tried again, 0 refused\n')
  })
})

describe('bookings', () => {
  test('as a table of today and four weeks, series date by date', async () => {
    await room.run('import', user, room.write('weekly.ics', makeCalendar(weekly)))
    await room.run('book', user, '--start', '20260302T080000Z', '--end', '20260302T083000Z', '--reason', 'Bell\u0007')
    const { out } = await room.run('bookings', user)
    expect(out).toBe(
      [
        'START (Europe/Oslo)  END               TYPE  ORGANIZER        SUMMARY     UID                 RECURRENCE-ID',
        '2026-03-02 09:00     2026-03-02 09:30  BUSY                   Bell\\u0007  made-1@example.com',
        '2026-03-03 11:00     2026-03-03 12:00  BUSY  pat@example.com  Weekly      weekly@example.com  20260303T100000Z',
        '2026-03-10 11:00     2026-03-10 12:00  BUSY  pat@example.com  Weekly      weekly@example.com  20260310T100000Z',
        '2026-03-17 11:00     2026-03-17 12:00  BUSY  pat@example.com  Weekly      weekly@example.com  20260317T100000Z',
        '2026-03-24 11:00     2026-03-24 12:00  BUSY  pat@example.com  Weekly      weekly@example.com  20260324T100000Z',
        '',
      ].join('\n'),
    )
  })

  test('of somebody unknown', async () => {
    expect(await room.run('bookings', 'nobody@example.com')).toMatchObject({ code: 0, out: '' })
    expect((await room.run('bookings', 'nobody@example.com', '--json')).out).toBe('[]\n')
    expect((await room.run('bookings', user, '--from', eleven, '--to', ten)).code).toBe(64)
  })
})
