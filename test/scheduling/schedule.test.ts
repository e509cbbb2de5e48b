// How what several functions say becomes one outcome, and what is told of it.
import { describe, expect, test } from 'vitest'
import { combination, type Standing } from '../../src/scheduling/combination.ts'
import { type AskedRoom, askRoom, at, makeBooked, showOutcome } from '../support/asked-room.ts'

describe('the table', () => {
  const standings: readonly Standing[] = ['none', 'accept', 'decline', 'propose', 'reject']

  test.each<readonly [Standing, readonly Standing[]]>([
    // Then: none, accept, decline, propose, reject.
    ['none', ['none', 'accept', 'decline', 'propose', 'reject']],
    ['accept', ['accept', 'accept', 'decline', 'propose', 'reject']],
    ['decline', ['decline', 'decline', 'decline', 'propose', 'reject']],
    ['propose', ['propose', 'propose', 'reject', 'propose', 'reject']],
    ['reject', ['reject', 'reject', 'reject', 'reject', 'reject']],
  ])('after %s', (before, after) => {
    expect(standings.map((said) => combination[before][said])).toEqual(after)
  })

  test('no opinion changes nothing, a final refusal is final', () => {
    for (const standing of standings) {
      expect(combination[standing].none).toBe(standing)
      expect(combination[standing].reject).toBe('reject')
      expect(combination.reject[standing]).toBe('reject')
    }
  })
})

const taken = [makeBooked('booked@example.com', at('10:00-11:00'))]

describe('several functions', () => {
  test.each<readonly [functions: string, asked: AskedRoom, outcome: string, trace: readonly string[]]>([
    [
      'same_domain_only\nschedule_in_freebusy',
      {},
      'accept free',
      ['same_domain_only: accept', 'schedule_in_freebusy: accept'],
    ],
    [
      'same_domain_only\nschedule_in_freebusy',
      { event: ['ORGANIZER:mailto:kim@example.net'], site: { resourceOrganizers: 'anyone' } },
      'reject other-domain',
      ['same_domain_only: decline'],
    ],
    [
      'schedule_in_freebusy\nsame_domain_only',
      { event: ['ORGANIZER:mailto:kim@example.net'], site: { resourceOrganizers: 'anyone' }, booked: taken },
      'reject other-domain',
      ['schedule_in_freebusy: decline', 'same_domain_only: decline'],
    ],
    // A refusal of dates is provisional: other times are the better answer.
    [
      'schedule_in_freebusy\nschedule_next_available_in_freebusy',
      { booked: taken, preferences: { search_horizon: 'PT1H' } },
      'propose next-available 10 11:00-12:00',
      ['schedule_in_freebusy: decline', 'schedule_next_available_in_freebusy: propose'],
    ],
    [
      'schedule_corrected_in_freebusy\nschedule_next_available_in_freebusy',
      { event: at('10:07-11:00'), preferences: { permitted_times: '0,30', search_horizon: 'PT1H' } },
      'propose corrected-time 10 10:00-11:00',
      ['schedule_corrected_in_freebusy: propose', 'schedule_next_available_in_freebusy: accept'],
    ],
    [
      'schedule_corrected_in_freebusy\nschedule_next_available_in_freebusy',
      { booked: taken, event: at('10:00-11:00'), preferences: { permitted_times: '0,30', search_horizon: 'PT2H' } },
      'propose next-available 10 11:00-12:00, 10 12:00-13:00',
      ['schedule_corrected_in_freebusy: decline', 'schedule_next_available_in_freebusy: propose'],
    ],
    // What was proposed is what the functions behind are asked about.
    [
      'schedule_next_available_in_freebusy\nschedule_in_freebusy',
      { booked: taken, preferences: { search_horizon: 'PT1H' } },
      'propose next-available 10 11:00-12:00',
      ['schedule_next_available_in_freebusy: propose', 'schedule_in_freebusy: accept'],
    ],
    [
      'schedule_next_available_in_freebusy\naccess_control_list',
      { booked: taken, preferences: { acl: 'decline' } },
      'reject access-denied',
      ['schedule_next_available_in_freebusy: propose', 'access_control_list: decline'],
    ],
    [
      'schedule_next_available_in_freebusy 2\nschedule_in_freebusy',
      { booked: taken },
      'decline overlaps 10 10:00-11:00',
      ['schedule_next_available_in_freebusy 2: accept', 'schedule_in_freebusy: decline'],
    ],
    // A rule speaks first; only what it has against dates can be helped by others.
    [
      'schedule_in_freebusy\nschedule_next_available_in_freebusy',
      { preferences: { working_hours: '12:00-14:00', search_horizon: 'P1D' } },
      'propose next-available 10 12:00-13:00, 10 13:00-14:00',
      ['working_hours: decline', 'schedule_in_freebusy: accept', 'schedule_next_available_in_freebusy: propose'],
    ],
    [
      'schedule_in_freebusy',
      { preferences: { working_hours: '12:00-14:00' } },
      'decline outside-working-hours 10 10:00-11:00',
      ['working_hours: decline', 'schedule_in_freebusy: accept'],
    ],
  ])('%j with %j: %s', (functions, asked, outcome, trace) => {
    const answer = askRoom({ ...asked, preferences: { ...asked.preferences, scheduling_function: functions } })
    expect(showOutcome(answer.outcome)).toBe(outcome)
    expect(answer.trace.map((opinion) => `${opinion.of}: ${opinion.outcome?.kind}`)).toEqual(trace)
  })

  test('dates that several refuse are put together, each once', () => {
    const preferences = {
      scheduling_function: 'schedule_in_freebusy',
      working_hours: 'Mon 10:00-12:00\nTue 10:00-12:00',
      blocked_times: '2026-03-16 Painting',
    }
    const event = ['DTSTART:20260309T100000Z', 'DTEND:20260309T110000Z', 'RRULE:FREQ=DAILY;COUNT=9']
    expect(showOutcome(askRoom({ preferences, event, booked: taken }).outcome)).toBe(
      'decline outside-working-hours 10 10:00-11:00, 11 10:00-11:00, 12 10:00-11:00, 13 10:00-11:00, 14 10:00-11:00, 15 10:00-11:00, 16 10:00-11:00',
    )
  })
})
