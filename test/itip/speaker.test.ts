import { describe, expect, test } from 'vitest'
import { type CalendarUser, readOrganizer } from '../../src/calendar/attendee.ts'
import { defaultAddressRules } from '../../src/calendar/calendar-address.ts'
import { makeProperty } from '../../src/calendar/properties.ts'
import { type MailFacts, noAuthentication } from '../../src/itip/mail-facts.ts'
import { isInNetwork } from '../../src/itip/network.ts'
import { findSpeaker, maySpeakFor, type SpeakerRules, withoutForeignClaims } from '../../src/itip/speaker.ts'

const envelope = {
  sender: 'pat@example.org',
  recipient: 'kim@example.com',
  originalRecipient: undefined,
  login: undefined,
  client: undefined,
  queueId: undefined,
}
const mail: MailFacts = {
  envelope,
  messageId: '<1@example.org>',
  references: [],
  subject: '',
  from: ['pat@example.org'],
  sender: [],
  replyTo: [],
  to: [],
  deliveredTo: [],
  autoSubmitted: 'no',
  isReport: false,
  isSpam: false,
  authentication: noAuthentication,
  digest: '',
}
const rules: SpeakerRules = {
  addresses: defaultAddressRules,
  senderCheck: 'aligned',
  trustedNetworks: ['192.0.2.0/24'],
  schedulerServices: new Map([
    ['calendar.example.net', ['*']],
    ['cloud.example.net', ['example.net']],
  ]),
}
const strict: SpeakerRules = { ...rules, senderCheck: 'strict' }
const proving = (authentication: Partial<MailFacts['authentication']>): MailFacts => ({
  ...mail,
  authentication: { ...noAuthentication, ...authentication },
})

describe('how a sender is proven, RFC 6047, 2.2', () => {
  test.each([
    ['DMARC of the domain of From', proving({ dmarc: ['example.org'] }), 'dmarc', 'dmarc'],
    ['DMARC of another domain', proving({ dmarc: ['example.net'] }), undefined, undefined],
    ['a signature of the very domain', proving({ dkim: ['example.org'] }), 'dkim', 'dkim'],
    ['a signature of a domain below', proving({ dkim: ['mail.example.org'] }), 'dkim', undefined],
    ['a signature of another domain', proving({ dkim: ['example.net'] }), undefined, undefined],
    ['a signature of a domain that ends like it', proving({ dkim: ['notexample.org'] }), undefined, undefined],
    ['a signature of the top domain', proving({ dkim: ['org'] }), undefined, undefined],
    ['SPF of the domain', proving({ spf: ['example.org'] }), 'spf', undefined],
    ['SPF of the domain of bounces', proving({ spf: ['example.net'] }), undefined, undefined],
    ['a login that the mail system has noted', proving({ login: ['pat'] }), 'login', 'login'],
    ['the login of the submission', { ...mail, envelope: { ...envelope, login: 'pat' } }, 'login', 'login'],
    ['a trusted network', { ...mail, envelope: { ...envelope, client: '192.0.2.7' } }, 'network', 'network'],
    ['another network', { ...mail, envelope: { ...envelope, client: '192.0.3.7' } }, undefined, undefined],
    ['nothing', mail, undefined, undefined],
    [
      'two authors',
      { ...proving({ dmarc: ['example.org'] }), from: ['pat@example.org', 'kim@example.org'] },
      undefined,
      undefined,
    ],
  ])('%s', (_, given, aligned, strictly) => {
    expect(findSpeaker(given, rules)?.proof).toBe(aligned)
    expect(findSpeaker(given, strict)?.proof).toBe(strictly)
  })
})

function user(value: string, parameters: Readonly<Record<string, string>> = {}): CalendarUser | undefined {
  return readOrganizer(
    { name: 'VEVENT', properties: [makeProperty('ORGANIZER', value, parameters)], components: [] },
    defaultAddressRules,
  )
}

