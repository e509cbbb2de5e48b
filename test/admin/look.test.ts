// imip-admin occurrences, explain, show-mail, show-store and verdicts: those that only look.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AdminRoom, makeAdminRoom, makeCalendar, makeInvitation } from './admin-room.ts'

let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
})
afterEach(() => room.remove())

const user = 'room@example.com'
const json = (text: string): unknown => JSON.parse(text)

describe('occurrences', () => {
  const daily = ['UID:daily', 'DTSTART;TZID=Europe/Oslo:20260328T100000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY']
  const moved = ['UID:daily', 'RECURRENCE-ID:20260329T080000Z', 'DTSTART:20260329T120000Z', 'DTEND:20260329T123000Z']
  const shut = ['UID:shut', 'DTSTART;VALUE=DATE:20260401', 'RRULE:FREQ=MONTHLY;COUNT=2']
  const float = ['UID:float', 'DTSTART:20260401T090000', 'DTEND:20260401T100000']

  test('one array an event, in UTC, or as date or floating', async () => {
    room.input = makeCalendar(daily, shut, moved, float)
    const { code, out } = await room.run('occurrences', '--json', '--limit', '3')
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n').map(json)).toEqual([
      [
        { uid: 'daily', recurrenceId: '20260328T090000Z', start: '20260328T090000Z', end: '20260328T100000Z' },
        { uid: 'daily', recurrenceId: '20260329T080000Z', start: '20260329T120000Z', end: '20260329T123000Z' },
        { uid: 'daily', recurrenceId: '20260330T080000Z', start: '20260330T080000Z', end: '20260330T090000Z' },
      ],
      [
        { uid: 'shut', recurrenceId: '20260401', start: '20260401', end: '20260402' },
        { uid: 'shut', recurrenceId: '20260501', start: '20260501', end: '20260502' },
      ],
      [{ uid: 'float', recurrenceId: null, start: '20260401T090000', end: '20260401T100000' }],
    ])
  })

  test('inside a window, of a mail', async () => {
    const { out } = await room.run(
      'occurrences',
      room.write('mail.eml', makeInvitation('weekly@example.com', 'RRULE:FREQ=WEEKLY')),
      ...['--from', '2056-03-01T00:00:00Z', '--to', '2056-03-10T00:00:00Z', '--json'],
    )
    expect(json(out)).toMatchObject([{ start: '20560307T100000Z' }])
  })

  test('as a table on the clock of a zone, cut where it would not end', async () => {
    room.input = makeCalendar(daily)
    const { out, error } = await room.run('occurrences', '--limit', '2', '--zone', 'America/New_York')
    expect(out).toBe(
      'daily\nSTART (America/New_York)  END               RECURRENCE-ID\n' +
        '2026-03-28 05:00          2026-03-28 06:00  20260328T090000Z\n' +
        '2026-03-29 04:00          2026-03-29 05:00  20260329T080000Z\n\n',
    )
    expect(error).toBe('imip-admin: daily: there are more than these 2; see --limit, --from and --to\n')
    expect(await room.run('occurrences', '--zone', 'Nowhere')).toMatchObject({ code: 64 })
  })

  test('all of what ends, or of a window; an endless series is cut', async () => {
    room.input = makeCalendar(daily)
    expect(json((await room.run('occurrences', '--json')).out)).toHaveLength(1000)
    const window = ['--from', '2026-04-01T00:00:00Z', '--to', '2036-04-01T00:00:00Z']
    expect(json((await room.run('occurrences', '--json', ...window)).out)).toHaveLength(3653)
    room.input = makeCalendar([...daily.slice(0, 3), 'RRULE:FREQ=DAILY;COUNT=2500'])
    expect(json((await room.run('occurrences', '--json')).out)).toHaveLength(2500)
  })

  test('names what cannot be worked out, and goes on', async () => {
    room.input = makeCalendar(
      ['UID:seconds', 'DTSTART:20260101T000000Z', 'RRULE:FREQ=SECONDLY;COUNT=900000'],
      ['UID:nowhere', 'DTSTART;TZID=Nowhere:20260101T000000'],
      float,
    )
    const { code, out, error } = await room.run('occurrences', '--json', '--limit', '900000')
    expect(code).toBe(1)
    expect(json(out)).toHaveLength(1)
    expect(error).toContain('seconds: the recurrence takes more work than is allowed')
    expect(error).toContain('nowhere: the time zone Nowhere is not known')
  })

  test.each([
    ['', 'there is no calendar in it'],
    ['Subject: none\n\nhello\n', 'there is no calendar in it'],
    ['BEGIN:VCALENDAR\nEND:VCALENDAR\n', 'there is no event in it'],
    ['BEGIN:NOTHING\n', 'no line of the text is BEGIN:VCALENDAR (line 1)'],
  ])('of %j there are none', async (input, reason) => {
    room.input = input
    expect(await room.run('occurrences')).toEqual({ code: 1, out: '', error: `imip-admin: ${reason}\n` })
  })

  test('wrong usage', async () => {
    for (const options of [
      ['--limit', '0'],
      ['--limit', 'x'],
      ['--from', 'x'],
      ['--from', '20260302T000000Z', '--to', '20260301T000000Z'],
    ])
      expect(await room.run('occurrences', ...options), options.join(' ')).toMatchObject({ code: 64, out: '' })
    expect(await room.run('occurrences', '/nonexistent.ics')).toMatchObject({ code: 1 })
  })
})

