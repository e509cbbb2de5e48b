// Mails for benchmarks: requests and cancellations of an organizer to a room.

/** `start` in seconds after 2 March 2026, 09:00 UTC; `length` in seconds. */
export function makeRequest({ uid, start, length = 3600, rule = '', room = 'room@example.com' }) {
  return makeMail('REQUEST', uid, room, [
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(start + length)}`,
    ...(rule === '' ? [] : [`RRULE:${rule}`]),
    'SEQUENCE:0',
  ])
}

export function makeCancel({ uid, room = 'room@example.com' }) {
  return makeMail('CANCEL', uid, room, ['SEQUENCE:1', 'STATUS:CANCELLED'])
}

/** Many events in one calendar, for `imip-admin import`: one every `step` seconds. */
export function makeCalendar(count, step, length) {
  const events = Array.from(
    { length: count },
    (_, index) =>
      `BEGIN:VEVENT\r\nUID:stock-${index}@example.com\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:${stamp(index * step)}\r\n` +
      `DTEND:${stamp(index * step + length)}\r\nSUMMARY:Stock ${index}\r\nORGANIZER:mailto:pat@example.com\r\nEND:VEVENT\r\n`,
  )
  return `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.com//bench//EN\r\n${events.join('')}END:VCALENDAR\r\n`
}

const origin = Date.UTC(2026, 2, 2, 9) / 1000

function stamp(seconds) {
  return new Date((origin + seconds) * 1000).toISOString().replace(/[-:]|\.000/g, '')
}

function makeMail(method, uid, room, properties) {
  return [
    'Return-Path: <pat@example.com>',
    'Received: from client.example.com by mail.example.com with ESMTP id 1; Mon, 2 Mar 2026 09:00:00 +0000',
    'From: Pat <pat@example.com>',
    `To: ${room}`,
    `Subject: ${uid}`,
    `Message-ID: <${uid}.${method}@example.com>`,
    'Date: Mon, 2 Mar 2026 09:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'You are invited.',
    '--part',
    `Content-Type: text/calendar; charset=utf-8; method=${method}`,
    '',
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//example.com//bench//EN',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    `UID:${uid}@example.com`,
    'DTSTAMP:20260302T085900Z',
    ...properties,
    `SUMMARY:${uid}`,
    'ORGANIZER:mailto:pat@example.com',
    `ATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:${room}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '--part--',
    '',
  ].join('\n')
}
