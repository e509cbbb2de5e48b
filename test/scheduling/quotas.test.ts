// What the scheduling functions of quotas say. A row is who asks, how long, and what was there before.
import { describe, expect, test } from 'vitest'
import type { CalendarAddress } from '../../src/calendar/calendar-address.ts'
import { noCharges, type QuotaSettings, type QuotaState } from '../../src/freebusy/quota.ts'
import type { BookingRequest, Delegation } from '../../src/scheduling/booking-request.ts'
import type { Outcome, WantedForScheduling } from '../../src/scheduling/outcome.ts'
import { scheduleAcrossQuota } from '../../src/scheduling/policies/collective.ts'
import { scheduleForDelegate } from '../../src/scheduling/policies/delegation.ts'
import { checkQuota } from '../../src/scheduling/policies/quota.ts'
import { at, makeBooked, makeRequest, room } from '../support/asked-room.ts'

const hour = 3600
const settings: QuotaSettings = { limits: new Map(), groups: new Map(), delegates: [] }
const state: QuotaState = {
  settings,
  holder: 'mailto:pat@example.com',
  held: noCharges,
  own: undefined,
  freeBusy: { covers: [], single: [], recurring: [] },
}

function ask(asked: string, quotas: Readonly<Record<string, QuotaState>>): BookingRequest {
  const [bookings] = [makeBooked('asked@example.com', at(asked))]
  return {
    ...makeRequest({ event: at(asked) }),
    asked: [bookings],
    uid: 'asked@example.com',
    quotas: new Map(Object.entries(quotas)),
  }
}

function show(outcome: Outcome | WantedForScheduling | undefined): string {
  if (outcome === undefined) return 'no opinion'
  if (outcome.kind === 'wanted') return `wanted ${outcome.delegation ?? outcome.quotas?.join()}`
  return `${outcome.kind} ${outcome.because.code}`
}

describe('check_quota', () => {
  test.each<readonly [string, QuotaSettings['limits'], readonly (readonly [string, number])[], string]>([
    ['10:00-11:00', new Map([['*', hour]]), [], 'accept quota-left'],
    ['10:00-11:01', new Map([['*', hour]]), [], 'decline quota-exhausted'],
    ['10:00-11:00', new Map([['*', 2 * hour]]), [['20260310', hour]], 'accept quota-left'],
    ['10:00-11:00', new Map([['*', 2 * hour]]), [['20260310', hour + 1]], 'decline quota-exhausted'],
    ['10:00-11:00', new Map([['*', 2 * hour]]), [['always', hour + 1]], 'decline quota-exhausted'],
    // Over since yesterday.
    ['10:00-11:00', new Map([['*', hour]]), [['20260301', hour]], 'accept quota-left'],
    [
      '10:00-11:00',
      new Map<string, number | 'unlimited'>([['*', 'unlimited']]),
      [['always', 99]],
      'accept quota-unlimited',
    ],
    ['10:00-11:00', new Map([['mailto:kim@example.com', hour]]), [], 'decline no-quota'],
    ['10:00-11:00', new Map([['*', 0]]), [], 'decline quota-exhausted'],
  ])('%s within %j after %j: %s', (asked, limits, held, outcome) => {
    const quota = { ...state, settings: { ...settings, limits }, held: new Map(held) }
    expect(show(checkQuota(ask(asked, { cars: quota }), ['cars']))).toBe(outcome)
    // Without a name it is the resource's own.
    expect(show(checkQuota(ask(asked, { [room]: quota }), []))).toBe(outcome)
  })

  test('what the same event has reserved before does not count, if it was the same holder', () => {
    const charges = new Map([['20260310', hour]])
    const limits = new Map([['*', hour]])
    const own = { resource: room, uid: 'asked@example.com', holder: state.holder, charges, bookings: [] }
    const quota = { ...state, settings: { ...settings, limits }, held: charges, own }
    expect(show(checkQuota(ask('12:00-13:00', { cars: quota }), ['cars']))).toBe('accept quota-left')
    const others = { ...quota, own: { ...own, holder: 'sales' } }
    expect(show(checkQuota(ask('12:00-13:00', { cars: others }), ['cars']))).toBe('decline quota-exhausted')
  })

  test('what stays booked of the same event counts, too', () => {
    const quota = { ...state, settings: { ...settings, limits: new Map([['*', hour]]) } }
    const rest = [makeBooked('asked@example.com', at('15:00-15:30'))]
    expect(show(checkQuota({ ...ask('12:00-13:00', { cars: quota }), rest }, ['cars']))).toBe('decline quota-exhausted')
  })

  test('of a quota that is not there nothing can be had', () => {
    expect(show(checkQuota(ask('10:00-11:00', {}), ['cars']))).toBe('decline no-quota')
  })
})

