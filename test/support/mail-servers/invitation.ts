// Invitations and cancellations as whole mails, and what stands in the answers to them.

import { simpleParser } from 'mailparser'

export interface Invitation {
  readonly method: 'REQUEST' | 'CANCEL'
  readonly uid: string
  readonly organizer: string
  readonly attendee: string
  readonly start: Date
  readonly end: Date
  readonly sequence?: number
  readonly summary?: string
}

/** 20260302T090000Z */
export const serializeUtc = (instant: Date): string => `${instant.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`

/** A whole hour some days from now, so that no test depends on the date it runs on. */
export const makeFutureHour = (daysFromNow: number, hour: number): Date => {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + daysFromNow, hour))
}

const foldIntoLines = (text: string): string => (text.match(/.{1,76}/g) ?? []).join('\r\n')

export const makeInvitationMail = (invitation: Invitation): Buffer => {
  const { method, uid, organizer, attendee, start, end, sequence = 0, summary = 'Planning' } = invitation
  const calendar = [
    'BEGIN:VCALENDAR',
    'PRODID:-//example//EN',
    'VERSION:2.0',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${serializeUtc(new Date())}`,
    `SEQUENCE:${sequence}`,
    `DTSTART:${serializeUtc(start)}`,
    `DTEND:${serializeUtc(end)}`,
    `SUMMARY:${summary}`,
    `ORGANIZER:mailto:${organizer}`,
    `ATTENDEE;CUTYPE=ROOM;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${attendee}`,
    ...(method === 'CANCEL' ? ['STATUS:CANCELLED'] : []),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const mail = [
    `From: ${organizer}`,
    `To: ${attendee}`,
    `Subject: ${summary}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${method.toLowerCase()}.${sequence}.${uid}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="=_part"',
    '',
    '--=_part',
    'Content-Type: text/plain; charset=UTF-8',
    '',
    `${summary}, ${start.toUTCString()}`,
    '--=_part',
    `Content-Type: text/calendar; charset=UTF-8; method=${method}`,
    'Content-Transfer-Encoding: base64',
    '',
    foldIntoLines(Buffer.from(calendar).toString('base64')),
    '--=_part--',
    '',
  ].join('\r\n')
  return Buffer.from(mail)
}

export interface ReadAnswer {
  /** The calendar's lines, unfolded. */
  readonly calendar: readonly string[]
  readonly text: string
  readonly from: string | undefined
  readonly subject: string | undefined
}

/** Fails if the mail carries no calendar. */
export const readAnswerMail = async (mail: Buffer): Promise<ReadAnswer> => {
  const parsed = await simpleParser(mail)
  const part = parsed.attachments.find((attachment) => attachment.contentType === 'text/calendar')
  if (part === undefined) throw new Error(`An answer without a calendar:\n${mail.toString()}`)
  return {
    calendar: part.content
      .toString('utf8')
      .replace(/\r?\n[ \t]/g, '')
      .trimEnd()
      .split(/\r?\n/),
    text: parsed.text ?? '',
    from: parsed.from?.value[0]?.address,
    subject: parsed.subject,
  }
}

/** The value of the first property of that name, its parameters before it: `;PARTSTAT=ACCEPTED:mailto:room@example.com`. */
export const findProperty = (answer: ReadAnswer, name: string): string | undefined =>
  answer.calendar.find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`))?.slice(name.length)
