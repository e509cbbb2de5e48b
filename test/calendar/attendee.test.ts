// Attendees and organizers with their parameters and defaults. RFC 5545, 3.2, 3.8.4.1 and 3.8.4.3.
import { describe, expect, test } from 'vitest'
import { readAttendee, readAttendees, readOrganizer } from '../../src/calendar/attendee.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { parseContentLine } from '../../src/calendar/ical.ts'

const read = (line: string) => {
  const property = parseContentLine(line)
  if (isFault(property)) throw new Error(property.text)
  return property
}

describe('an attendee', () => {
  const plain = {
    address: 'mailto:pat@example.com',
    sentBy: undefined,
    email: undefined,
    commonName: undefined,
    participation: 'NEEDS-ACTION',
    answerWanted: false,
    role: 'REQ-PARTICIPANT',
    userType: 'INDIVIDUAL',
    delegatedTo: [],
    delegatedFrom: [],
    member: [],
  }
  const rows: readonly (readonly [parameters: string, expected: object, section: string])[] = [
    ['', {}, 'all defaults'],
    [';PARTSTAT=ACCEPTED', { participation: 'ACCEPTED' }, '3.2.12'],
    [';PARTSTAT=declined', { participation: 'DECLINED' }, '3.2.12: in any case'],
    [';PARTSTAT=X-MAYBE', { participation: 'X-MAYBE' }, '3.2.12'],
    [';RSVP=TRUE', { answerWanted: true }, '3.2.17'],
    [';rsvp=true', { answerWanted: true }, '3.2.17'],
    [';RSVP=FALSE', { answerWanted: false }, '3.2.17'],
    [';RSVP=yes', { answerWanted: false }, '3.2.17'],
    [';ROLE=chair', { role: 'CHAIR' }, '3.2.16'],
    [';CUTYPE=ROOM', { userType: 'ROOM' }, '3.2.3'],
    [';CN="Doe, Pat"', { commonName: 'Doe, Pat' }, '3.2.2'],
    [';CN=Doe, Pat', { commonName: 'Doe, Pat' }, '3.2.2, without its quotes'],
    [';CN=a;CN=b', { commonName: 'a' }, 'the first of two'],
    [';SENT-BY="mailto:KIM@example.com"', { sentBy: 'mailto:kim@example.com' }, '3.2.18'],
    [';SENT-BY=mailto', {}, '3.2.18: no address'],
    [';EMAIL=kim@example.com', { email: 'mailto:kim@example.com' }, 'RFC 7986, 6.2'],
    [
      ';DELEGATED-TO="mailto:a@example.com","mailto:b@example.com"',
      { delegatedTo: ['mailto:a@example.com', 'mailto:b@example.com'] },
      '3.2.5',
    ],
    [';DELEGATED-FROM="mailto:a@example.com"', { delegatedFrom: ['mailto:a@example.com'] }, '3.2.4'],
    [
      ';MEMBER="mailto:a@example.com","urn:x","mailto:B@example.com"',
      { member: ['mailto:a@example.com', 'mailto:b@example.com'] },
      '3.2.11: what is no address is left out',
    ],
  ]
  test.each(rows)('with %s', (parameters, expected) => {
    const property = read(`ATTENDEE${parameters}:mailto:Pat+x@example.com`)
    expect(readAttendee(property)).toEqual({ ...plain, ...expected, property })
  })

  test('without an address stays in the list', () => {
    const properties = ['ATTENDEE:urn:uuid:1', 'ATTENDEE:mailto:pat@example.com', 'ATTENDEE:'].map(read)
    const attendees = readAttendees({ name: 'VEVENT', properties, components: [] })
    expect(attendees.map((attendee) => attendee.address)).toEqual([undefined, 'mailto:pat@example.com', undefined])
  })

  test('is read by the rules of the site', () => {
    const rules = { recipientDelimiter: '', localPartCase: 'keep' } as const
    const attendee = readAttendee(read('ATTENDEE;SENT-BY="mailto:A+b@example.com":mailto:C+d@example.com'), rules)
    expect(attendee.address).toBe('mailto:C+d@example.com')
    expect(attendee.sentBy).toBe('mailto:A+b@example.com')
  })
})

describe('an organizer', () => {
  test('is the first there is', () => {
    const properties = ['ORGANIZER;CN=Pat;SENT-BY="mailto:kim@example.com":MAILTO:pat@example.com', 'ORGANIZER:x'].map(
      read,
    )
    expect(readOrganizer({ name: 'VEVENT', properties, components: [] })).toEqual({
      address: 'mailto:pat@example.com',
      sentBy: 'mailto:kim@example.com',
      email: undefined,
      commonName: 'Pat',
      property: properties[0],
    })
  })

  test('may be missing', () => {
    expect(readOrganizer({ name: 'VEVENT', properties: [], components: [] })).toBeUndefined()
  })
})
