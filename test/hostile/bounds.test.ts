// Every bound of what comes by mail is passed somewhere: those of single values here, the others in the tests that are named.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseCalendarAddress } from '../../src/calendar/calendar-address.ts'
import { parseDuration } from '../../src/calendar/duration.ts'
import { isFault } from '../../src/calendar/fault.ts'
import { listFirstInstances } from '../../src/calendar/first-instances.ts'
import { listForeignNames } from '../../src/calendar/foreign-time-zones.ts'
import { readSet } from '../../src/calendar/recurrence.ts'
import { parseEnvelopePath } from '../../src/daemon/envelope-path.ts'
import { receiveFreeBusy } from '../../src/itip/free-busy.ts'
import { findAuthentication } from '../../src/mail/authentication-results.ts'
import { parseDeliveryReport } from '../../src/mail/delivery-report.ts'
import { parseHeader } from '../../src/mail/header.ts'
import { parseMailFacts } from '../../src/mail/parse-mail-facts.ts'
import { findLimits } from '../../tools/dev/limits.mjs'
import { parseEvent, readAll, zones } from '../support/calendar-text.ts'

const root = join(import.meta.dirname, '..', '..')
const addresses = { recipientDelimiter: '+', localPartCase: 'fold' } as const
const always = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }
const list = (count: number, make: (number: number) => string): string =>
  Array.from({ length: count }, (_, number) => make(number)).join('')

/** By file and name: just within the bound, and just beyond it. */
const here: Readonly<Record<string, () => void>> = {
  'calendar/calendar-address.ts longest address': () => {
    const domain = '@example.com'
    expect(parseCalendarAddress(`mailto:${'x'.repeat(320 - domain.length)}${domain}`, addresses)).toBeDefined()
    expect(parseCalendarAddress(`mailto:${'x'.repeat(321 - domain.length)}${domain}`, addresses)).toBeUndefined()
  },
  'calendar/duration.ts longest duration': () => {
    expect(isFault(parseDuration(`P${'0'.repeat(50)}1D`))).toBe(true)
    expect(isFault(parseDuration('P1D'))).toBe(false)
  },
  'calendar/first-instances.ts most of endless': () => {
    const event = parseEvent('UID:a', 'DTSTART:20260310T100000Z', 'RRULE:FREQ=DAILY')
    const listed = listFirstInstances(event, [], zones, always, undefined)
    expect(isFault(listed) ? listed : [listed.instances.length, listed.isCut]).toEqual([1000, true])
  },
  'calendar/foreign-time-zones.ts longest name': () => {
    expect(listForeignNames(`/${'x'.repeat(180)}/Europe/Oslo`).places).toContain('Europe/Oslo')
    expect(listForeignNames(`/${'x'.repeat(200)}/Europe/Oslo`)).toEqual({ places: [], guesses: [] })
  },
  'calendar/recurrence.ts most rules': () => {
    const withRules = (count: number) =>
      parseEvent(
        'UID:a',
        'DTSTART:20260310T100000Z',
        ...Array.from({ length: count }, () => 'RRULE:FREQ=DAILY;COUNT=3'),
      )
    expect(isFault(readSet(withRules(10)))).toBe(false)
    expect(readSet(withRules(11))).toMatchObject({ kind: 'fault', code: 'bad-rule' })
  },
  'daemon/envelope-path.ts longest path': () => {
    expect(parseEnvelopePath(`<${'x'.repeat(1010)}@example.com>`)).toBeDefined()
    expect(parseEnvelopePath(`<${'x'.repeat(1011)}@example.com>`)).toBeUndefined()
  },
  'itip/free-busy.ts most periods': () => {
    const [read] = readAll(
      'METHOD:PUBLISH',
      'BEGIN:VFREEBUSY',
      'UID:a',
      'DTSTAMP:20260302T085900Z',
      'ORGANIZER:mailto:pat@example.com',
      `FREEBUSY:20260310T100000Z/PT1M${',20260310T100000Z/PT1M'.repeat(10_000)}`,
      'END:VFREEBUSY',
    )
    if (read?.kind !== 'message') throw new Error('unusable')
    const received = receiveFreeBusy(undefined, 'mailto:pat@example.com', read.message, zones, 0, 1)
    expect(received).toMatchObject({ kind: 'fault', code: 'too-large' })
  },
  'mail/delivery-report.ts most recipients': () => {
    expect(
      parseReport(list(150, (number) => makeFailure(`a${number}@example.net`, 'x')))?.failed.length,
    ).toBeLessThanOrEqual(100)
  },
  'mail/delivery-report.ts longest words': () => {
    expect(parseReport(makeFailure('a@example.net', 'x'.repeat(600)))?.failed[0]?.diagnostic).toHaveLength(500)
  },
  'mail/delivery-report.ts largest report': () => {
    const filler = `X-Filler: ${'x'.repeat(300_000)}\r\n\r\n`
    expect(parseReport(`${filler}${makeFailure('a@example.net', 'x')}`)?.failed ?? []).toEqual([])
  },
  'mail/limits.ts most fields': () => {
    expect(parseHeader(Buffer.from('X-A: b\r\n'.repeat(2001)))).toHaveLength(2000)
  },
  'mail/limits.ts most references': () => {
    const facts = parseMailFacts(
      Buffer.from(`References:${list(150, (number) => ` <${number}@example.com>`)}\r\n\r\n`),
      envelope,
      '',
      [],
    )
    expect([facts.references.length, facts.references[0], facts.references.at(-1)]).toEqual([
      100,
      '<0@example.com>',
      '<149@example.com>',
    ])
  },
  'mail/limits.ts most authentication results': () => {
    const trust = { authservId: 'mx.example.com', localDomains: [] }
    const one = {
      name: 'authentication-results',
      value: `mx.example.com${list(150, (number) => `; dkim=pass header.d=d${number}.example.net`)}`,
    }
    expect(findAuthentication([one], trust).dkim.length).toBe(100)
  },
}

