// What a summary says: gathered from a message, what was known before, and the decision.

import { describe, expect, test } from 'vitest'
import { decideCancel, decideRequest } from '../../src/agents/attendee-receives.ts'
import type { Decision, Wanted } from '../../src/agents/decision.ts'
import { decide } from '../../src/agents/decision.ts'
import * as reasons from '../../src/agents/reasons.ts'
import type { Situation } from '../../src/agents/situation.ts'
import { makeSummaryFacts } from '../../src/agents/summary-facts.ts'
import type { Property } from '../../src/calendar/component.ts'
import { makeFault } from '../../src/calendar/fault.ts'
import type { Booking } from '../../src/freebusy/record.ts'
import { emptyWindow } from '../../src/freebusy/window.ts'
import { noAuthentication } from '../../src/itip/mail-facts.ts'
import type { SchedulingMessage } from '../../src/itip/scheduling-message.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { makePreferences } from '../../src/preferences/make-preferences.ts'
import { makeSiteSettings } from '../../src/preferences/make-site-settings.ts'
import { parsePreferenceLines, preferenceSettings } from '../../src/preferences/settings.ts'
import type { SummaryFacts } from '../../src/text/summary-facts.ts'
import { fc } from '../fast-check.ts'
import { makeMessage, zoneTables } from '../support/calendar-text.ts'

const now = Date.UTC(2026, 2, 2, 9) / 1000
const rules = { recipientDelimiter: '+', localPartCase: 'fold' as const }

function makeSituation(changes: Partial<Situation> = {}): Situation {
  return {
    now,
    user: 'mailto:sam@example.net',
    site: makeSiteSettings({
      ...rules,
      localDomains: [],
      outgoingAuthority: 'login',
      resourceOrganizers: 'local',
      schedulingAccounts: [],
      imipCounterAsRequest: false,
      authservId: '',
      unverifiedRequest: 'refuse',
      trustedNetworks: [],
      schedulerServices: new Map(),
      heldAge: 86_400,
      heldLimit: 200,
      othersAge: 2_592_000,
      freebusyHorizon: 31_622_400,
      freebusyOutsideHorizon: 5_184_000,
      freebusyRequests: 10,
      groups: new Map(),
    }),
    preferences: makePreferences((name) => {
      if (name === 'incoming') return ['message-then-summary']
      if (name === 'TZID') return ['Europe/Oslo']
      const lines = parsePreferenceLines(preferenceSettings[name], preferenceSettings[name].default)
      return Array.isArray(lines) ? lines : []
    }, rules),
    mail: {
      envelope: {
        sender: 'pat@example.com',
        recipient: 'sam@example.net',
        originalRecipient: undefined,
        login: undefined,
        client: undefined,
        queueId: undefined,
      },
      messageId: '<1@example.com>',
      references: [],
      subject: '',
      from: ['pat@example.com'],
      sender: [],
      replyTo: [],
      to: [],
      deliveredTo: [],
      autoSubmitted: 'no',
      isReport: false,
      isSpam: false,
      authentication: noAuthentication,
      digest: '',
    },
    zoneTables,
    stored: undefined,
    agent: 'imip-person',
    decisionKey: 'key',
    freeBusy: emptyWindow,
    ...changes,
  }
}

const sam = 'ATTENDEE;RSVP=TRUE:mailto:sam@example.net'

function makeRequest(...lines: readonly string[]): SchedulingMessage {
  return makeMessage('REQUEST', [sam, ...lines])
}

function summarize(
  message: SchedulingMessage,
  situation: Situation,
  decision: Decision = decideRequest(message, situation),
) {
  return makeSummaryFacts({ kind: 'message', message }, decision, situation, false)
}

function isFacts(facts: SummaryFacts | Wanted | undefined): facts is SummaryFacts {
  return facts !== undefined && facts.kind !== 'wanted'
}

function tell(...given: Parameters<typeof summarize>): SummaryFacts {
  const facts = summarize(...given)
  if (!isFacts(facts)) throw new Error('no facts')
  return facts
}

function store(message: SchedulingMessage): StoredSeries {
  const saved = decideRequest(message, makeSituation()).effects.find((effect) => effect.kind === 'save-series')
  if (saved?.kind !== 'save-series') throw new Error('not saved')
  return saved.series
}