describe('schedule_across_quota', () => {
  const request = ask('10:00-11:00', { hall: state })
  const covers = [{ start: 0, end: 9_999_999_999 }]
  const withBooked = (uid: string, times: string): BookingRequest => {
    const freeBusy = { covers, single: [makeBooked(uid, at(times))], recurring: [] }
    return { ...request, quotas: new Map([['hall', { ...state, freeBusy }]]) }
  }

  test('wants to see the quota first', () => {
    expect(show(scheduleAcrossQuota(request, ['hall']))).toBe('wanted hall')
    expect(show(scheduleAcrossQuota(request, ['other']))).toBe('no opinion')
  })

  test.each([
    ['other@example.com', '10:30-11:30', 'decline overlaps'],
    ['other@example.com', '11:00-12:00', 'accept free'],
    ['asked@example.com', '10:30-11:30', 'accept free'],
  ])('%s at %s: %s', (uid, times, outcome) => {
    expect(show(scheduleAcrossQuota(withBooked(uid, times), ['hall']))).toBe(outcome)
  })
})

describe('schedule_for_delegate', () => {
  const other: CalendarAddress = 'mailto:other@example.com'
  const taken = {
    covers: [{ start: 0, end: 9_999_999_999 }],
    single: [makeBooked('x@example.com', at('10:00-11:00'))],
    recurring: [],
  }
  const open: Delegation = { kind: 'open', isHeldByOther: false }

  test.each<readonly [string, readonly CalendarAddress[], Delegation | undefined, boolean, string]>([
    ['a pool asks its members', [other], undefined, true, 'wanted rooms'],
    ['a pool whose member has it asks again', [other], { kind: 'open', isHeldByOther: true }, true, 'wanted rooms'],
    [
      'a pool with somebody who takes it',
      [other],
      { kind: 'taken', by: other, name: 'Other' },
      true,
      'accept taken-by-delegate',
    ],
    [
      'a pool with nobody',
      [other],
      { kind: 'none', asked: 1, free: { times: [], of: 'event' } },
      true,
      'decline all-taken',
    ],
    ['a free delegate takes it itself', [room, other], open, true, 'accept free'],
    ['unless another has it', [room, other], { kind: 'open', isHeldByOther: true }, true, 'wanted rooms'],
    ['a delegate that is taken asks the others', [room, other], open, false, 'wanted rooms'],
    [
      'and says what is in its way where nobody can',
      [room, other],
      { kind: 'none', asked: 1, free: { times: [], of: 'event' } },
      false,
      'decline overlaps',
    ],
    [
      'asked for another it does not ask a third',
      [room, other],
      { kind: 'asked-for-other' },
      false,
      'decline overlaps',
    ],
    ['asked for another it looks at its own time', [room, other], { kind: 'asked-for-other' }, true, 'accept free'],
    ['a pool inside a pool takes nothing', [other], { kind: 'asked-for-other' }, true, 'decline all-taken'],
    ['what is given up is declined', [room, other], { kind: 'given-up' }, true, 'decline given-to-other'],
  ])('%s', (_, delegates, delegation, isFree, outcome) => {
    const request = ask('10:00-11:00', { rooms: { ...state, settings: { ...settings, delegates } } })
    const freeBusy = isFree ? { ...taken, single: [] } : taken
    const asked = { ...request, freeBusy, ...(delegation ? { delegation } : {}) }
    expect(show(scheduleForDelegate(asked, ['rooms']))).toBe(outcome)
  })
})
