// imip-admin quota, delegates and update-quotas.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listMissingQuotas } from '../../src/pipeline/missing-quotas.ts'
import { type AdminRoom, makeAdminRoom, makeInvitation } from './admin-room.ts'

let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
})
afterEach(() => room.remove())

const car = 'room@example.com'

describe('quota', () => {
  test('limits and groups are set, shown, taken away', async () => {
    const set = ['--limit', '*=PT10H', '--limit', 'board=*', '--limit', 'Pat@Example.com=P1D']
    expect(await room.run('quota', 'cars', ...set, '--group', 'kim@example.com=board')).toEqual({
      code: 0,
      out: '',
      error: '',
    })
    expect((await room.run('quota', 'cars')).out).toBe(
      [
        'limit * PT10H',
        'limit board *',
        'limit mailto:pat@example.com PT24H',
        'group mailto:kim@example.com board',
        'used board PT0S * -',
        'used mailto:pat@example.com PT0S PT24H PT24H',
        '',
      ].join('\n'),
    )
    await room.run('quota', 'cars', '--unset-limit', 'pat@example.com', '--unset-group', 'kim@example.com')
    expect(JSON.parse((await room.run('quota', 'cars', '--json')).out)).toEqual({
      quota: 'cars',
      limits: { '*': 'PT10H', board: '*' },
      groups: {},
      delegates: [],
      holders: [{ holder: 'board', used: 'PT0S', limit: '*', left: null }],
      given: {},
      reservations: [],
    })
  })

  test('all of them as a table', async () => {
    expect(await room.run('quota')).toEqual({ code: 0, out: '', error: 'imip-admin: there are no quotas\n' })
    await room.run('quota', 'cars', '--limit', '*=PT10H', '--limit', 'board=*')
    await room.run('quota', car, '--limit', 'pat@example.com=PT1H')
    expect((await room.run('quota')).out).toBe(
      [
        'QUOTA                    HOLDER                  USED  LIMIT  LEFT',
        'cars                     board                   PT0S  *      -',
        'cars                     *                       PT0S  PT10H  PT10H',
        'mailto:room@example.com  mailto:pat@example.com  PT0S  PT1H   PT1H',
        '',
      ].join('\n'),
    )
    const listed = JSON.parse((await room.run('quota', '--json')).out) as { readonly quota: string }[]
    expect(listed.map(({ quota }) => quota)).toEqual(['cars', 'mailto:room@example.com'])
  })

  test.each([
    [['cars', '--limit', 'PT10H'], 'needs WHO=VALUE'],
    [['cars', '--limit', '*=ten hours'], '"ten hours" is no limit'],
    [['cars', '--limit', '*=-PT1H'], 'is no limit'],
    [['cars', '--limit', 'a b=PT1H'], 'is nobody'],
    [['two words', '--limit', '*=PT1H'], 'is no quota'],
    [['--limit', '*=PT1H'], 'the quota to change is missing'],
  ])('wrong usage: %j', async (args, reason) => {
    const { code, error } = await room.run('quota', ...args)
    expect(code).toBe(64)
    expect(error).toContain(reason)
  })

  test('one that does not exist', async () => {
    expect(await room.run('quota', 'cars')).toMatchObject({ code: 1, error: expect.stringContaining('no quota cars') })
    expect(await room.run('delegates', 'cars')).toMatchObject({ code: 1 })
    expect(await room.run('update-quotas', 'cars')).toMatchObject({ code: 1, out: '' })
  })
})

test('delegates', async () => {
  await room.run('delegates', 'rooms', 'Room-1@example.com', 'mailto:room-2@example.com')
  expect((await room.run('delegates', 'rooms')).out).toBe('room-1@example.com\nroom-2@example.com\n')
  await room.run('delegates', 'rooms', '--add', 'room-3@example.com', '--remove', 'room-1@example.com')
  expect(JSON.parse((await room.run('delegates', 'rooms', '--json')).out)).toEqual([
    'room-2@example.com',
    'room-3@example.com',
  ])
})

