// Mails that no program should have written, each with a name that says what is wrong with it.
import { makeArrivingMail } from '../support/case-mail.ts'

export interface BadMail {
  readonly name: string
  /** The recipient is also the one who is invited, as far as anybody is. */
  make(recipient: string): Uint8Array
}

const sender = 'kim@example.org'
/** 2026-03-02T09:00:00Z */
const now = 1_772_442_000

interface EventLines {
  readonly method?: readonly string[]
  readonly uid?: readonly string[]
  readonly start?: readonly string[]
  readonly end?: readonly string[]
  readonly organizer?: readonly string[]
  readonly more?: readonly string[]
}

/** A good REQUEST, some of its lines replaced. */
function makeRequest(recipient: string, lines: EventLines): readonly string[] {
  return [
    ...(lines.method ?? ['METHOD:REQUEST']),
    'BEGIN:VEVENT',
    ...(lines.uid ?? ['UID:bad@example.org']),
    'DTSTAMP:20260302T085900Z',
    ...(lines.start ?? ['DTSTART:20260310T100000Z']),
    ...(lines.end ?? ['DTEND:20260310T110000Z']),
    ...(lines.organizer ?? [`ORGANIZER:mailto:${sender}`]),
    `ATTENDEE;RSVP=TRUE:mailto:${recipient}`,
    ...(lines.more ?? []),
    'SUMMARY:Bad',
    'END:VEVENT',
  ]
}

function makeMail(recipient: string, lines: readonly string[]): Uint8Array {
  return makeArrivingMail({ from: sender, to: [recipient], lines, header: [], now, number: 1 })
}

function withEvent(lines: EventLines): (recipient: string) => Uint8Array {
  return (recipient) => makeMail(recipient, makeRequest(recipient, lines))
}

function withCalendar(lines: readonly string[]): (recipient: string) => Uint8Array {
  return (recipient) => makeMail(recipient, lines)
}

function makeAttendees(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `ATTENDEE:mailto:a${index}@example.net`)
}

/** A daily series, so many of its dates an hour later. */
function withDates(count: number): (recipient: string) => Uint8Array {
  const dayOf = (index: number) =>
    new Date(Date.UTC(2026, 2, 10 + index)).toISOString().slice(0, 10).replaceAll('-', '')
  return (recipient) => {
    const series = makeRequest(recipient, { more: ['RRULE:FREQ=DAILY;COUNT=500'] })
    const dates = Array.from({ length: count }, (_, index) => {
      const lines = {
        method: [],
        start: [`DTSTART:${dayOf(index)}T110000Z`],
        end: [`DTEND:${dayOf(index)}T120000Z`],
        more: [`RECURRENCE-ID:${dayOf(index)}T100000Z`],
      }
      return makeRequest(recipient, lines)
    })
    return makeMail(recipient, [...series, ...dates.flat()])
  }
}

/** A mail as it stands, in which `CALENDAR` is a good invitation and `RECIPIENT` whom it reached. */
function withText(text: string): (recipient: string) => Uint8Array {
  return (recipient) => {
    const calendar = ['BEGIN:VCALENDAR', 'VERSION:2.0', ...makeRequest(recipient, {}), 'END:VCALENDAR'].join('\n')
    return Buffer.from(text.replaceAll('RECIPIENT', recipient).replaceAll('CALENDAR', calendar), 'latin1')
  }
}

const header = `From: ${sender}\nTo: RECIPIENT\nSubject: Bad\nMessage-ID: <bad@example.org>\nMIME-Version: 1.0\n`