describe('conflicts', () => {
  const message = makeRequest('RRULE:FREQ=DAILY;COUNT=3')
  const taken: Booking = {
    start: { kind: 'utc', local: Date.UTC(2026, 2, 11, 10, 30) / 1000 },
    end: { kind: 'utc', local: Date.UTC(2026, 2, 11, 12) / 1000 },
    uid: 'dentist@example.net',
    busyType: 'BUSY-TENTATIVE',
    summary: 'Dentist',
    organizer: '',
  }
  const ask = (situation: Situation) =>
    makeSummaryFacts({ kind: 'message', message }, decideRequest(message, situation), situation)

  test('are looked for at each date, by a window that is asked for', () => {
    const wanted = ask(makeSituation())
    expect(wanted).toMatchObject({ kind: 'wanted' })
    if (wanted?.kind !== 'wanted') throw new Error()
    expect(wanted.periods.map(({ start }) => new Date(start * 1000).toISOString())).toEqual([
      '2026-03-10T10:00:00.000Z',
      '2026-03-11T10:00:00.000Z',
      '2026-03-12T10:00:00.000Z',
    ])
    const freeBusy = { covers: wanted.periods, single: [taken], recurring: [] }
    expect(ask(makeSituation({ freeBusy }))).toMatchObject({
      conflicts: {
        more: 0,
        shown: [
          {
            title: 'Dentist',
            isTentative: true,
            count: 1,
            first: { text: '2026-03-11 11:30–12:00 (Europe/Oslo)', weekday: 2, clock: 'own' },
          },
        ],
      },
    })
  })

  test('of a schedule that is free there are none, of one that cannot be read nobody knows', () => {
    const wanted = ask(makeSituation())
    if (wanted?.kind !== 'wanted') throw new Error()
    const free = { covers: wanted.periods, single: [], recurring: [] }
    expect(ask(makeSituation({ freeBusy: free }))).toMatchObject({ conflicts: { shown: [], more: 0 } })
    expect(tell(message, makeSituation()).conflicts).toBeUndefined()
  })

  test('nobody looks for what takes no time, is over, or asks for no answer', () => {
    for (const lines of [
      ['TRANSP:TRANSPARENT'],
      ['DTSTART:20260301T100000Z', 'DTEND:20260301T110000Z'],
      ['STATUS:CANCELLED'],
    ]) {
      const other = makeRequest(...lines)
      const facts = makeSummaryFacts(
        { kind: 'message', message: other },
        decideRequest(other, makeSituation()),
        makeSituation(),
      )
      expect(facts?.kind).toBe('invitation')
      expect(facts).toMatchObject({ conflicts: undefined })
    }
  })

  test('a rule of every second of every year asks for no more than a hundred dates', () => {
    const flood = makeRequest('RRULE:FREQ=HOURLY')
    const wanted = makeSummaryFacts(
      { kind: 'message', message: flood },
      decideRequest(flood, makeSituation()),
      makeSituation(),
    )
    expect(wanted?.kind === 'wanted' ? wanted.periods.length : 0).toBe(100)
  })
})

describe('changes against what was known', () => {
  const before = makeRequest('SUMMARY:Planning', 'LOCATION:Upstairs', 'ATTENDEE:mailto:lee@example.org')
  const change = (...lines: readonly string[]) =>
    tell(makeRequest('SEQUENCE:1', 'DTSTAMP:20260302T085930Z', ...lines), makeSituation({ stored: store(before) }))
  const same = ['SUMMARY:Planning', 'LOCATION:Upstairs', 'ATTENDEE:mailto:lee@example.org']

  test.each([
    ['DTSTART:20260310T103000Z', ['when']],
    ['DTEND:20260310T120000Z', ['when']],
    ['LOCATION:Downstairs', ['where']],
    ['SUMMARY:Lunch', ['title']],
    ['RRULE:FREQ=DAILY', ['rule']],
    ['RDATE:20260312T100000Z', ['dates-added']],
    ['STATUS:CANCELLED', ['status']],
    ['STATUS:CONFIRMED', []],
    ['DESCRIPTION:Agenda', ['description']],
    ['CONFERENCE:https://video.example.org/', ['link']],
    ['ATTENDEE:mailto:new@example.org', ['attendees-added', 'attendees-removed']],
  ])('%s', (line, kinds) => {
    const name = /^[A-Z]+/.exec(line)?.[0] ?? ''
    const others = same.filter((one) => !one.startsWith(name))
    expect(change(...others, line).changes.map(({ kind }) => kind)).toEqual(kinds)
  })

  test('none is told of an update that was not taken', () => {
    const message = makeRequest('SUMMARY:Lunch', 'DTSTAMP:20260302T085800Z')
    const situation = makeSituation({ stored: store(before) })
    const facts = tell(message, situation, decide('ignored', reasons.olderRevision(message, situation.stored)))
    expect(facts).toMatchObject({ kind: 'invitation', changes: [], next: 'nothing' })
  })

  test('an update that only says that it is one is an update', () => {
    expect(change(...same)).toMatchObject({ kind: 'update', changes: [] })
  })
})