describe('a resource with a quota', () => {
  beforeEach(async () => {
    await room.run('quota', 'cars', '--limit', '*=PT1H')
    await room.run('preferences', car, 'scheduling_function', 'schedule_in_freebusy\ncheck_quota cars')
    await room.receive(makeInvitation('one@example.com'), car)
  })
  const used = async (): Promise<string> => (await room.run('quota', 'cars')).out

  test('is over and forgotten', async () => {
    expect((await room.run('update-quotas')).out).toBe('cars: 0 over, 1 staying\n')
    room.clock.set('2026-03-10T23:00:00Z')
    expect((await room.run('update-quotas')).out).toBe('cars: 0 over, 1 staying\n')
    room.clock.set('2026-03-11T00:00:00Z')
    expect((await room.run('update-quotas')).out).toBe(
      'cars: 1 over, 0 staying; given back: PT1H to mailto:pat@example.com\n',
    )
    expect(await used()).toBe('limit * PT1H\n')
    expect(JSON.parse((await room.run('update-quotas', 'cars', '--json')).out)).toEqual([
      { quota: 'cars', over: 0, staying: 0, returned: {} },
    ])
  })

  test('gives back what is cancelled by hand, and counts what is booked for somebody by hand', async () => {
    expect(await used()).toContain('used mailto:pat@example.com PT1H PT1H PT0S\n')
    await room.run('cancel', car, 'one@example.com')
    expect(await used()).toBe('limit * PT1H\n')
    const times = ['--start', '2026-03-11T10:00:00Z', '--end', '2026-03-11T12:00:00Z']
    expect((await room.run('book', car, ...times, '--for', 'kim@example.com')).code).toBe(0)
    expect(await used()).toContain('used mailto:kim@example.com PT2H PT1H PT0S\n')
  })
})

describe('a pool', () => {
  beforeEach(async () => {
    await room.run('delegates', 'rooms', 'room-1@example.com', 'room-2@example.com')
    await room.run('preferences', car, 'scheduling_function', 'schedule_for_delegate rooms')
    await room.receive(makeInvitation('one@example.com'), car)
  })
  const listBookings = async (user: string): Promise<readonly string[]> => {
    const { bookings } = await room.store.readUser(`mailto:${user}@example.com`)
    return bookings.map(({ uid }) => uid)
  }

  test('whoever has taken a booking has a verdict about it', async () => {
    expect([await listBookings('room'), await listBookings('room-1')]).toEqual([[], ['one@example.com']])
    const verdicts = []
    for await (const verdict of room.store.readVerdicts('mailto:room-1@example.com', 0)) verdicts.push(verdict)
    expect(verdicts).toMatchObject([
      { user: 'mailto:room-1@example.com', uid: 'one@example.com', verdict: 'applied', answer: 'ACCEPTED' },
    ])
    expect(verdicts[0]?.reason.code).toBe('free')
  })

  test('cancelled by hand at its address it is free at the other, and the organizer is told once', async () => {
    const sent = room.outward.mails.length
    const { code, error } = await room.run('cancel', car, 'one@example.com')
    expect([code, error]).toEqual([0, 'imip-admin: cancelled; the organizer was told DECLINED\n'])
    expect(await listBookings('room-1')).toEqual([])
    expect(room.outward.mails.length - sent).toBe(1)
    expect((await room.run('quota', 'rooms')).out).toBe(
      'delegate mailto:room-1@example.com\ndelegate mailto:room-2@example.com\n',
    )
  })
})

test('a quota that does not exist: the mail stays, and the line is told', async () => {
  const path = room.write(
    'preferences/mailto:room@example.com/scheduling_function',
    '# Cars\nschedule_in_freebusy\n\ncheck_quota cars\n',
  )
  const told = `${path}, line 4: scheduling_function names the quota cars, which does not exist`
  await expect(room.receive(makeInvitation('one@example.com'), car)).rejects.toThrow(told)
  expect(room.outward.mails).toEqual([])
  const place = {
    directory: `${room.folder}/preferences`,
    defaults: new Map([['TZID', 'UTC']]),
    addresses: { recipientDelimiter: '+', localPartCase: 'fold' as const },
  }
  expect(listMissingQuotas(place, 'mailto:room@example.com', new Set())).toEqual([expect.stringContaining(told)])
  expect(listMissingQuotas(place, 'mailto:room@example.com', new Set(['cars']))).toEqual([])
})
