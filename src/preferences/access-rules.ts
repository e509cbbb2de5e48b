// A line of the preference acl: `accept organiser mailto:paul.person@example.com`.
import { type CalendarAddress, parseCalendarAddress } from '../calendar/calendar-address.ts'

export interface AccessRule {
  readonly action: 'accept' | 'decline' | 'reject'
  /** Nothing: whoever asks. */
  readonly who: AccessParty | undefined
}

export interface AccessParty {
  readonly role: 'organizer' | 'attendee'
  /** An address, or a domain behind `*@`. */
  readonly identity: CalendarAddress | `*@${string}`
}

/** Nothing where the line says something else. */
export function parseAccessRule(line: string): AccessRule | undefined {
  const [word = '', ...rest] = line.trim().split(/\s+/)
  const action = actions.find((known) => known === word.toLowerCase())
  if (action === undefined) return undefined
  if (rest.length === 0) return { action, who: undefined }
  const [roleText = '', identityText = '', ...more] = rest
  const role = roles[roleText.toLowerCase()]
  const identity = parseIdentity(identityText)
  return role === undefined || identity === undefined || more.length > 0
    ? undefined
    : { action, who: { role, identity } }
}

const actions = ['accept', 'decline', 'reject'] as const

const roles: Readonly<Record<string, AccessParty['role']>> = {
  organiser: 'organizer',
  organizer: 'organizer',
  attendee: 'attendee',
}

function parseIdentity(text: string): AccessParty['identity'] | undefined {
  const plain = text.replace(/^mailto:/i, '')
  if (/^\*?@[^\s@*]+$/.test(plain)) return `*@${plain.slice(plain.indexOf('@') + 1).toLowerCase()}`
  // A bare domain.
  if (/^[^\s@*:]+\.[^\s@*:]+$/.test(plain)) return `*@${plain.toLowerCase()}`
  return parseCalendarAddress(text)
}
