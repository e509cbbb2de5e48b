// The preferences of users: one table gives names, values, defaults, checks, help and docs/preferences.md.
import { parseCalendarAddress, readMailbox } from '../calendar/calendar-address.ts'
import { isFault } from '../calendar/fault.ts'
import { parseAvailability } from './availability.ts'
import { bookingSettings } from './booking-settings.ts'
import { checkSchedulingLine } from './scheduling-line.ts'

export interface PreferenceSetting {
  /** `text`: one line; `lines`: one value a line; `choice`: one of `values`; `calendar`: a calendar, whole. */
  readonly kind: 'text' | 'lines' | 'choice' | 'calendar'
  readonly who: 'person' | 'resource' | 'both'
  /** What holds where there is no file and no setting of the site. Lines are separated by line ends. */
  readonly default: string
  /** The system setting that gives the site's default. */
  readonly siteSetting?: string
  readonly values?: readonly string[]
  /** An empty file is a fault; without it, it means none. Choices are never empty. */
  readonly filled?: true
  readonly help: string
  readonly example?: string
  /** Why the line (or the calendar) cannot be used, as the end of a sentence. An empty text is not asked about. */
  readonly check?: (line: string) => string | undefined
  /** A preference that has no effect yet says so. */
  readonly effect?: 'later'
}

