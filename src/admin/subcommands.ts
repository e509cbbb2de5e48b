// The subcommands of imip-admin: one table gives the parser, the help and the documents.

import { pickOptions } from './shared-options.ts'
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
    name: 'occurrences',
    summary: 'the instances of each event in a mail or calendar file',
    help: 'Rules, dates left out and changed instances are worked out as for a booking. With --json one array an event, each on a line of its own, in UTC, or as floating or date where the event is.',
    arguments: [mailOrCalendar],
    options: [
      ...windowOptions,
      { long: 'limit', value: 'N', help: 'at most so many of each event (1000)' },
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
]
