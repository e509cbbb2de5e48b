import { describe, expect, test } from 'vitest'
import { readAttendees, readOrganizer } from '../../src/calendar/attendee.ts'
import { defaultAddressRules } from '../../src/calendar/calendar-address.ts'
import { findOrganizer, isFromDomainOf, mayActFor, type OutgoingAuthority } from '../../src/itip/authority.ts'
import type { MailFacts } from '../../src/itip/mail-facts.ts'
import { noAuthentication } from '../../src/itip/mail-facts.ts'
import { makeEvent } from '../support/calendar-text.ts'

describe('a mail comes from the domain of the calendar user it speaks for: RFC 5546, 6.1', () => {
  test.each([
    ['From', 'ORGANIZER:mailto:pat@example.com', { from: ['pat@example.com'] }, true],
    ['From in another spelling', 'ORGANIZER:MAILTO:pat@EXAMPLE.com', { from: ['Pat+calendar@Example.COM'] }, true],
    ['somebody else of the domain', 'ORGANIZER:mailto:pat@example.com', { from: ['secretary@example.com'] }, true],
    ['another domain', 'ORGANIZER:mailto:pat@example.com', { from: ['pat@example.org'] }, false],
    ['a domain below', 'ORGANIZER:mailto:pat@example.com', { from: ['pat@mail.example.com'] }, false],
    ['Sender', 'ORGANIZER:mailto:pat@example.com', { from: ['x@example.org'], sender: ['y@example.com'] }, true],
    [
      'the envelope sender',
      'ORGANIZER:mailto:pat@example.com',
      { from: ['x@example.org'], envelope: 'y@example.com' },
      true,
    ],
    ['the null sender alone', 'ORGANIZER:mailto:pat@example.com', { from: [], envelope: '' }, false],
    [
      'SENT-BY',
      'ORGANIZER;SENT-BY="mailto:kim@example.org":mailto:pat@example.com',
      { from: ['kim@example.org'] },
      true,
    ],
    ['EMAIL', 'ORGANIZER;EMAIL=pat@example.net:urn:uuid:1', { from: ['pat@example.net'] }, true],
    ['an organizer without an address', 'ORGANIZER:https://example.com/pat', { from: ['pat@example.com'] }, false],
    ['From that is no address', 'ORGANIZER:mailto:pat@example.com', { from: ['undisclosed'] }, false],
  ])('%s', (_, organizer, mail, expected) => {
    expect(isFromDomainOf([readOrganizer(makeEvent(organizer))], makeMail(mail), defaultAddressRules)).toBe(expected)
  })

  test('nobody is spoken for by nobody', () => {
    expect(isFromDomainOf([], makeMail({ from: ['pat@example.com'] }), defaultAddressRules)).toBe(false)
    const attendees = readAttendees(makeEvent('ATTENDEE:mailto:kim@example.org'))
    expect(isFromDomainOf(attendees, makeMail({ from: ['kim@example.org'] }), defaultAddressRules)).toBe(true)
  })
})

test('the organizer stands in the first component that has one', () => {
  const events = [makeEvent('-ORGANIZER'), makeEvent('ORGANIZER:mailto:kim@example.org')]
  expect(findOrganizer(events, defaultAddressRules)?.address).toBe('mailto:kim@example.org')
})

describe('who may act for pat@example.com on the way out', () => {
  const none: OutgoingAuthority = { mode: 'login', schedulingAccounts: [], delegates: [], aliases: [] }

  test.each([
    ['the user', {}, 'pat@example.com', true],
    ['in another spelling', {}, 'Pat@Example.com', true],
    ['a login without a domain', {}, 'pat', true],
    ['another login without a domain', {}, 'kim', false],
    ['another user', {}, 'kim@example.com', false],
    ['the same name elsewhere', {}, 'pat@example.org', false],
    ['no login', {}, undefined, false],
    ['an empty login', {}, '', false],
    ['a delegate', { delegates: ['kim@example.com'] }, 'kim@example.com', true],
    ['a delegate by login', { delegates: ['kim'] }, 'kim@example.com', true],
    ['a delegate of another domain by login alone', { delegates: ['kim'] }, 'kim@example.org', false],
    ['an account of the site', { schedulingAccounts: ['groupware@example.org'] }, 'groupware@example.org', true],
    ['another address of the user', { aliases: ['p.person@example.com'] }, 'p.person@example.com', true],
    // `*@old.example.com` lets invitations in; nobody logs in as a pattern.
    ['a whole domain', { aliases: ['*@old.example.com'] }, 'anybody@old.example.com', false],
    ['an empty line among the delegates', { delegates: [''] }, 'kim@example.com', false],
  ] as const)('%s', (_, authority, login, expected) => {
    const mail = makeMail({ from: [], login })
    expect(mayActFor('mailto:pat@example.com', mail, { ...none, ...authority }, defaultAddressRules)).toBe(expected)
  })

  test('by the envelope sender where the site says so, and then the login does not count', () => {
    const byEnvelope: OutgoingAuthority = { ...none, mode: 'envelope' }
    const may = (mail: MailFacts) => mayActFor('mailto:pat@example.com', mail, byEnvelope, defaultAddressRules)
    expect(may(makeMail({ from: [], envelope: 'pat@example.com' }))).toBe(true)
    expect(may(makeMail({ from: [], envelope: 'kim@example.com', login: 'pat@example.com' }))).toBe(false)
    expect(may(makeMail({ from: [], envelope: '' }))).toBe(false)
  })
})

interface Speakers {
  readonly from: readonly string[]
  readonly sender?: readonly string[]
  readonly envelope?: string
  readonly login?: string | undefined
}

function makeMail({ from, sender = [], envelope = 'bounces@example.net', login }: Speakers): MailFacts {
  return {
    envelope: {
      sender: envelope,
      recipient: '',
      originalRecipient: undefined,
      login,
      client: undefined,
      queueId: undefined,
    },
    messageId: '<1@example.net>',
    references: [],
    subject: '',
    from,
    sender,
    replyTo: [],
    to: [],
    deliveredTo: [],
    autoSubmitted: 'no',
    isReport: false,
    isSpam: false,
    authentication: noAuthentication,
    digest: '',
  }
}
