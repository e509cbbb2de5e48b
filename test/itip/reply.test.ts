import { describe, expect, test } from 'vitest'
import { readAttendees } from '../../src/calendar/attendee.ts'
import { defaultAddressRules } from '../../src/calendar/calendar-address.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { findProperty } from '../../src/calendar/properties.ts'
import { serializeComponent } from '../../src/calendar/serialize.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import { type AnswerContent, keepAnswers, makeReply, type ReceivedReply, receiveReply } from '../../src/itip/reply.ts'
import type { StoredSeries } from '../../src/itip/stored-series.ts'
import { makeEvent, makeMessage, readAll, zones } from '../support/calendar-text.ts'

const weekly = 'RRULE:FREQ=WEEKLY;COUNT=4'
const kim = 'mailto:kim@example.org'
const asked = `ATTENDEE;RSVP=TRUE:${kim}`
const accepted = `ATTENDEE;PARTSTAT=ACCEPTED:${kim}`
const declined = `ATTENDEE;PARTSTAT=DECLINED:${kim}`
const first = 'DTSTAMP:20260302T090000Z'
const second = 'DTSTAMP:20260302T091000Z'
const id = 'RECURRENCE-ID:20260317T100000Z'

describe('an answer that arrives', () => {
  // RFC 5546, 3.2.3; 2.1.5, rules 3 and 4: per attendee the highest SEQUENCE, then the latest DTSTAMP.
  test.each([
    ['the first', [], [accepted, first], 'recorded'],
    ['a later one', [[accepted, first]], [declined, second], 'recorded'],
    ['an earlier one', [[accepted, second]], [declined, first], 'outdated'],
    ['one of the same second', [[accepted, first]], [declined, first], 'recorded'],
    ['without DTSTAMP', [[accepted, first]], [declined, '-DTSTAMP'], 'recorded'],
    ['to the revision that is stored', [], [accepted, first, 'SEQUENCE:1'], 'recorded'],
    ['to an older revision', [], [accepted, first, 'SEQUENCE:0'], 'for-older-revision'],
    ['without SEQUENCE', [], [accepted, first], 'recorded'],
    [
      'of the higher SEQUENCE after one of the lower',
      [[accepted, second, 'SEQUENCE:1']],
      [declined, first, 'SEQUENCE:2'],
      'recorded',
    ],
    [
      'of the lower SEQUENCE after one of the higher',
      [[accepted, first, 'SEQUENCE:2']],
      [declined, second, 'SEQUENCE:1'],
      'outdated',
    ],
    [
      'of somebody who was not invited',
      [],
      ['ATTENDEE;PARTSTAT=ACCEPTED:mailto:max@example.net', first],
      'party-crasher',
    ],
    ['of nobody with an address', [], ['ATTENDEE;PARTSTAT=ACCEPTED:urn:kim', first], 'party-crasher'],
    [
      'in another spelling of the address',
      [],
      ['ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Kim@Example.ORG', first],
      'recorded',
    ],
    ['about one instance', [], [accepted, first, id], 'recorded'],
    [
      'about an instance that there is not',
      [],
      [accepted, first, 'RECURRENCE-ID:20260318T100000Z'],
      'no-such-instance',
    ],
    ['about an instance behind the last', [], [accepted, first, 'RECURRENCE-ID:20260407T100000Z'], 'no-such-instance'],
    ['about an instance after a later one about the series', [[accepted, second]], [declined, first, id], 'recorded'],
  ] as const)('%s', (_, before, lines, outcome) => {
    const stored = before.reduce<StoredSeries>(
      (series, answer) => receive(series, answer).series,
      invitation(['SEQUENCE:1']),
    )
    const received = receive(stored, lines)
    expect(received.answers.map((answer) => answer.outcome)).toEqual([outcome])
    if (outcome !== 'recorded') expect(received.series).toEqual(stored)
  })

  test('is merged into the series: PARTSTAT of that attendee, and RSVP is answered', () => {
    const { series } = receive(invitation([]), [declined, first])
    expect(findProperty(series.parts[0]?.component ?? makeEvent(), 'ATTENDEE')).toEqual({
      name: 'ATTENDEE',
      value: kim,
      parameters: [{ name: 'PARTSTAT', values: ['DECLINED'] }],
    })
    expect(series.answers).toMatchObject([{ attendee: kim, key: '', participation: 'DECLINED', sequence: 0 }])
  })

  test('about one instance makes a part for it, the series stays as it is', () => {
    const { series } = receive(invitation([]), [declined, first, id])
    expect(series.parts.map((part) => [part.key, readAttendees(part.component)[0]?.participation])).toEqual([
      ['', 'NEEDS-ACTION'],
      ['20260317T100000Z', 'DECLINED'],
    ])
    const instance = series.parts[1]?.component ?? makeEvent()
    expect(findProperty(instance, 'RRULE')).toBeUndefined()
    expect(findProperty(instance, 'DTSTART')?.value).toBe('20260317T100000Z')
    expect(findProperty(instance, 'DTEND')?.value).toBe('20260317T110000Z')
  })

  test('does not move an instance that was moved', () => {
    const moved = makeEvent(id, asked, 'DTSTART:20260317T140000Z', 'DTEND:20260317T150000Z')
    const stored = {
      ...invitation([]),
      parts: [...invitation([]).parts, { key: '20260317T100000Z', component: moved }],
    }
    const { series } = receive(stored, [accepted, first, id])
    expect(findProperty(series.parts[1]?.component ?? makeEvent(), 'DTSTART')?.value).toBe('20260317T140000Z')
  })
})