export const badCalendars = {
  'no METHOD': withEvent({ method: [] }),
  'a METHOD that is none': withEvent({ method: ['METHOD:BANANA'] }),
  'no UID': withEvent({ uid: [] }),
  'a UID of 4,000 characters': withEvent({ uid: [`UID:${'u'.repeat(4000)}`] }),
  'a UID that is a path': withEvent({ uid: ['UID:../../etc/passwd'] }),
  'NUL bytes': withEvent({ more: ['LOCATION:Room\0 1', 'X-\0:y'] }),
  'no ORGANIZER': withEvent({ organizer: [] }),
  'two ORGANIZERs': withEvent({ more: ['ORGANIZER:mailto:lee@example.net'] }),
  'no DTSTART': withEvent({ start: [] }),
  'two DTSTARTs': withEvent({ more: ['DTSTART:20260311T100000Z'] }),
  'an end before its start': withEvent({ end: ['DTEND:20260310T090000Z'] }),
  'a day that does not exist': withEvent({ start: ['DTSTART:20260231T100000Z'] }),
  'an unknown TZID': withEvent({ start: ['DTSTART;TZID=Nowhere/Land:20260310T100000'] }),
  'a rule that is none': withEvent({ more: ['RRULE:FREQ=SOMETIMES'] }),
  'a calendar part of 20 MB': withEvent({ more: [`DESCRIPTION:${'x'.repeat(20_000_000)}`] }),
  'a calendar part of 20 MB, folded': withEvent({ more: [`DESCRIPTION:${`${'x'.repeat(70)}\n `.repeat(280_000)}`] }),
  'a text that is no calendar': withCalendar(['BEGIN:VCALENDAR or so', 'we meet on Tuesday']),
  'a calendar that is cut off': withCalendar([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:bad@exa',
  ]),
  'a calendar of garbage': withCalendar([
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    '%%%',
    'UID bad',
    ':::;;;',
    'END:VTODO',
    'END',
  ]),
  'an empty calendar': withCalendar(['BEGIN:VCALENDAR', 'END:VCALENDAR']),
  'a method without an event': withCalendar(['METHOD:REQUEST']),
  'an event and a to-do': withCalendar([
    'METHOD:REQUEST',
    ...['VEVENT', 'VTODO'].flatMap((name) => [
      `BEGIN:${name}`,
      'UID:bad@example.org',
      'DTSTART:20260310T100000Z',
      `END:${name}`,
    ]),
  ]),
  'ten thousand attendees': withEvent({ more: makeAttendees(10_000) }),
  'five hundred components': withDates(499),
  'five hundred published events': withCalendar([
    'METHOD:PUBLISH',
    ...Array.from({ length: 500 }, (_, index) => [
      'BEGIN:VEVENT',
      `UID:bad-${index}@example.org`,
      'DTSTART:20260310T100000Z',
      `ORGANIZER:mailto:${sender}`,
      'SUMMARY:Bad',
      'END:VEVENT',
    ]).flat(),
  ]),
} satisfies Readonly<Record<string, (recipient: string) => Uint8Array>>

export const badMails = {
  'nothing at all': withText(''),
  'only line ends': withText('\n\n\n'),
  'only NUL bytes': withText('\0'.repeat(1000)),
  'no header': withText('CALENDAR\n'),
  'a header without an end': withText(`${header}Content-Type: text/calendar`),
  'a multipart without a boundary': withText(
    `${header}Content-Type: multipart/mixed\n\n--x\nContent-Type: text/calendar\n\nCALENDAR\n--x--\n`,
  ),
  'a boundary that never comes': withText(
    `${header}Content-Type: multipart/mixed; boundary=x\n\n--y\nContent-Type: text/calendar\n\nCALENDAR\n--y--\n`,
  ),
  'base64 that is none': withText(
    `${header}Content-Type: text/calendar; method=REQUEST\nContent-Transfer-Encoding: base64\n\n!!! no base64 here ???\n`,
  ),
  'a transfer encoding nobody knows': withText(
    `${header}Content-Type: text/calendar; method=REQUEST\nContent-Transfer-Encoding: x-unknown\n\n\u0001\u0002\u0003\n`,
  ),
  'a charset nobody knows': withText(
    `${header}Content-Type: text/calendar; method=REQUEST; charset=x-unknown\n\nno calendar either\n`,
  ),
  'three hundred multiparts inside one another': withText(
    `${header}${Array.from({ length: 300 }, (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`).join('')}Content-Type: text/calendar\n\nCALENDAR\n`,
  ),
  'a header field of 300 KB': withText(
    `X-Long: ${'x'.repeat(300_000)}\n${header}Content-Type: text/calendar\n\nno calendar\n`,
  ),
  'bytes of no charset': withText(`${header}Content-Type: text/calendar; charset=utf-8\n\n\xff\xfe\xc3\x28\xa0\xa1\n`),
} satisfies Readonly<Record<string, (recipient: string) => Uint8Array>>

/** Odd, but usable as far as the standard goes: the message counts, and nothing in it may do harm. */
export const oddCalendars = {
  'nearly five thousand attendees': withEvent({ more: makeAttendees(4_999) }),
  'a year of days, each changed': withDates(365),
} satisfies Readonly<Record<string, (recipient: string) => Uint8Array>>
