// The subcommands of imip-admin: one table gives the parser, the help and the documents.

import { pickOptions, sendingOptions } from './shared-options.ts'
import type { Subcommand, SubcommandArgument, SubcommandOption } from './subcommand.ts'
import { windowOptions } from './window-options.ts'

const user: SubcommandArgument = { name: 'USER', help: 'name@example.com or mailto:name@example.com' }
const mailOrCalendar: SubcommandArgument = {
  name: 'FILE',
  help: 'a mail or a calendar file; without it, or with -, standard input',
  isOptional: true,
}
const json: SubcommandOption = { long: 'json', help: 'as JSON' }

export const subcommands: readonly Subcommand[] = [
  {
    name: 'init',
    summary: 'the directories, the store, and the programs compiled beforehand',
    help: 'What is there already stays as it is. Compiled code makes the agents start faster; it is made anew after each update, by whoever may write beside the programs.',
    arguments: [],
    options: [],
    examples: ['init', 'init -S /srv/imip/store -p /srv/imip/preferences'],
    makesStore: true,
    load: async () => (await import('./init.ts')).runInit,
  },
  {
    name: 'init-user',
    summary: "users' stores and preferences, made before the first mail comes",
    help: 'Not needed: the first message makes them as well.',
    arguments: [{ ...user, isVariadic: true }],
    options: [],
    examples: ['init-user room@example.com car@example.com'],
    makesStore: true,
    load: async () => (await import('./init-user.ts')).runInitUser,
  },
  {
    name: 'preferences',
    summary: 'show, read and set what a user or all users of a domain want',
    help: 'Values are checked against the table of preferences (docs/preferences.md). A value of several lines is given as such, or with - on standard input.',
    arguments: [
      { name: 'USER', help: 'name@example.com, mailto:name@example.com, or @example.com for all of the domain' },
      { name: 'NAME', help: 'one preference', isOptional: true },
      { name: 'VALUE', help: 'its new value', isOptional: true },
    ],
    options: [{ long: 'unset', value: 'NAME', help: 'take it away, so that the default holds again' }, json],
    examples: [
      'preferences room@example.com',
      'preferences room@example.com scheduling_function "schedule_in_freebusy 2"',
      'preferences @example.com TZID Europe/Oslo',
      'preferences room@example.com --unset TZID',
    ],
    load: async () => (await import('./preferences.ts')).runPreferences,
  },
  {
    name: 'show-store',
    summary: "a user's whole state as sorted text",
    help: 'One line an entry, in the order objects, cancellations, counters, held, freebusy, offers, others, requests. A recurring booking is one entry with its rule; with --expand its occurrences in a window stand instead. A user without a room has nothing.',
    arguments: [user],
    options: [
      { long: 'json', help: 'as one JSON object, calendar texts included' },
      { long: 'expand', help: 'occurrences in place of recurring bookings; needs --from and --to' },
      ...windowOptions,
    ],
    examples: ['show-store room@example.com', 'show-store room@example.com --json | jq .freebusy'],
    load: async () => (await import('./show-store.ts')).runShowStore,
  },
  {
    name: 'bookings',
    summary: 'a schedule as a table, recurring bookings date by date',
    help: "Today and the four weeks after it, or what --from and --to say; times on the user's own clock.",
    arguments: [user],
    options: [...windowOptions, json],
    examples: [
      'bookings room@example.com',
      'bookings room@example.com --from 2026-03-01T00:00:00Z --to 2026-04-01T00:00:00Z',
    ],
    load: async () => (await import('./bookings.ts')).runBookings,
  },
  {
    name: 'import',
    summary: 'existing bookings out of calendar files into a schedule, without answers',
    help: 'Events become bookings that the user has accepted, unless the ATTENDEE of the user says otherwise. What is known already in the same or a newer revision stays as it is, so that importing again changes nothing. Events that cannot be used are named and left out (exit 1). Bookings that overlap in the next two years are listed; they are imported all the same.',
    arguments: [user, { name: 'FILE.ics', help: 'calendar files; - is standard input', isVariadic: true }],
    options: [{ long: 'dry-run', help: 'say what would be done, change nothing' }],
    examples: ['import room@example.com room.ics', 'import pat@example.com --dry-run work.ics home.ics'],
    makesStore: true,
    load: async () => (await import('./import.ts')).runImport,
  },
  {
    name: 'export',
    summary: 'everything of a user as iCalendar',
    help: 'What is cancelled says so. The output can be imported again.',
    arguments: [user],
    options: [],
    examples: ['export room@example.com > room.ics'],
    load: async () => (await import('./export.ts')).runExport,
  },
  {
    name: 'book',
    summary: 'time taken in a schedule by hand',
    help: 'A time that is taken already is not booked (exit 1) unless --force says so. The UID printed is what `cancel` wants.',
    arguments: [user],
    options: [
      { long: 'start', value: 'INSTANT', help: 'from when, such as 2026-03-02T09:00:00Z' },
      { long: 'end', value: 'INSTANT', help: 'until when' },
      { long: 'for', value: 'ADDRESS', help: 'who it is for; told if it is cancelled' },
      { long: 'reason', value: 'TEXT', help: 'what it is for; the summary of the booking' },
      { long: 'force', help: 'book it even if the time is taken' },
    ],
    examples: [
      'book room@example.com --start 2026-03-10T10:00:00Z --end 2026-03-10T12:00:00Z --for pat@example.com --reason "Floor is waxed"',
    ],
    makesStore: true,
    load: async () => (await import('./book.ts')).runBook,
  },
  {
    name: 'cancel',
    summary: 'a booking taken out by hand; its organizer gets a DECLINED',
    help: 'The time is free at once. An answer that cannot be sent now waits in the outbox (exit 75).',
    arguments: [
      user,
      { name: 'UID', help: 'as `bookings` shows it' },
      { name: 'RECURRENCE-ID', help: 'one instance of a series, as `bookings` shows it', isOptional: true },
    ],
    options: sendingOptions,
    examples: [
      'cancel room@example.com planning@example.com',
      'cancel room@example.com weekly@example.com 20260310T100000Z -d',
    ],
    load: async () => (await import('./cancel.ts')).runCancel,
  },
  {
    name: 'show-mail',
    summary: 'the calendar parts of a mail, decoded and unfolded',
    arguments: [mailOrCalendar],
    options: [],
    examples: ['show-mail invitation.eml', 'show-mail < invitation.eml'],
    load: async () => (await import('./show-mail.ts')).runShowMail,
  },
  {
    name: 'occurrences',
    summary: 'the instances of each event in a mail or calendar file',
    help: 'Rules, dates left out and changed instances are worked out as for a booking. With --json one array an event, each on a line of its own, in UTC, or as floating or date where the event is.',
    arguments: [mailOrCalendar],
    options: [
      ...windowOptions,
      { long: 'limit', value: 'N', help: 'at most so many of each event (all; of a series without end 1000)' },
      { long: 'zone', value: 'TZID', help: 'zone of floating times and whole days, and of the times shown' },
      json,
    ],
    examples: ['occurrences invitation.eml', 'occurrences --from 2026-03-01T00:00:00Z --limit 5 --json calendar.ics'],
    load: async () => (await import('./occurrences.ts')).runOccurrences,
  },
  {
    name: 'explain',
    summary: 'what the agents would do with a mail and why; changes nothing',
    help: 'For each recipient the mail is taken once for the mail of a person and once for that of a resource, and for its sender as a copy of sent mail; which of them it really meets is for the mail system to say. Recipients are those of Delivered-To, else of To and Cc; the sender is taken for logged in.',
    arguments: [{ name: 'FILE', help: 'a mail; without it, or with -, standard input', isOptional: true }],
    options: [
      ...pickOptions('recipient', 'original-recipient', 'sender', 'login'),
      { long: 'agent', value: 'WORD', help: 'only person, resource or person-outgoing', repeatable: true },
      json,
    ],
    examples: ['explain invitation.eml', 'explain -o room@example.com --agent resource < invitation.eml'],
    load: async () => (await import('./explain.ts')).runExplain,
  },
  {
    name: 'verdicts',
    summary: 'what was done with which mail, and why',
    help: 'Those of the last seven days, oldest first.',
    arguments: [],
    options: [
      { long: 'user', value: 'USER', help: 'of one user' },
      { long: 'since', value: 'INSTANT', help: 'from this time on, or so long ago: 12h, 30d' },
      { long: 'summary', help: 'only how many of each kind' },
      json,
    ],
    examples: ['verdicts --user room@example.com --since 2d', 'verdicts --since 30d --summary'],
    load: async () => (await import('./verdicts.ts')).runVerdicts,
  },
  {
    name: 'outbox',
    summary: 'answers that are committed but not yet sent: list them, or send them now',
    help: 'flush says nothing where nobody watches, unless an answer was refused for good (exit 1) or waits for more than a day. Exit 75: some wait still.',
    arguments: [{ name: 'ACTION', help: 'list (default) or flush', isOptional: true }],
    options: [...sendingOptions, json],
    examples: ['outbox', 'outbox flush'],
    load: async () => (await import('./outbox.ts')).runOutbox,
  },
  {
    name: 'make-freebusy',
    summary: 'published free/busy made anew; what cron calls',
    help: 'For users whose preferences share and publish: yesterday, today and the next 100 days. What is no longer shared is taken away. Without USER, all users.',
    arguments: [{ ...user, isOptional: true, isVariadic: true }],
    options: [],
    examples: ['make-freebusy', 'make-freebusy room@example.com'],
    load: async () => (await import('./make-freebusy.ts')).runMakeFreeBusy,
  },
]