export const preferenceSettings = {
  CN: {
    kind: 'text',
    who: 'both',
    default: '',
    help: 'Common name, shown in answers.',
    example: 'Meeting room 1',
  },
  LANG: {
    kind: 'text',
    who: 'both',
    default: 'en',
    siteSetting: 'lang',
    filled: true,
    help: 'Language of answers and summaries.',
    check: (line) => (/^[A-Za-z]{2,8}([-_.@][A-Za-z0-9-]+)*$/.test(line) ? undefined : 'must be a language such as en'),
  },
  TZID: {
    kind: 'text',
    who: 'both',
    default: 'UTC',
    siteSetting: 'tzid',
    filled: true,
    help: 'Time zone of the user, by its IANA name. It decides floating times and whole days.',
    example: 'Europe/Oslo',
    check: (line) =>
      /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(line) ? undefined : 'must be a zone such as Europe/Oslo',
  },
  participating: {
    kind: 'choice',
    who: 'both',
    default: 'participate',
    siteSetting: 'participating_default',
    values: ['participate', 'no'],
    help: 'Whether the user takes part. `no`: mail passes through untouched and nothing is recorded.',
  },
  addresses: {
    kind: 'lines',
    who: 'both',
    default: '',
    help: 'Other addresses under which the user is invited, one a line; `*@old.example.com` stands for a whole domain.',
    example: 'p.person@example.com\n*@old.example.com',
    check: (line) =>
      /^\*@[^\s@*]+$/.test(line) || (parseCalendarAddress(line) !== undefined && !line.includes('*'))
        ? undefined
        : 'must be a mail address, or *@ and a domain',
  },
  delegates: {
    kind: 'lines',
    who: 'both',
    default: '',
    help: 'Who may act for the user: logins or addresses, one a line.',
    example: 'secretary@example.com',
    check: (line) => (/\s/.test(line) ? 'must be a login or an address without blanks' : undefined),
  },
  sender_check: {
    kind: 'choice',
    who: 'both',
    default: 'auto',
    siteSetting: 'sender_check',
    values: ['auto', 'none', 'aligned', 'strict'],
    help: 'How sure the sender of a mail must be before it may change the schedule; see the setting `sender_check`.',
  },
  owner: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'The person responsible for a resource: gets its other mail, and answers to its answers.',
    example: 'facilities@example.com',
    check: (line) => (readMailbox(line) === undefined ? 'must be a mail address' : undefined),
  },
  scheduling_function: {
    kind: 'lines',
    who: 'resource',
    default: 'schedule_in_freebusy',
    filled: true,
    help: 'How a resource decides: functions with their arguments, one a line, asked in turn; docs/resources.md shows them all. `schedule_in_freebusy [N]` accepts what is free; with N, up to N events may overlap. `check_quota [QUOTA]`, `schedule_across_quota [QUOTA]` and `schedule_for_delegate [QUOTA]` are about quotas and pools (docs/administration.md).',
    example: 'schedule_in_freebusy 2',
    check: checkSchedulingLine,
  },
  freebusy_sharing: {
    kind: 'choice',
    who: 'both',
    default: 'no',
    siteSetting: 'sharing_default',
    values: ['no', 'share'],
    help: 'Whether others may learn when a person is busy: `share` answers who asks for free/busy by mail. A resource always answers. Publishing and bundling need it for both.',
  },
  freebusy_inside: {
    kind: 'choice',
    who: 'both',
    default: 'full',
    siteSetting: 'freebusy_inside_default',
    values: ['full', 'merged', 'rounded', 'none'],
    help: 'What askers of the own site are told. `full`: each busy time and whether it is tentative. `merged`: what is taken, as one. `rounded`: that, in whole half hours. `none`: nothing but that they are told nothing.',
  },
  freebusy_outside: {
    kind: 'choice',
    who: 'both',
    default: 'rounded',
    siteSetting: 'freebusy_outside_default',
    values: ['full', 'merged', 'rounded', 'none'],
    help: 'What askers outside the site are told, in the same words, and what is published; `none`: they are not answered, and nothing is published.',
  },
  freebusy_asked: {
    kind: 'choice',
    who: 'person',
    default: 'none',
    siteSetting: 'freebusy_asked_default',
    values: ['none', 'notify'],
    help: 'Tell the user in a summary who asked for free/busy and whether it was told.',
  },
  freebusy_publishing: {
    kind: 'choice',
    who: 'both',
    default: 'no',
    siteSetting: 'publishing_default',
    values: ['no', 'publish'],
    help: 'Whether free/busy is published for the web server; needs `freebusy_sharing`.',
  },
  freebusy_bundling: {
    kind: 'choice',
    who: 'both',
    default: 'never',
    siteSetting: 'bundling_default',
    values: ['never', 'always'],
    help: 'Send free/busy along with answers, as exactly as their receiver is told when asking, and with summaries; needs `freebusy_sharing`.',
  },
  freebusy_messages: {
    kind: 'choice',
    who: 'person',
    default: 'none',
    siteSetting: 'notifying_default',
    values: ['none', 'notify'],
    help: 'Tell the user in a summary about free/busy of others that came in. The mail that brings it is handed on in any case.',
  },
  freebusy_offers: {
    kind: 'text',
    who: 'both',
    default: '',
    siteSetting: 'freebusy_offer_default',
    help: 'How long the times that a resource proposes are held for the organizer, as a duration. Without it they are not held: whoever asks first gets them.',
    example: 'P1D',
    // RFC 5545, 3.3.6.
    check: (line) =>
      /^P(?=.)(\d+W|(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)$/.test(line)
        ? undefined
        : 'must be a duration such as PT10M',
  },
  counter_style: {
    kind: 'choice',
    who: 'resource',
    default: 'auto',
    values: ['auto', 'counter', 'reply'],
    help: 'How a resource proposes other times. `counter`: by a counter-proposal that the calendar program shows with a button. `reply`: by declining, with up to three times in the text. `auto`: `counter` where the request was written by Outlook, Exchange or Thunderbird, which know what to do with it.',
  },
  occurrence_answers: {
    kind: 'choice',
    who: 'resource',
    default: 'separate',
    values: ['separate', 'together'],
    help: 'How the refused dates of an accepted series are told: each in a mail of its own (`separate`), since many programs read only the first entry of a mail, or all in one mail (`together`).',
  },
  conflict_tolerance: {
    kind: 'text',
    who: 'resource',
    default: '',
    help: 'How many dates of a series may be refused before the series is refused as a whole: a number, or a percentage of its coming dates. `0`: all or nothing. Without it, and at most in any case, ten.',
    example: '20%',
    check: (line) =>
      /^(?:\d{1,4}|(?:\d{1,2}|100)%)$/.test(line)
        ? undefined
        : 'must be a number such as 3, or a percentage such as 20%',
  },
  pool_answer: {
    kind: 'choice',
    who: 'resource',
    default: 'accept',
    values: ['accept', 'delegate'],
    help: 'What a pool tells the organizer when one of its resources takes a booking: `accept` is an ACCEPTED of the pool itself that names the resource, which every calendar program understands; `delegate` is a DELEGATED of the pool and an ACCEPTED of the resource (RFC 5546, 3.2.2.3).',
  },
  clash_details: {
    kind: 'choice',
    who: 'resource',
    default: 'local-organizer',
    values: ['nothing', 'local-organizer', 'local-all', 'organizer', 'all'],
    help: 'What a refusal tells about the booking that is in the way, besides its time: `nothing`, its `organizer`, or `all`, which is organizer and subject. With `local-` in front only organizers of the own domains (`local_domains`) are told.',
  },
  availability: {
    kind: 'calendar',
    who: 'both',
    default: '',
    help: 'When the user can be booked at all, as a calendar with VAVAILABILITY components (RFC 7953). Free/busy tells the other time as unavailable, as it does outside `working_hours` and at `blocked_times`; a resource takes no bookings then.',
    check: checkAvailability,
  },
  incoming: {
    kind: 'choice',
    who: 'person',
    default: 'message-only',
    siteSetting: 'incoming_default',
    values: ['message-only', 'message-then-summary', 'summary-then-message', 'summary-only', 'summary-wraps-message'],
    help: 'How calendar mail reaches the mailbox: as it is; with a summary, a mail of its own, behind or before it; as a summary alone, or one with the original inside it. Of a mail whose calendar could not be used, or was not believed, `summary-only` gives the original as it is.',
  },
  add_method_response: {
    kind: 'choice',
    who: 'both',
    default: 'automatic',
    siteSetting: 'add_response_default',
    values: ['automatic', 'refresh', 'add', 'ignore'],
    help: 'What to do with a single added date: ask for the whole event (`refresh`), `add` it, or leave it (`ignore`). `automatic`: people ask, resources add.',
  },
  event_refreshing: {
    kind: 'choice',
    who: 'person',
    default: 'never',
    siteSetting: 'refreshing_default',
    values: ['never', 'always'],
    help: 'Whether an attendee who asks for the newest version of an event gets it at once (`always`), or the user is left to answer.',
  },
  organiser_replacement: {
    kind: 'choice',
    who: 'both',
    default: 'automatic',
    siteSetting: 'organiser_replacement_default',
    values: ['automatic', 'attendee', 'any', 'never'],
    help: 'Who may take an event over from its organizer: an `attendee`, anybody (`any`), nobody (`never`). `automatic`: from people an attendee, from resources nobody. Organizers of one domain may hand over to each other in any case.',
  },
  ...bookingSettings,
} as const satisfies Readonly<Record<string, PreferenceSetting>>