describe('explain', () => {
  test('says what each agent would do and why, and changes nothing', async () => {
    const mail = room.write('mail.eml', makeInvitation('planning@example.com'))
    const { code, out, error } = await room.run('explain', mail)
    expect({ code, error }).toEqual({ code: 0, error: '' })
    expect(out).toBe(
      [
        'room@example.com',
        '  imip-person: applied (REQUEST planning@example.com)',
        '    because recorded; it waits for the answer of the user [recorded; RFC 5546, 3.2.2]',
        '    the mail itself goes on to the mailbox, unchanged',
        '  imip-resource: applied, answer ACCEPTED (REQUEST planning@example.com)',
        '    because the time is free [free; scheduling_function schedule_in_freebusy]',
        '    an answer goes to pat@example.com',
        '',
        'pat@example.com',
        '  imip-person-outgoing (a copy of what this user sends): applied (REQUEST planning@example.com)',
        '    because what the user sent was recorded [sent-recorded; RFC 5546, 3.2]',
        '',
      ].join('\n'),
    )
    expect((await room.run('show-store', user)).out).toBe('')
    expect(room.outward.mails).toEqual([])
  })

  test('what each scheduling function of a resource says, in order', async () => {
    await room.run('book', user, '--start', '20260310T100000Z', '--end', '20260310T110000Z')
    await room.run(
      'preferences',
      user,
      'scheduling_function',
      'same_domain_only\nschedule_in_freebusy\naccess_control_list',
    )
    room.input = makeInvitation('planning@example.com')
    const { out } = await room.run('explain', '--agent', 'resource')
    expect(out.split('\n').filter((line) => line.includes('note:'))).toEqual([
      '    note: same_domain_only: accepts, the organizer is of example.com',
      expect.stringMatching(/^ {4}note: schedule_in_freebusy: declines, overlaps \S+ at 20260310T100000Z$/),
      '    note: access_control_list: accepts, no line of acl fits; the others are accepted',
      expect.stringContaining('note: next free: '),
    ])
  })

  test('knows the store and the preferences', async () => {
    await room.run('book', user, '--start', '20260310T100000Z', '--end', '20260310T110000Z')
    room.input = makeInvitation('planning@example.com')
    const { out } = await room.run('explain', '--agent', 'resource', '--json')
    expect(json(out)).toMatchObject([
      {
        agent: 'imip-resource',
        recipient: user,
        outcome: 'done',
        answersTo: ['pat@example.com'],
        verdict: 'applied',
        answer: 'DECLINED',
        reason: 'overlaps',
      },
    ])
    await room.run('preferences', user, 'participating', 'no')
    expect((await room.run('explain', '--agent', 'resource')).out).toContain('[not-participating; participating]')
  })

  test('for recipients and senders given', async () => {
    room.input = makeInvitation('planning@example.com')
    const other = await room.run('explain', '-o', 'other@example.com', '--agent', 'resource')
    expect(other.out).toContain('other@example.com is no attendee of this object')
    expect((await room.run('explain', '--agent', 'person-outgoing', '--login', 'kim')).out).toContain(
      '[not-yours; outgoing_authority]',
    )
    expect(await room.run('explain', '--agent', 'spam')).toMatchObject({ code: 64 })
  })

  test('of a mail without a calendar, without a recipient, of a calendar', async () => {
    room.input = 'From: pat@example.com\nTo: room@example.com\n\nhello\n'
    expect((await room.run('explain', '--agent', 'person')).out).toContain('imip-person: no calendar in it')
    room.input = 'Subject: x\n\nhello\n'
    expect(await room.run('explain')).toMatchObject({
      code: 1,
      error: 'imip-admin: the mail names no recipient; give one with -o\n',
    })
    room.input = makeCalendar()
    expect((await room.run('explain')).error).toContain('this is a calendar, no mail')
  })
})

describe('show-mail', () => {
  test('shows header and calendar, unfolded, without what a terminal would obey', async () => {
    room.input = makeInvitation('planning@example.com', 'DESCRIPTION:one\r\n  two', 'COMMENT:\u001b[2J')
    const { code, out } = await room.run('show-mail')
    expect(code).toBe(1)
    expect(out).toContain('From:         pat@example.com\n')
    expect(out).toContain('Subject:      Planning\n')
    expect(out).toContain('Calendar (the mail says method=REQUEST):\nBEGIN:VCALENDAR\n')
    expect(out).toContain('    DESCRIPTION:one two\n')
    expect(out).toContain('    COMMENT:\\u001b[2J\n')
  })

  test('says what is wrong', async () => {
    room.input = 'From: pat@example.com\n\nhello\n'
    expect(await room.run('show-mail')).toMatchObject({ code: 1, error: 'imip-admin: there is no calendar in it\n' })
    room.input = 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n'
    expect((await room.run('show-mail')).error).toContain('VEVENT has no END')
    room.input = makeCalendar(['UID:fine'])
    expect(await room.run('show-mail')).toMatchObject({ code: 0, error: '' })
  })
})