describe('for whom a mail may act, RFC 5546, 6.1', () => {
  const proven = proving({ dmarc: ['example.org'] })
  test.each([
    ['itself', user('mailto:Pat@example.org'), true],
    ['whom it is SENT-BY of', user('mailto:chief@example.net', { 'SENT-BY': 'mailto:pat@example.org' }), true],
    ['whose EMAIL it is', user('mailto:x@example.net', { EMAIL: 'pat@example.org' }), true],
    ['somebody else of its domain', user('mailto:kim@example.org'), false],
    ['somebody of another domain', user('mailto:kim@example.net'), false],
  ])('%s', (_, whom, expected) => {
    expect(maySpeakFor([whom], proven, rules)).toBe(expected)
    expect(maySpeakFor([whom], mail, rules)).toBe(false)
  })

  test('who was pinned when the UID was first seen', () => {
    expect(maySpeakFor([user('mailto:kim@example.net')], proven, rules, { address: 'mailto:pat@example.org' })).toBe(
      true,
    )
    expect(maySpeakFor([user('mailto:kim@example.net')], mail, rules, { address: 'mailto:pat@example.org' })).toBe(
      false,
    )
  })

  test('a signature once seen must be there again: hosts are shared', () => {
    const organizer = user('mailto:pat@example.org')
    const pin = { address: 'mailto:pat@example.org', signers: ['example.org'] } as const
    expect(maySpeakFor([organizer], proving({ dmarc: ['example.org'], spf: ['example.org'] }), rules, pin)).toBe(false)
    expect(maySpeakFor([organizer], proving({ dkim: ['example.org'] }), rules, pin)).toBe(true)
    expect(maySpeakFor([organizer], proving({ dkim: ['mail.example.org'] }), rules, pin)).toBe(false)
    expect(maySpeakFor([organizer], proving({ login: ['pat'] }), rules, pin)).toBe(true)
    // The organizer is another than whose mail came first: a service that signed for its users.
    expect(maySpeakFor([organizer], proven, rules, { ...pin, address: 'mailto:calendar@example.net' })).toBe(true)
  })

  test('what a message says of itself counts within the domain only', () => {
    const claims = (value: string, sentBy: string, email: string) => {
      const whom = user(value, { 'SENT-BY': `mailto:${sentBy}`, EMAIL: email })
      return whom && withoutForeignClaims(whom)
    }
    expect(claims('mailto:pat@example.org', 'desk@mail.example.org', 'desk@example.org')).toMatchObject({
      sentBy: 'mailto:desk@mail.example.org',
      email: 'mailto:desk@example.org',
    })
    expect(claims('mailto:pat@example.org', 'mallory@example.net', 'mallory@notexample.org')).toMatchObject({
      sentBy: undefined,
      email: undefined,
    })
  })

  test('a calendar service by its own signature, for the domains it serves', () => {
    expect(maySpeakFor([user('mailto:kim@example.org')], proving({ dkim: ['calendar.example.net'] }), strict)).toBe(
      true,
    )
    expect(maySpeakFor([user('mailto:kim@example.net')], proving({ dkim: ['cloud.example.net'] }), strict)).toBe(true)
    expect(maySpeakFor([user('mailto:kim@example.org')], proving({ dkim: ['cloud.example.net'] }), strict)).toBe(false)
  })

  test('nothing is proven: the domain of whoever is named', () => {
    const none: SpeakerRules = { ...rules, senderCheck: 'none' }
    expect(maySpeakFor([user('mailto:kim@example.org')], mail, none)).toBe(true)
    expect(maySpeakFor([user('mailto:kim@example.net')], mail, none)).toBe(false)
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.0/24', true],
  ['192.0.2.7', '192.0.2.8/29', false],
  ['192.0.2.7', '0.0.0.0/0', true],
  ['::ffff:192.0.2.7', '192.0.2.0/24', true],
  ['2001:db8::1', '2001:db8::/32', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['[2001:db8::1]', '2001:0db8:0:0:0:0:0:1', true],
  ['IPv6:2001:db8::1', '2001:db8::1', true],
  ['2001:db8::1', '192.0.2.0/24', false],
  ['unknown', '192.0.2.0/24', false],
  ['192.0.2.700', '0.0.0.0/0', false],
  ['', '0.0.0.0/0', false],
])('%s in %s: %s', (address, network, expected) => expect(isInNetwork(address, network)).toBe(expected))
