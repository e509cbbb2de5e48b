// The texts of a user's preference files, made into Preferences.
import { type AddressRules, parseCalendarAddress, readMailbox } from '../calendar/calendar-address.ts'
import { parseDuration } from '../calendar/duration.ts'
import { isFault } from '../calendar/fault.ts'
import { secondsOfDay } from '../calendar/time.ts'
import { type Availability, parseAvailability } from './availability.ts'
import { bookingPreferences, makeBookingRules } from './booking-rules.ts'
import type { ConflictTolerance, Preferences } from './preferences.ts'
import { parseSchedulingLine } from './scheduling-line.ts'
import type { PreferenceName } from './settings.ts'

/** The preferences that decisions look at; the others are not read. */
export const usedPreferences = [
  'participating',
  'CN',
  'LANG',
  'TZID',
  'addresses',
  'delegates',
  'owner',
  'scheduling_function',
  'incoming',
  'freebusy_sharing',
  'freebusy_publishing',
  'freebusy_offers',
  'counter_style',
  'occurrence_answers',
  'conflict_tolerance',
  'clash_details',
  'pool_answer',
  'availability',
  'freebusy_bundling',
  'freebusy_inside',
  'freebusy_outside',
  'freebusy_asked',
  'freebusy_messages',
  'add_method_response',
  'event_refreshing',
  'organiser_replacement',
  ...bookingPreferences,
  'sender_check',
] as const satisfies readonly PreferenceName[]

export type UsedPreference = (typeof usedPreferences)[number]

/** From checked lines, defaults filled in. */
export function makePreferences(read: (name: UsedPreference) => readonly string[], rules: AddressRules): Preferences {
  const readOne = (name: UsedPreference): string => read(name)[0] ?? ''
  return {
    participating: readOne('participating') !== 'no',
    commonName: readOne('CN'),
    language: readOne('LANG'),
    zone: readOne('TZID'),
    addresses: read('addresses').flatMap((line) =>
      line.startsWith('*@') ? line.toLowerCase() : (parseCalendarAddress(line, rules) ?? []),
    ),
    delegates: read('delegates'),
    owner: readMailbox(readOne('owner')) ?? '',
    schedulingFunctions: read('scheduling_function').map(parseSchedulingLine),
    bookingRules: makeBookingRules(read),
    incoming: readOne('incoming') as Preferences['incoming'],
    freeBusySharing: readOne('freebusy_sharing') === 'share',
    freeBusyInside: readOne('freebusy_inside') as Preferences['freeBusyInside'],
    freeBusyOutside: readOne('freebusy_outside') as Preferences['freeBusyOutside'],
    freeBusyAsked: readOne('freebusy_asked') === 'notify',
    freeBusyMessages: readOne('freebusy_messages') === 'notify',
    freeBusyPublishing: readOne('freebusy_publishing') === 'publish',
    availability: readAvailability(read('availability')),
    freeBusyBundling: readOne('freebusy_bundling') === 'always',
    offerDuration: readSeconds(readOne('freebusy_offers')),
    counterStyle: readOne('counter_style') as Preferences['counterStyle'],
    occurrenceAnswers: readOne('occurrence_answers') as Preferences['occurrenceAnswers'],
    conflictTolerance: readTolerance(readOne('conflict_tolerance')),
    poolAnswer: readOne('pool_answer') as Preferences['poolAnswer'],
    clashDetails: readOne('clash_details') as Preferences['clashDetails'],
    addMethodResponse: readOne('add_method_response') as Preferences['addMethodResponse'],
    eventRefreshing: readOne('event_refreshing') === 'always',
    organizerReplacement: readOne('organiser_replacement') as Preferences['organizerReplacement'],
    senderCheck: readOne('sender_check') as Preferences['senderCheck'],
  }
}

function readAvailability(lines: readonly string[]): Availability | undefined {
  if (lines.length === 0) return undefined
  const availability = parseAvailability(lines.join('\n'))
  return isFault(availability) ? undefined : availability
}

/** A day of a duration has 24 hours here: how long a time is held need not follow the clock. */
function readSeconds(text: string): number {
  const duration = parseDuration(text)
  return isFault(duration) ? 0 : duration.days * secondsOfDay + duration.seconds
}

function readTolerance(text: string): ConflictTolerance | undefined {
  if (text === '') return undefined
  return { kind: text.endsWith('%') ? 'percentage' : 'number', most: Number(text.replace('%', '')) }
}