describe('instances', () => {
  const series = makeRequest('SUMMARY:Planning', 'RRULE:FREQ=WEEKLY;BYDAY=TU')
  const situation = makeSituation({ stored: store(series) })

  test('a moved date is told with where it was', () => {
    const moved = makeRequest(
      'SEQUENCE:1',
      'RECURRENCE-ID:20260317T100000Z',
      'DTSTART:20260318T120000Z',
      'DTEND:20260318T130000Z',
    )
    expect(tell(moved, situation)).toMatchObject({
      kind: 'update',
      instance: { andLater: false, original: { text: '2026-03-17 11:00 (Europe/Oslo)', weekday: 1 } },
      when: [{ text: '2026-03-18 13:00–14:00 (Europe/Oslo)' }],
      changes: [{ kind: 'when' }, { kind: 'title' }],
    })
  })

  test('several dates that are cancelled are told, and the next dates pass them over', () => {
    const gone = (key: string) => ['-DTSTART', '-DTEND', 'SEQUENCE:1', 'STATUS:CANCELLED', `RECURRENCE-ID:${key}`]
    const message = makeMessage('CANCEL', gone('20260317T100000Z'), gone('20260324T100000Z'))
    const decision = decideCancel(message, situation)
    expect(tell(message, situation, decision)).toMatchObject({
      kind: 'cancellation',
      when: [{ text: '2026-03-17 11:00–12:00 (Europe/Oslo)' }],
      instance: { andLater: false, original: undefined },
      dates: { shown: [{ original: { text: '2026-03-24 11:00 (Europe/Oslo)' }, now: undefined }], more: 0 },
    })
    const saved = decision.effects.find((effect) => effect.kind === 'save-series')
    const after = makeSituation({ stored: saved?.kind === 'save-series' ? saved.series : undefined })
    const again = makeRequest('DTSTAMP:20260302T085930Z', 'RRULE:FREQ=WEEKLY;BYDAY=TU', 'SUMMARY:Same')
    expect(tell(again, after).repeats?.next.map(({ text }) => text.slice(0, 10))).toEqual([
      '2026-03-10',
      '2026-03-31',
      '2026-04-07',
      '2026-04-14',
      '2026-04-21',
    ])
  })
})

describe('where to join', () => {
  test('CONFERENCE, what Google and Teams write, and URL', () => {
    const facts = tell(
      makeRequest(
        'CONFERENCE;VALUE=URI;LABEL=Video:https://video.example.org/1',
        'X-GOOGLE-CONFERENCE:https://meet.example.org/abc',
        'X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example.org/l/meetup-join/1',
        'URL:https://video.example.org/1',
        'URL;VALUE=URI:https://www.example.org/planning',
      ),
      makeSituation(),
    )
    expect(facts.links.map(({ kind, url }) => `${kind} ${url}`)).toEqual([
      'join https://video.example.org/1',
      'join https://meet.example.org/abc',
      'join https://teams.example.org/l/meetup-join/1',
      'page https://www.example.org/planning',
    ])
  })

  test('nothing that is longer than an address, and no words of somebody who was not believed', () => {
    expect(tell(makeRequest(`URL:https://www.example.org/${'x'.repeat(2000)}`), makeSituation()).links).toEqual([])
    const message = makeRequest('URL:https://www.example.org/', 'DESCRIPTION:Click', 'COMMENT:Do it')
    const refused = tell(message, makeSituation(), decide('refused', reasons.ownObject))
    expect(refused).toMatchObject({ links: [], description: '', comment: '', next: 'ask-sender' })
  })
})

