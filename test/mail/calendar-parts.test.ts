import { describe, expect, test } from 'vitest'
import { findCalendarParts, hasWrappedCalendar } from '../../src/mail/calendar-parts.ts'
import type { MailPart } from '../../src/mail/incoming-mail.ts'

const request = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Größe\r\nEND:VCALENDAR\r\n'
const cancel = request.replace('REQUEST', 'CANCEL')

function part(contentType: string, content: string | Buffer, more: Readonly<Record<string, string>> = {}): MailPart {
  const { fileName, ...parameters } = more
  return {
    contentType,
    parameters: new Map(Object.entries(parameters)),
    fileName,
    content: typeof content === 'string' ? Buffer.from(content) : content,
  }
}

const textsOf = (...parts: readonly MailPart[]) => findCalendarParts(parts).map(({ text, method }) => [method, text])

describe('the calendars of a mail', () => {
  test.each<[why: string, parts: MailPart[], calendars: (string | undefined)[][]]>([
    ['none', [part('text/plain', request), part('image/png', '')], []],
    ['text/calendar', [part('text/calendar', request, { method: 'REQUEST' })], [['REQUEST', request]]],
    ['application/ics alone', [part('application/ics', request, { fileName: 'invite.ics' })], [[undefined, request]]],
    [
      'a file .ics alone',
      [part('application/octet-stream', request, { fileName: 'Invite.ICS' })],
      [[undefined, request]],
    ],
    ['a file of another name', [part('application/octet-stream', request, { fileName: 'invite.ics.exe' })], []],
    [
      'identical copies are one',
      [part('text/calendar', request, { method: 'request' }), part('application/ics', request)],
      [['request', request]],
    ],
    [
      'copies that differ in line ends, charset and blanks around are one',
      [
        part('text/calendar', request),
        part('text/calendar', `\n${request.replaceAll('\r\n', '\n')}\n`),
        part('text/calendar', Buffer.from(request, 'latin1'), { charset: 'iso-8859-1' }),
      ],
      [[undefined, request]],
    ],
    [
      'of different copies text/calendar counts',
      [part('application/ics', cancel), part('text/calendar', request)],
      [[undefined, request]],
    ],
    [
      'two calendars are two, in their order',
      [part('text/calendar', cancel, { method: 'CANCEL' }), part('text/calendar', request, { method: 'REQUEST' })],
      [
        ['CANCEL', cancel],
        ['REQUEST', request],
      ],
    ],
    ['an empty one is none', [part('text/calendar', '\r\n \r\n')], []],
    ['an empty method says nothing', [part('text/calendar', request, { method: ' ' })], [[undefined, request]]],
  ])('%s', (_, parts, calendars) => expect(textsOf(...parts)).toEqual(calendars))

  test.each([
    ['application/ms-tnef', undefined, true],
    ['application/octet-stream', 'WINMAIL.DAT', true],
    ['application/octet-stream', 'winmail.dat.txt', false],
    ['text/calendar', 'winmail.dat', false],
  ])('a wrapped one: %s %s', (contentType, fileName, isWrapped) => {
    const parts = [part(contentType, '', fileName === undefined ? {} : { fileName })]
    expect(hasWrappedCalendar(parts)).toBe(isWrapped)
  })
})