describe('show-store', () => {
  const empty = {
    user: 'mailto:nobody@example.com',
    objects: [],
    cancellations: [],
    counters: [],
    held: [],
    freebusy: [],
    offers: [],
    others: {},
    requests: [],
  }

  test('of a user without a room is empty, with all keys', async () => {
    const { code, out } = await room.run('show-store', 'Nobody@Example.com', '--json')
    expect({ code, object: json(out) }).toEqual({ code: 0, object: empty })
    expect(await room.run('show-store', 'nobody@example.com')).toEqual({ code: 0, out: '', error: '' })
  })

  test('where there is no store says so and makes none', async () => {
    const bare = makeAdminRoom({ hasStore: false })
    const { code, out, error } = await bare.run('show-store', 'nobody@example.com', '--json')
    expect({ code, object: json(out) }).toEqual({ code: 0, object: empty })
    expect(error).toMatch(/^imip-admin: note: there is no store in .* yet; `imip-admin init` makes it\n$/)
    bare.remove()
  })

  test('expands series only inside a window that is given', async () => {
    await room.run(
      'import',
      user,
      room.write('a.ics', makeCalendar(['UID:a', 'DTSTART:20260303T100000Z', 'RRULE:FREQ=WEEKLY'])),
    )
    const plain = json((await room.run('show-store', user, '--json')).out) as { freebusy: { rrule: string }[] }
    expect(plain.freebusy.map(({ rrule }) => rrule)).toEqual(['FREQ=WEEKLY'])
    const window = ['--expand', '--from', '20260301T000000Z', '--to', '20260320T000000Z']
    const expanded = await room.run('show-store', user, '--json', ...window)
    expect(json(expanded.out)).toMatchObject({
      freebusy: ['20260303T100000Z', '20260310T100000Z', '20260317T100000Z'].map((start) => ({ start, rrule: null })),
    })
    for (const wrong of [['--expand'], ['--from', '20260301T000000Z'], window.slice(1)])
      expect(await room.run('show-store', user, ...wrong)).toMatchObject({ code: 64, out: '' })
  })

  test('no user', async () => {
    expect(await room.run('show-store', 'nobody')).toMatchObject({ code: 64 })
    expect(await room.run('show-store')).toMatchObject({ code: 64 })
    expect(await room.run('show-store', user, user)).toMatchObject({ code: 64 })
  })
})

describe('verdicts', () => {
  beforeEach(async () => {
    await room.receive(makeInvitation('planning@example.com'), user)
    room.clock.set('2026-03-05T09:00:00Z')
    await room.receive(makeInvitation('other@example.com'), user)
  })

  test('as a table, of a user, of a time', async () => {
    const { out } = await room.run('verdicts')
    expect(out.split('\n')).toEqual([
      'TIME              USER              AGENT     METHOD   VERDICT  ANSWER    REASON    UID                   BECAUSE',
      '20260302T090000Z  room@example.com  resource  REQUEST  applied  ACCEPTED  free      planning@example.com  the time is free',
      expect.stringMatching(
        /^20260305T090000Z .* DECLINED {2}overlaps {2}other@example.com +overlaps planning@example.com at/,
      ),
      '',
    ])
    for (const since of ['2d', '20260304T000000Z', '48h', '600m'])
      expect((await room.run('verdicts', '--since', since)).out.split('\n'), since).toHaveLength(3)
    expect(await room.run('verdicts', '--user', 'pat@example.com')).toEqual({
      code: 0,
      out: '',
      error: 'imip-admin: no verdicts since 20260226T090000Z\n',
    })
    expect(await room.run('verdicts', '--since', 'yesterday')).toMatchObject({ code: 64 })
  })

  test('as JSON, and counted', async () => {
    expect(json((await room.run('verdicts', '--json', '--user', user)).out)).toMatchObject([
      {
        time: '20260302T090000Z',
        agent: 'imip-resource',
        uid: 'planning@example.com',
        answer: 'ACCEPTED',
        messageId: '<planning@example.com>',
        from: 'example.com',
      },
      { time: '20260305T090000Z', user: 'mailto:room@example.com', reason: 'overlaps', sequence: 0 },
    ])
    expect((await room.run('verdicts', '--json', '--user', 'pat@example.com')).out).toBe('[]\n')
    expect((await room.run('verdicts', '--summary')).out).toBe(
      'COUNT  AGENT     METHOD   VERDICT  ANSWER    REASON    FROM\n' +
        '1      resource  REQUEST  applied  ACCEPTED  free      example.com\n' +
        '1      resource  REQUEST  applied  DECLINED  overlaps  example.com\n',
    )
    expect(json((await room.run('verdicts', '--summary', '--json')).out)).toHaveLength(2)
  })
})