test('two clocks where they differ, one where they do not', () => {
  const times = (...lines: readonly string[]) =>
    tell(makeRequest(...lines), makeSituation()).when.map(({ text }) => text)
  expect(times('DTSTART;TZID=Europe/Berlin:20260310T100000', 'DTEND;TZID=Europe/Berlin:20260310T110000')).toEqual([
    '2026-03-10 10:00–11:00 (Europe/Oslo)',
  ])
  expect(times('DTSTART;TZID=Asia/Tokyo:20260310T010000', 'DTEND;TZID=Asia/Tokyo:20260310T020000')).toEqual([
    '2026-03-09 17:00–18:00 (Europe/Oslo)',
    '2026-03-10 01:00–02:00 (Asia/Tokyo)',
  ])
  expect(times('DTSTART:20260310T100000', 'DTEND:20260310T110000')).toEqual(['2026-03-10 10:00–11:00'])
})

test('of a calendar that cannot be used what can be read is told; where that is nothing, there is no summary', () => {
  const message = makeRequest('SUMMARY:Planning')
  const fault = makeFault('unknown-zone', 'the time zone is not known')
  const unusable = { kind: 'unusable', fault, method: 'REQUEST', uid: 'planning@example.com' } as const
  const decision = decide('passed', reasons.unusable(fault))
  expect(makeSummaryFacts({ ...unusable, readable: message }, decision, makeSituation())).toMatchObject({
    title: 'Planning',
    standing: { verdict: 'passed', code: 'unknown-zone' },
    next: 'use-original',
  })
  expect(makeSummaryFacts({ ...unusable, readable: undefined }, decision, makeSituation())).toBeUndefined()
})

describe('whatever a stranger sends', () => {
  test('as many attendees as a message may have, and as many dates, make a short summary', () => {
    const attendees = Array.from({ length: 4_999 }, (_, index) => `ATTENDEE:mailto:guest${index}@example.org`)
    const dates = Array.from(
      { length: 2000 },
      (_, index) => `RDATE:20270310T10${String(index % 60).padStart(2, '0')}00Z`,
    )
    const stored = store(makeRequest('RRULE:FREQ=DAILY'))
    const message = makeRequest('SEQUENCE:1', ...attendees, ...dates, `SUMMARY:${'long '.repeat(100_000)}`)
    const facts = tell(message, makeSituation({ stored }))
    expect(facts.attendees).toMatchObject({ more: 4975 })
    expect(JSON.stringify(facts).length).toBeLessThan(20_000)
  })

  test('no text of it has a control character or turns the direction around', () => {
    const names = [
      'SUMMARY',
      'LOCATION',
      'DESCRIPTION',
      'COMMENT',
      'STATUS',
      'URL',
      'CONFERENCE',
      'X-GOOGLE-CONFERENCE',
      'UID',
    ]
    const property = fc.record({
      name: fc.constantFrom(...names, 'ATTENDEE', 'ORGANIZER', 'RRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID', 'DTSTART'),
      value: fc.string({ unit: 'binary' }),
      parameters: fc.array(
        fc.record({
          name: fc.constantFrom('CN', 'PARTSTAT', 'ROLE', 'TZID', 'LABEL', 'DELEGATED-TO', 'RANGE'),
          values: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 2 }),
        }),
        { maxLength: 3 },
      ),
    })
    const method = fc.constantFrom(
      'REQUEST',
      'CANCEL',
      'REPLY',
      'COUNTER',
      'REFRESH',
      'ADD',
      'PUBLISH',
      'DECLINECOUNTER',
    )
    const verdict = fc.constantFrom('applied', 'ignored', 'held', 'refused', 'passed')
    const usual = makeRequest('SUMMARY:Planning', 'RRULE:FREQ=DAILY')
    const stored = store(usual)
    fc.assert(
      fc.property(fc.array(property, { maxLength: 12 }), method, verdict, (properties, methodName, word) => {
        const component = {
          name: 'VEVENT',
          components: [],
          properties: [...(properties as readonly Property[]), ...(usual.components[0]?.properties ?? [])],
        }
        const message = { ...usual, method: methodName as SchedulingMessage['method'], components: [component] }
        const facts = tell(message, makeSituation({ stored }), decide(word, reasons.requestRecorded))
        for (const text of listTexts(facts)) expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})

/** UIDs are shown nowhere but percent-encoded. */
function listTexts(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return key === 'uid' ? [] : [value.replaceAll('\n', '')]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => listTexts(inner, name))
}
