// The system's settings: one table gives names, kinds, defaults, checks, help, docs/configuration.md and conf/config.toml.
import { isUnfit, type Kind, type KindValues, makeUnfit, type Unfit } from './setting-kinds.ts'

interface Setting<Name extends Kind = Kind> {
  readonly kind: Name
  readonly default: KindValues[Name]
  readonly help: string
  /** As it would stand in the file; without it the default is shown. */
  readonly example?: string
  /** For choices. */
  readonly values?: readonly string[]
  readonly check?: (value: KindValues[Name]) => Unfit | undefined
  /** A setting that has no effect yet says so. */
  readonly effect?: 'later'
}

type AnySetting = { readonly [Name in Kind]: Setting<Name> }[Kind]

export interface Section {
  readonly title: string
  readonly settings: Readonly<Record<string, AnySetting>>
}

const places = {
  store_type: {
    kind: 'choice',
    values: ['file', 'postgresql'],
    default: 'file',
    help: 'Kind of store. Only `file` is there yet; with `postgresql` every mail is kept (exit 75).',
  },
  store_dir: {
    kind: 'text',
    default: '/var/lib/imip-agent/store',
    help: 'Where schedules are kept: a directory, or the address of a database.',
    check: checkFilled,
  },
  journal_dir: {
    kind: 'text',
    default: '/var/lib/imip-agent/journal',
    help: 'Where the journals of quotas are kept.',
    effect: 'later',
    check: checkFilled,
  },
  preferences_dir: {
    kind: 'path',
    default: '/var/lib/imip-agent/preferences',
    help: 'Preference files: `USER/NAME` for one user, `@DOMAIN/NAME` for all users of a domain.',
  },
  publish_dir: {
    kind: 'path',
    default: '/var/www/imip-agent/static',
    help: 'Where free/busy is published for the web server.',
  },
  publish_url: {
    kind: 'text',
    default: '',
    help: 'Address at which the web server shows `publish_dir`; `/USER/freebusy` follows. It stands in what is published. Empty: it does not.',
    example: '"https://calendar.example.com/freebusy"',
    check: (text) =>
      text === '' || /^https?:\/\/[^\s"<>\\?#]+$/.test(text)
        ? undefined
        : makeUnfit('must begin with https:// or http:// and have neither ? nor #'),
  },
  publish_token: {
    kind: 'boolean',
    default: false,
    help: 'Publish at `/USER/TOKEN/freebusy`, with a token that nobody can guess, so that only who was told the address can fetch it.',
  },
  default_permissions: {
    kind: 'mode',
    default: 0o660,
    help: 'Permissions of the files that are made.',
    check: checkClosed,
  },
  default_dir_permissions: {
    kind: 'mode',
    default: 0o2770,
    help: 'Permissions of the directories that are made.',
    check: checkClosed,
  },
} as const satisfies Section['settings']

const mailSystem = {
  lmtp: {
    kind: 'endpoint',
    default: '',
    help: 'Where `imip-person` hands the original mail on by LMTP: the path of a UNIX socket, or `host:port`. Option `-l`.',
    example: '"/run/dovecot/lmtp"',
  },
  local_smtp: {
    kind: 'boolean',
    default: false,
    help: 'Hand the original mail on by SMTP to `local+USER@DOMAIN`, not by LMTP. Option `-L`.',
  },
  local_prefix: {
    kind: 'text',
    default: 'local',
    help: 'What stands before the first `recipient_delimiter` in the addresses of `local_smtp`.',
    check: (text) =>
      /^[A-Za-z0-9._-]+$/.test(text) ? undefined : makeUnfit('must be letters, digits, dots, underscores or hyphens'),
  },
  smtp: {
    kind: 'endpoint',
    default: '127.0.0.1:25',
    help: 'The mail system that takes answers, and originals with `local_smtp`.',
    check: checkFilled,
  },
  connect_timeout: {
    kind: 'duration',
    default: 10,
    help: 'How long a mailbox or the mail system may take to accept a connection, before the mail is tried again later.',
    check: checkPositive,
  },
  reply_timeout: {
    kind: 'duration',
    default: 60,
    help: 'How long each of their replies may take.',
    check: checkPositive,
  },
  data_timeout: {
    kind: 'duration',
    default: 120,
    help: 'How long their replies to a whole mail may take, while they write and filter it.',
    check: checkPositive,
  },
  delivery_timeout: {
    kind: 'duration',
    default: 240,
    help: 'How long one delivery may take in all. Below the time limit of a run (300 seconds), so that the log can name the reason.',
    check: checkPositive,
  },
  message_sender: {
    kind: 'address',
    default: '',
    help: "The address of the calendar system, for summaries and undeliverable answers. Empty: `calendar@` the user's domain.",
    example: '"calendar@example.com"',
  },
  bounce_address: {
    kind: 'address',
    default: '',
    help: 'Envelope sender of answers, so that undeliverable ones come back there. Empty: `message_sender`.',
    example: '"imip-bounces@example.com"',
  },
  digest_to: {
    kind: 'address',
    default: '',
    help: 'Who gets the weekly digest of `imip-admin digest`: what was refused, held, not understood, not delivered. Empty: nobody.',
    example: '"postmaster@example.com"',
  },
  greatest_mail: {
    kind: 'size',
    default: 256 * 1024 ** 2,
    help: 'A greater mail is kept (exit 75) and logged: an endless input must not fill the memory. Set it above the limit of the mail system.',
    check: checkPositive,
  },
} as const satisfies Section['settings']

const addresses = {
  local_domains: {
    kind: 'list',
    default: [],
    help: 'Domains of this site. Empty: the domain of the user at hand.',
    example: '["example.com", "example.org"]',
    check: (domains) =>
      domains.every((domain) => /^[^\s@]+$/.test(domain))
        ? undefined
        : makeUnfit('must be domains, such as example.com'),
  },
  recipient_delimiter: {
    kind: 'text',
    default: '+',
    help: 'What separates an extension from the local part of an address, each character one, as in Postfix. Empty: nothing.',
    check: (text) => (/^[^\sA-Za-z0-9@]*$/.test(text) ? undefined : makeUnfit('must be signs, such as + or +-')),
  },
  local_part_case: {
    kind: 'choice',
    values: ['fold', 'keep'],
    default: 'fold',
    help: '`fold`: capital and small letters before the @ are the same mailbox; `keep`: they differ.',
  },
  groups: {
    kind: 'map',
    default: new Map<string, readonly string[]>(),
    help: 'Group addresses and their members: an invitation to a group is one for each member it is delivered to.',
    example: '{ "team@example.com" = ["a@example.com", "b@example.com"] }',
    check: checkGroups,
  },
} as const satisfies Section['settings']

const safety = {
  mode: {
    kind: 'choice',
    values: ['on', 'observe', 'pass'],
    default: 'on',
    help: '`on`: all work is done. `observe`: decide and record verdicts, change and send nothing else, deliver the mail. `pass`: deliver without opening the store; a file `PASS` beside the configuration file does the same while the configuration cannot be read.',
  },
  fail_open_after: {
    kind: 'duration',
    default: 900,
    help: "A person's mail on which we fail again and again is handed on unprocessed so long after the first attempt.",
  },
  held_age: {
    kind: 'duration',
    default: 1209600,
    help: 'How long a message that came too early waits for the one it needs. Then it is forgotten.',
    check: checkPositive,
  },
  held_limit: {
    kind: 'number',
    default: 200,
    help: 'How many such messages wait for one user at most, a quarter of them from one domain. One more is ignored with a verdict, and its mail delivered: what waits already keeps its place, so that a flood takes it from nobody.',
    check: checkPositive,
  },
  bookings_age: {
    kind: 'duration',
    default: 31_536_000,
    help: 'How long events stay known after their last instance, with all that was answered about them. Series without end stay.',
    example: '"365d"',
    check: checkPositive,
  },
  cancellations_age: {
    kind: 'duration',
    default: 15_552_000,
    help: 'How long an event that was cancelled as a whole stays known, and never less than 30 days after its last instance: a request that comes late must not book it again. So long, too, what was decided about an event of which nothing else is known.',
    example: '"180d"',
    check: checkPositive,
  },
  verdicts_age: {
    kind: 'duration',
    default: 7_776_000,
    help: 'How long it stays written what was done with which mail; forgotten by whole months.',
    example: '"90d"',
    check: checkPositive,
  },
  others_age: {
    kind: 'duration',
    default: 2_592_000,
    help: 'How long what others have told of their free/busy counts, and stays.',
    example: '"30d"',
    check: checkPositive,
  },
  lock_timeout: {
    kind: 'duration',
    default: 30,
    help: 'How long to wait for a schedule that another process is working on, before the mail is tried again later.',
    check: checkPositive,
  },
  outgoing_authority: {
    kind: 'choice',
    values: ['login', 'envelope'],
    default: 'login',
    help: 'Who sent a mail that `imip-person-outgoing` sees: the authenticated login, or the envelope sender. `envelope` only where strangers cannot hand in mail.',
  },
  scheduling_accounts: {
    kind: 'list',
    default: [],
    help: 'Logins or addresses that may act for every user of the site.',
    example: '["groupware@example.com"]',
  },
  authserv_id: {
    kind: 'text',
    default: '',
    help: "The site's own name in `Authentication-Results`; fields with any other are not believed. The mail system must take such fields out of what comes from outside.",
    example: '"mail.example.com"',
  },
  answer_key: {
    kind: 'text',
    default: '',
    help: "File with the key by which the agents of the site know each other's answers, where no other proof comes along; the same file on each host. `imip-admin init` makes it. Empty: `answer.key` beside `preferences_dir`. Without the file nothing is signed, and no signature is believed.",
    check: (text) =>
      text === '' || text.startsWith('/') ? undefined : makeUnfit('must be an absolute path, or empty'),
  },
  trusted_networks: {
    kind: 'list',
    default: [],
    help: 'Client addresses and networks whose mails count as authenticated.',
    example: '["192.0.2.0/24", "2001:db8::/32"]',
    check: (networks) =>
      networks.every((network) => /^[0-9a-fA-F:.]+(\/\d{1,3})?$/.test(network))
        ? undefined
        : makeUnfit('must be addresses or networks, such as 192.0.2.0/24'),
  },
  sender_check: {
    kind: 'choice',
    values: ['auto', 'none', 'aligned', 'strict'],
    default: 'auto',
    help: 'How sure the sender must be before a mail may change a schedule. `none`: the domain of the sender must be that of the organizer or attendee. `aligned`: its From address must be proven by DMARC, by a DKIM signature or SPF of its domain, by a login or a trusted network. `strict`: as `aligned`, but SPF is not enough and the signature must be of the very domain. `auto`: `aligned` where `authserv_id` is set, otherwise `none`.',
  },
  unverified_request: {
    kind: 'choice',
    values: ['refuse', 'tentative', 'book'],
    default: 'refuse',
    help: 'What a resource does with the first request of a sender who is not proven, where `sender_check` wants that: nothing, silently; hold the time tentatively; or book as for anybody.',
  },
  scheduler_services: {
    kind: 'map',
    default: new Map([
      ['google.com', ['*']],
      ['email.apple.com', ['icloud.com', 'me.com', 'mac.com']],
    ]),
    help: 'Signing domains of calendar services and the domains of the organizers and attendees for which their DKIM signature speaks; `*` for all.',
    example: '{ "calendar.example.net" = ["example.com"] }',
  },
  resource_organizers: {
    kind: 'choice',
    values: ['local', 'anyone'],
    default: 'local',
    help: 'Whose invitations resources take: `local` organizers, of `local_domains` or proven to be of this site, or those of `anyone`. Others are declined and told so.',
  },
  organizer_requests_per_hour: {
    kind: 'number',
    default: 10_000,
    help: 'So many messages of one organizer the resources of the site work on within an hour, all of them together. More is a flood, or a program that has gone wrong. 0: as many as come.',
  },
  resource_requests_per_hour: {
    kind: 'number',
    default: 20_000,
    help: 'So many messages one resource works on within an hour, whoever sends them. It bounds what senders who invent organizers can make it answer. 0: as many as come.',
  },
  rate_exceeded: {
    kind: 'choice',
    values: ['defer', 'silence'],
    default: 'defer',
    help: 'What becomes of mail beyond these rates. `defer`: the mail system keeps it (exit 75, 451) and brings it again, so that nothing is lost, and a verdict an hour says so. `silence`: it ends, unanswered, each with a verdict.',
  },
  resource_other_mail: {
    kind: 'choice',
    values: ['drop', 'postmaster', 'refuse'],
    default: 'postmaster',
    help: 'What becomes of mail without a calendar to a resource that has no `owner`.',
  },
  spam_headers: {
    kind: 'list',
    default: ['X-Spam-Flag: YES', 'X-Spam: Yes', 'X-Spam-Status: Yes'],
    help: 'Header fields, each with the beginning of its value, that mark spam: handed on without effect and without answer.',
    check: (fields) =>
      fields.every((field) => /^[\x21-\x39\x3b-\x7e]+:/.test(field))
        ? undefined
        : makeUnfit('must be fields such as "X-Spam-Flag: YES"'),
  },
} as const satisfies Section['settings']

const freeBusy = {
  freebusy_horizon: {
    kind: 'duration',
    default: 31_622_400,
    help: 'So far ahead of today free/busy is told. Nobody plans meetings behind it, and each answer would cost the work of a life.',
    example: '"366d"',
    check: checkPositive,
  },
  freebusy_outside_horizon: {
    kind: 'duration',
    default: 5_184_000,
    help: 'The same for askers outside the site (`local_domains`), and for what is published.',
    example: '"60d"',
    check: checkPositive,
  },
  freebusy_requests: {
    kind: 'number',
    default: 10,
    help: 'So many questions of one asker outside the site are answered within 24 hours by each user.',
  },
} as const satisfies Section['settings']

const records = {
  log: {
    kind: 'text',
    default: '/var/log/imip-agent/agent.log',
    help: 'Where the log goes when no terminal is there: a file, `journal`, or `syslog`.',
    check: (text) =>
      text === 'journal' || text === 'syslog' || text.startsWith('/')
        ? undefined
        : makeUnfit('must be an absolute path, journal or syslog'),
  },
  verdict_header: {
    kind: 'boolean',
    default: false,
    help: 'Put a field `X-Imip-Agent` above each calendar mail that `imip-person` hands on: the verdict, the code of its reason, method and UID. Only what stands above all other fields of the mail is ours.',
  },
} as const satisfies Section['settings']

const daemon = {
  mailbox_connections: {
    kind: 'number',
    default: 20,
    help: 'How many connections to the mailbox `imip-lmtpd` has at most for mail without a calendar, and as many again for mail that may have one: the mailbox has a process for each. Who needs one more waits.',
    check: checkPositive,
  },
  answer_connections: {
    kind: 'number',
    default: 10,
    help: 'How many connections it has at most to the mail system that takes answers.',
    check: checkPositive,
  },
  connection_idle: {
    kind: 'duration',
    default: 30,
    help: 'How long it keeps a connection that nobody uses.',
    check: checkPositive,
  },
  daemon_clients: {
    kind: 'number',
    default: 200,
    help: 'How many clients of one listener are served at the same time; the next is told 421. Each costs a file, and memory.',
    check: checkPositive,
  },
  daemon_mails: {
    kind: 'number',
    default: 100,
    help: 'How many mails are under way at the same time. Further ones wait before their DATA is answered, a minute at most (then 451).',
    check: checkPositive,
  },
  daemon_memory: {
    kind: 'size',
    default: 256 * 1024 ** 2,
    help: 'Memory for the mails under way together. Further ones wait likewise. A mail greater than this, or than `greatest_mail`, is refused (552).',
    check: checkPositive,
  },
  daemon_recipients: {
    kind: 'number',
    default: 1000,
    help: 'Recipients of one mail; those above are told 452, and the mail system sends them the mail by itself.',
    check: checkPositive,
  },
  daemon_threads: {
    kind: 'number',
    default: 2,
    help: 'Threads for mail that may carry a calendar. More where many wait for a slow disk; each takes some 30 MB. Read at the start only.',
    check: checkPositive,
  },
  daemon_mail_limit: {
    kind: 'duration',
    default: 300,
    help: 'How long one mail may take. Above it the thread that has it is ended, and the mail comes again (451): one mail must not hold up all others. Above `delivery_timeout`.',
    check: checkPositive,
  },
  daemon_client_timeout: {
    kind: 'duration',
    default: 300,
    help: 'How long a client may be silent (RFC 5321, 4.5.3.2.7). For all of one mail it has twice the time.',
    check: checkPositive,
  },
  daemon_stop_limit: {
    kind: 'duration',
    default: 60,
    help: 'How long mails that are under way have when the daemon is told to stop. Below the patience of systemd (`TimeoutStopSec`).',
  },
  daemon_outbox_interval: {
    kind: 'duration',
    default: 300,
    help: 'How often answers that are left over are sent again.',
    check: checkPositive,
  },
  daemon_socket_permissions: {
    kind: 'mode',
    default: 0o660,
    help: 'Permissions of its UNIX sockets; their group is that of the directory where it has the setgid bit (conf/systemd).',
  },
} as const satisfies Section['settings']

const preferenceDefaults = {
  lang: {
    kind: 'text',
    default: 'en',
    help: 'Default of the preference `LANG`.',
  },
  tzid: {
    kind: 'text',
    default: '',
    help: 'Default of the preference `TZID`. Empty: the zone of the system.',
    example: '"Europe/Oslo"',
  },
  participating_default: {
    kind: 'choice',
    values: ['participate', 'no'],
    default: 'participate',
    help: 'Default of the preference `participating`.',
  },
  incoming_default: {
    kind: 'choice',
    values: ['message-only', 'message-then-summary', 'summary-then-message', 'summary-only', 'summary-wraps-message'],
    default: 'message-only',
    help: 'Default of the preference `incoming`.',
  },
  sharing_default: {
    kind: 'choice',
    values: ['no', 'share'],
    default: 'no',
    help: 'Default of the preference `freebusy_sharing`.',
  },
  freebusy_inside_default: {
    kind: 'choice',
    values: ['full', 'merged', 'rounded', 'none'],
    default: 'full',
    help: 'Default of the preference `freebusy_inside`.',
  },
  freebusy_outside_default: {
    kind: 'choice',
    values: ['full', 'merged', 'rounded', 'none'],
    default: 'rounded',
    help: 'Default of the preference `freebusy_outside`.',
  },
  freebusy_asked_default: {
    kind: 'choice',
    values: ['none', 'notify'],
    default: 'none',
    help: 'Default of the preference `freebusy_asked`.',
  },
  publishing_default: {
    kind: 'choice',
    values: ['no', 'publish'],
    default: 'no',
    help: 'Default of the preference `freebusy_publishing`; needs sharing too.',
  },
  bundling_default: {
    kind: 'choice',
    values: ['never', 'always'],
    default: 'never',
    help: 'Default of the preference `freebusy_bundling`.',
  },
  notifying_default: {
    kind: 'choice',
    values: ['none', 'notify'],
    default: 'none',
    help: 'Default of the preference `freebusy_messages`.',
  },
  booking_window: {
    kind: 'text',
    default: 'P365D',
    help: 'Default of the preference `booking_window`: how far ahead resources may be booked. Empty: as far as anybody likes.',
  },
  freebusy_offer_default: {
    kind: 'text',
    default: '',
    help: 'Default of the preference `freebusy_offers`: a duration. Empty: no offers are held.',
    example: '"P1D"',
  },
  add_response_default: {
    kind: 'choice',
    values: ['automatic', 'refresh', 'add', 'ignore'],
    default: 'automatic',
    help: 'Default of the preference `add_method_response`.',
  },
  refreshing_default: {
    kind: 'choice',
    values: ['never', 'always'],
    default: 'never',
    help: 'Default of the preference `event_refreshing`.',
  },
  organiser_replacement_default: {
    kind: 'choice',
    values: ['automatic', 'attendee', 'any', 'never'],
    default: 'automatic',
    help: 'Default of the preference `organiser_replacement`.',
  },
} as const satisfies Section['settings']

const web = {
  manager_interface: {
    kind: 'boolean',
    default: false,
    help: 'Whether the web interface is offered.',
    effect: 'later',
  },
  manager_path: {
    kind: 'text',
    default: '/imip-manager',
    help: 'Path of the web interface.',
    effect: 'later',
  },
  manager_url: {
    kind: 'text',
    default: '',
    help: 'Whole address of the web interface. Where it is set, summaries have a link to it: this address, a slash and the UID.',
    example: '"https://calendar.example.com/imip-manager"',
    check: (text) =>
      text === '' || /^https?:\/\/[^\s"<>\\?#]+$/.test(text)
        ? undefined
        : makeUnfit('must begin with https:// or http:// and have neither ? nor #'),
  },
  manager_url_scheme: {
    kind: 'text',
    default: 'https://',
    help: 'How the address of the web interface begins where `manager_url` is empty.',
    effect: 'later',
  },
  imip_counter_as_request: {
    kind: 'boolean',
    default: false,
    help: 'Take a REQUEST that an attendee sends to the organizer for a counter-proposal, if it has another time.',
  },
} as const satisfies Section['settings']

export const sections: readonly Section[] = [
  { title: 'Places', settings: places },
  { title: 'Mail system', settings: mailSystem },
  { title: 'Addresses', settings: addresses },
  { title: 'Safety', settings: safety },
  { title: 'Free/busy', settings: freeBusy },
  { title: 'Log', settings: records },
  { title: 'Daemon', settings: daemon },
  { title: 'Defaults of preferences', settings: preferenceDefaults },
  { title: 'Web interface and odd clients', settings: web },
]

type Options = typeof places &
  typeof mailSystem &
  typeof addresses &
  typeof safety &
  typeof freeBusy &
  typeof records &
  typeof daemon &
  typeof preferenceDefaults &
  typeof web

export type SettingName = keyof Options

export const options: ReadonlyMap<string, AnySetting> = new Map(
  sections.flatMap((section) => Object.entries(section.settings)),
)

type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text

type ValueOf<Entry> = Entry extends { readonly kind: 'choice'; readonly values: readonly (infer Word)[] }
  ? Word
  : Entry extends { readonly kind: infer Name extends Kind }
    ? KindValues[Name]
    : never

/** All settings with their values: `store_dir` is `storeDir`. Durations are seconds, sizes bytes. */
export type Configuration = { readonly [Name in SettingName as CamelCase<Name>]: ValueOf<Options[Name]> }

export function makeCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** A value of the right kind, looked at once more as the setting wants it. */
export function checkSetting(setting: AnySetting, value: KindValues[Kind]): Unfit | undefined {
  if (setting.values !== undefined && !setting.values.includes(String(value)))
    return makeUnfit(`must be one of ${setting.values.join(', ')}`)
  const check = setting.check as ((value: KindValues[Kind]) => Unfit | undefined) | undefined
  const fault = check?.(value)
  return isUnfit(fault) ? fault : undefined
}

function checkFilled(text: string): Unfit | undefined {
  return text === '' ? makeUnfit('must not be empty') : undefined
}

/** Whoever may write there decides about everybody's time. */
function checkClosed(mode: number): Unfit | undefined {
  return (mode & 0o002) === 0 ? undefined : makeUnfit('must not let everybody write')
}

function checkPositive(value: number): Unfit | undefined {
  return value > 0 ? undefined : makeUnfit('must be more than 0')
}

function checkGroups(groups: ReadonlyMap<string, readonly string[]>): Unfit | undefined {
  for (const [group, members] of groups)
    for (const address of [group, ...members])
      if (!/^[^\s@]+@[^\s@]+$/.test(address))
        return makeUnfit(`names ${address.slice(0, 80)}, which is no mail address`)
  return undefined
}
