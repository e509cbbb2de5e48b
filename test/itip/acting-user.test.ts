import { expect, test } from 'vitest'
import { defaultAddressRules } from '../../src/calendar/calendar-address.ts'
import { findInvitation, type Identity, isOwnAddress } from '../../src/itip/acting-user.ts'
import { makeEvent } from '../support/calendar-text.ts'

const identity: Identity = {
  user: 'mailto:room-1@example.com',
  aliases: ['boardroom@example.com', '*@old.example.com'],
  originalRecipient: 'garden@example.net',
  groups: ['mailto:rooms@example.com'],
  rules: defaultAddressRules,
}

test.each([
  ['itself', ['mailto:room-1@example.com'], 'own mailto:room-1@example.com'],
  ['itself in any spelling', ['MAILTO:Room-1+team@Example.COM'], 'own MAILTO:Room-1+team@Example.COM'],
  ['percent-encoded', ['mailto:room%2D1@example.com'], 'own mailto:room%2D1@example.com'],
  ['an address of its own', ['mailto:boardroom@example.com'], 'own mailto:boardroom@example.com'],
  ['a domain of its own', ['mailto:anything@old.example.com'], 'own mailto:anything@old.example.com'],
  ['not a domain that ends the same', ['mailto:anything@very-old.example.com'], undefined],
  ['not a subdomain', ['mailto:anything@a.old.example.com'], undefined],
  ['the address before aliasing', ['mailto:garden@example.net'], 'own mailto:garden@example.net'],
  ['a group', ['mailto:rooms@example.com'], 'member mailto:rooms@example.com'],
  ['somebody else', ['mailto:room-2@example.com'], undefined],
  ['nobody', [], undefined],
  // RFC 5546, 3.7.2: first the calendar user itself, then the groups it belongs to.
  ['itself before a group', ['mailto:rooms@example.com', 'mailto:room-1@example.com'], 'own mailto:room-1@example.com'],
  [
    'itself before another address',
    ['mailto:boardroom@example.com', 'mailto:room-1@example.com'],
    'own mailto:room-1@example.com',
  ],
  [
    'what is no address is passed over',
    ['https://example.com/room-1', 'mailto:room-1@example.com'],
    'own mailto:room-1@example.com',
  ],
])('invited: %s', (_, attendees, expected) => {
  const event = makeEvent(...attendees.map((address) => `ATTENDEE:${address}`))
  const invitation = findInvitation(event, identity)
  expect(invitation && `${invitation.kind} ${invitation.attendee.property.value}`).toBe(expected)
})

test('a group that the mail system expands is no name of its members', () => {
  const expanded: Identity = { ...identity, originalRecipient: 'Rooms@example.com' }
  expect(isOwnAddress('mailto:rooms@example.com', expanded)).toBe(false)
  expect(findInvitation(makeEvent('ATTENDEE:mailto:rooms@example.com'), expanded)?.kind).toBe('member')
})

test('an alias that is no configured group is the user', () => {
  const aliased: Identity = { ...identity, originalRecipient: 'rooms@example.com', groups: [] }
  expect(findInvitation(makeEvent('ATTENDEE:mailto:rooms@example.com'), aliased)?.kind).toBe('own')
})