describe('answers after an update of details', () => {
  test('stand where the organizer writes NEEDS-ACTION', () => {
    const answered = receive(invitation([]), [accepted, first]).series
    const updated = { ...answered, parts: invitation(['SUMMARY:Review']).parts }
    const [part] = keepAnswers(updated, '', defaultAddressRules).parts
    expect(readAttendees(part?.component ?? makeEvent())[0]?.participation).toBe('ACCEPTED')
  })

  test('give way to what the organizer writes', () => {
    const answered = receive(invitation([]), [accepted, first]).series
    const updated = { ...answered, parts: [{ key: '', component: makeEvent(weekly, declined) }] }
    const [part] = keepAnswers(updated, '', defaultAddressRules).parts
    expect(readAttendees(part?.component ?? makeEvent())[0]?.participation).toBe('DECLINED')
  })

  test('to an older revision are void', () => {
    const answered = receive(invitation([]), [accepted, first]).series
    const updated = { ...answered, parts: invitation(['SEQUENCE:1']).parts }
    const [part] = keepAnswers(updated, '', defaultAddressRules).parts
    expect(readAttendees(part?.component ?? makeEvent())[0]?.participation).toBe('NEEDS-ACTION')
  })
})

describe('an answer that is made', () => {
  const content: AnswerContent = {
    attendee: { name: 'ATTENDEE', value: 'mailto:Room@example.com', parameters: [] },
    participation: 'ACCEPTED',
    stamp: 1_772_442_000,
    comment: undefined,
    requestStatus: undefined,
  }

  // RFC 5546, 3.2.3: the table of a REPLY.
  test('echoes what it is about, in a fixed order, and nothing else', () => {
    const request = makeMessage('REQUEST', [
      'LOCATION;ALTREP="https://example.com/room":Room 1',
      'SUMMARY;LANGUAGE=en;ALTREP="https://example.com/planning":Planning',
      'DESCRIPTION:Bring cake.',
      'ATTACH:https://example.com/cake',
      'CLASS:PRIVATE',
      'PRIORITY:1',
      'TRANSP:OPAQUE',
      'STATUS:CONFIRMED',
      'X-CAKE:yes',
      'SEQUENCE:3',
      'RRULE:FREQ=WEEKLY',
      'ATTENDEE:mailto:Room@example.com',
      'ATTENDEE:mailto:kim@example.org',
    ])
    expect(show(makeReply(request, content, zones).components[0])).toEqual([
      'BEGIN:VEVENT',
      'UID:planning@example.com',
      'DTSTAMP:20260302T090000Z',
      'SEQUENCE:3',
      'DTSTART:20260310T100000Z',
      'DTEND:20260310T110000Z',
      'ORGANIZER:mailto:pat@example.com',
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:Room@example.com',
      'SUMMARY;LANGUAGE=en:Planning',
      'LOCATION:Room 1',
      'END:VEVENT',
    ])
  })

  test('keeps of the attendee what says who it is, and drops what asks or steers', () => {
    const parameters = [
      'CN',
      'CUTYPE',
      'ROLE',
      'MEMBER',
      'SENT-BY',
      'RSVP',
      'PARTSTAT',
      'DIR',
      'X-NUM-GUESTS',
      'LANGUAGE',
    ]
    const attendee = { ...content.attendee, parameters: parameters.map((name) => ({ name, values: ['X'] })) }
    const [component] = makeReply(makeMessage('REQUEST', []), { ...content, attendee }, zones).components
    const kept = findProperty(component ?? makeEvent(), 'ATTENDEE')?.parameters.map(({ name }) => name)
    expect(kept).toEqual(['CN', 'CUTYPE', 'ROLE', 'MEMBER', 'SENT-BY', 'PARTSTAT'])
  })

  test('says why', () => {
    const refusal = { ...content, participation: 'DECLINED', comment: 'Taken; sorry, no', requestStatus: '4.0;Busy' }
    const [component] = makeReply(makeMessage('REQUEST', []), refusal, zones).components
    expect(show(component).slice(-3)).toEqual(['COMMENT:Taken\\; sorry\\, no', 'REQUEST-STATUS:4.0;Busy', 'END:VEVENT'])
  })

  test('answers each component it was asked about', () => {
    const request = makeMessage('REQUEST', [weekly], [id])
    const { components } = makeReply(request, content, zones)
    expect(components.map((component) => findProperty(component, 'RECURRENCE-ID')?.value)).toEqual([
      undefined,
      '20260317T100000Z',
    ])
  })

  const oslo = [
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Oslo',
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0100',
    'END:STANDARD',
    'END:VTIMEZONE',
  ]
  const london = oslo.map((line) => line.replace('Oslo', 'London').replaceAll('+0100', '+0000'))
  const times = ['DTSTART;TZID=Europe/Oslo:20260310T110000', 'DTEND;TZID=Europe/London:20260310T110000']

  // RFC 5546, 3.1.2; clients read one VTIMEZONE.
  test('uses one zone, that of the start', () => {
    const [read] = readAll(
      'METHOD:REQUEST',
      ...oslo,
      ...london,
      'BEGIN:VEVENT',
      'UID:a',
      ...times,
      'ORGANIZER:mailto:pat@example.com',
      'END:VEVENT',
    )
    if (read?.kind !== 'message') throw new Error('no message')
    const reply = makeReply(read.message, content, zones)
    expect([...reply.timeZones.keys()]).toEqual(['Europe/Oslo'])
    expect(show(reply.components[0])).toContain('DTEND;TZID=Europe/Oslo:20260310T120000')
  })

  test('is in UTC where the request does not explain its zone', () => {
    const reply = makeReply(makeMessage('REQUEST', times), content, zones)
    expect(reply.timeZones.size).toBe(0)
    expect(show(reply.components[0])).toEqual(
      expect.arrayContaining(['DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z']),
    )
  })
})

function show(component: ReturnType<typeof makeEvent> | undefined): readonly string[] {
  return component === undefined ? [] : serializeComponent(component).trimEnd().split('\r\n')
}

function invitation(lines: readonly string[]): StoredSeries {
  return { ...makeSeries('planning@example.com'), parts: [{ key: '', component: makeEvent(weekly, asked, ...lines) }] }
}

function receive(stored: StoredSeries, lines: readonly string[]): ReceivedReply {
  const message = makeMessage('REPLY', ['-DTSTART', '-DTEND', ...lines])
  const received = receiveReply(stored, message, zones, defaultAddressRules)
  if (isFault(received)) throw new Error(received.text)
  return received
}