/** The test that passes it. */
const elsewhere: Readonly<Record<string, string>> = {
  'calendar/limits.ts longest text': 'test/calendar/parse.test.ts',
  'calendar/limits.ts longest line': 'test/calendar/parse.test.ts',
  'calendar/limits.ts most components': 'test/calendar/parse.test.ts',
  'calendar/limits.ts most calendars': 'test/hostile/limits.test.ts',
  'calendar/limits.ts most lines': 'test/calendar/parse.test.ts',
  'calendar/limits.ts most properties of component': 'test/calendar/parse.test.ts',
  'calendar/limits.ts deepest nesting': 'test/calendar/parse.test.ts',
  'calendar/limits.ts most parameters': 'test/calendar/ical.test.ts',
  'calendar/limits.ts most parameter values': 'test/calendar/ical.test.ts',
  'calendar/limits.ts most notes': 'test/calendar/parse.test.ts',
  'calendar/recurrence-rule.ts longest rule': 'test/calendar/recurrence-rule.test.ts',
  'calendar/vtimezone.ts most observances': 'test/calendar/vtimezone.test.ts',
  'calendar/vtimezone.ts most rules': 'test/calendar/vtimezone.test.ts',
  'calendar/vtimezone.ts most changes ayear': 'test/calendar/vtimezone.test.ts',
  'calendar/vtimezone.ts most dates': 'test/calendar/vtimezone.test.ts',
  'daemon/client-input.ts longest line': 'test/daemon/bad-clients.test.ts',
  'daemon/client-input.ts most ahead': 'test/daemon/bad-clients.test.ts',
  'daemon/serve-client.ts most faults': 'test/daemon/bad-clients.test.ts',
  'itip/restrictions.ts most components of message': 'test/itip/restrictions.test.ts',
  'itip/restrictions.ts most attendees': 'test/itip/restrictions.test.ts',
  'itip/restrictions.ts longest uid': 'test/itip/restrictions.test.ts',
  'mail/gate.ts longest value': 'test/mail/gate.test.ts',
  'mail/gate.ts most fields': 'test/mail/gate.test.ts',
  'mail/limits.ts largest mail': 'test/hostile/mails.test.ts',
  'mail/limits.ts largest part': 'test/hostile/mails.test.ts',
  'mail/limits.ts most nodes': 'test/hostile/mails.test.ts',
  'mail/limits.ts largest header': 'test/hostile/mails.test.ts',
  'mail/limits.ts deepest plain': 'test/hostile/mails.test.ts',
  'mail/limits.ts most addresses': 'test/mail/header.test.ts',
  'mail/limits.ts most messages': 'test/hostile/limits.test.ts',
  'mail/parse-mail-facts.ts longest message id': 'test/mail/parse-mail-facts.test.ts',
}

/** Bounds of what a mail may bring that nothing can pass on purpose, and why. */
const unreachable: Readonly<Record<string, string>> = {
  'mail/limits.ts longest parsing': 'every way there that is known ends at another bound',
}

describe('a bound that is passed', () => {
  test.each(Object.entries(here))('%s', (_, pass) => pass())
})

test('each bound of what is read of a mail has such a test', () => {
  const names = findLimits(root).map(
    ({ file, name }) => `${file} ${name.replace(/[A-Z]/g, (sign) => ` ${sign.toLowerCase()}`)}`,
  )
  const read = names
    .map((name) => name.replace('changes a year', 'changes ayear'))
    .filter((name) => /^(?:calendar|mail)\/limits\.ts |^itip\/restrictions\.ts /.test(name))
  const known = [...Object.keys(here), ...Object.keys(elsewhere), ...Object.keys(unreachable)]
  expect(read.filter((name) => !known.includes(name))).toEqual([])
  expect(
    known.filter((name) => !names.map((other) => other.replace('changes a year', 'changes ayear')).includes(name)),
  ).toEqual([])
  for (const file of Object.values(elsewhere)) {
    expect(existsSync(join(root, file)), file).toBe(true)
    expect(readFileSync(join(root, file), 'utf8')).toMatch(/\btest(?:\.each)?\(/)
  }
})

const envelope = {
  sender: '',
  recipient: 'kim@example.com',
  originalRecipient: undefined,
  login: undefined,
  client: undefined,
  queueId: undefined,
}

function makeFailure(address: string, words: string): string {
  return `Final-Recipient: rfc822; ${address}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; ${words}\r\n\r\n`
}

function parseReport(status: string) {
  const mail = `Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n${status}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <x@example.com>\r\nFrom: room@example.com\r\n\r\n--b--\r\n`
  return parseDeliveryReport(Buffer.from(mail))
}