export type PreferenceName = keyof typeof preferenceSettings

export function findPreferenceSetting(name: string): PreferenceSetting | undefined {
  return Object.hasOwn(preferenceSettings, name) ? preferenceSettings[name as PreferenceName] : undefined
}

export interface PreferenceFault {
  readonly kind: 'preference-fault'
  /** Counted from 1. */
  readonly line: number
  /** The end of a sentence. */
  readonly reason: string
}

/** The lines of a preference's text that say something, or what is wrong with the first that cannot be used. */
export function parsePreferenceLines(setting: PreferenceSetting, text: string): readonly string[] | PreferenceFault {
  if (setting.kind === 'calendar') return parseCalendarText(setting, text)
  const lines: string[] = []
  // An editor of another system may have put a byte order mark in front.
  for (const [index, whole] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = whole.trim()
    if (line === '' || (setting.kind === 'lines' && line.startsWith('#'))) continue
    const reason = checkLine(setting, line, lines.length)
    if (reason !== undefined) return makeFault(index + 1, reason)
    lines.push(line)
  }
  if (lines.length === 0 && setting.kind === 'choice') return makeFault(1, nameValues(setting))
  if (lines.length === 0 && setting.filled) return makeFault(1, 'must not be empty')
  return lines
}

/** Its lines as they stand: the blank at the beginning of a folded one counts. */
function parseCalendarText(setting: PreferenceSetting, text: string): readonly string[] | PreferenceFault {
  const whole = text.replace(/^\uFEFF/, '').trimEnd()
  if (whole === '') return []
  const reason = setting.check?.(whole)
  return reason === undefined ? whole.split(/\r?\n/) : makeFault(1, reason)
}

function checkAvailability(text: string): string | undefined {
  const availability = parseAvailability(text)
  return isFault(availability) ? `must be a calendar with VAVAILABILITY: ${availability.text}` : undefined
}

export function isPreferenceFault(value: readonly string[] | PreferenceFault): value is PreferenceFault {
  return 'kind' in value
}

function checkLine(setting: PreferenceSetting, line: string, before: number): string | undefined {
  if (/[\x00-\x1f\x7f-\x9f\uFFFD]/.test(line)) return 'must be UTF-8 text without control characters'
  if (setting.kind !== 'lines' && before > 0) return 'must be a single line'
  if (setting.kind === 'choice' && !setting.values?.includes(line)) return nameValues(setting)
  return setting.check?.(line)
}

function nameValues(setting: PreferenceSetting): string {
  return `must be one of ${setting.values?.join(', ') ?? ''}`
}

function makeFault(line: number, reason: string): PreferenceFault {
  return { kind: 'preference-fault', line, reason }
}
