// docs/resources.md: every scheduling function and booking rule in words, each with a conversation taken out of a golden case, so that none can rot.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export function makeResourcesPage(root, generated) {
  const lines = [
    '# Resources',
    '',
    `<!-- ${generated} The words stand in tools/dev/resources.mjs, the conversations in test/cases. -->`,
    '',
    ...intro,
  ]
  for (const { title, words, entries } of chapters) {
    lines.push(`## ${title}`, '', ...words, '')
    for (const entry of entries) {
      lines.push(`### ${entry.name}`, '', ...entry.words, '')
      for (const name of entry.cases ?? []) lines.push(...showCase(root, name), '')
    }
  }
  lines.push(...exchange)
  return `${lines.join('\n').trimEnd()}\n`
}

const intro = [
  'A resource (a room, a car, a projector) has no person who answers: `imip-resource` reads what is sent to it, decides, answers and keeps its',
  'schedule. What it says yes to stands in small files, its [preferences](preferences.md). Without any, a resource takes what is free, from',
  'organizers of its own domain, a year ahead, and declines the rest with the reason and the next three free times.',
  '',
  'A request is decided in this order:',
  '',
  '1. **The site**: `resource_organizers`, a [setting](configuration.md).',
  '2. **The booking rules** of the resource: how far ahead, how long, in which hours. What needs no look at the schedule costs nothing.',
  '3. **The scheduling functions**, the lines of `scheduling_function`, one after another.',
  '',
  '`imip-admin explain FILE` shows for a mail what each rule and function says to it, in order, and changes nothing; the same stands in',
  'the notes of the verdict (`imip-admin verdicts`). A line that cannot be used keeps the mail with the mail system (exit 75); file, line and reason',
  'stand in the log.',
  '',
  '## How functions are combined',
  '',
  'Each function may accept, refuse dates, propose other times, refuse for good, or have no opinion.',
  '',
  '| so far | accepts | refuses dates | proposes | refuses for good |',
  '| --- | --- | --- | --- | --- |',
  '| nothing | accepted | refused dates | proposed | refused |',
  '| accepted | accepted | refused dates | proposed | refused |',
  '| refused dates | refused dates | all of these dates | proposed | refused |',
  '| proposed | proposed | refused | the newer proposal | refused |',
  '| refused | – | – | – | – |',
  '',
  'An acceptance and a refusal of dates are provisional: who comes behind may still refuse, or know a better time. A refusal for good ends it. Once',
  'other times are proposed, the functions behind are asked about those; what one of them refuses is not proposed. If no function has an opinion,',
  'nothing is booked and the mail goes to the `owner`.',
  '',
  'What becomes of refused dates: a single event is declined; a series is accepted without them, as far as `conflict_tolerance` allows.',
  '',
]

const chapters = [
  {
    title: 'Scheduling functions',
    words: ['One a line in the preference `scheduling_function`, with its arguments.'],
    entries: [
      {
        name: 'schedule_in_freebusy [N]',
        words: [
          'The default. Accepts what is free. With N, up to N events may overlap: counted at each instant, not over the whole of an event, so',
          'three events one after another take one place. What ends at ten and what begins at ten do not overlap.',
        ],
        cases: ['resource/five-at-a-time'],
      },
      {
        name: 'schedule_corrected_in_freebusy [N]',
        words: [
          'Events may begin and end at `permitted_times` only, by the clock of the resource. Others are put onto the nearest permitted time (of two',
          'as near the earlier one), and that is proposed if it is free.',
          '',
          'A line of `permitted_times` is `MINUTES`, `HOURS:MINUTES` or `HOURS:MINUTES:SECONDS`, each a list with commas; an empty list is any. `0,30` is',
          "each half hour, `8,13:0` eight and one o'clock. Several lines are alternatives.",
        ],
        cases: ['resource/corrects-times-to-the-quarter-hour'],
      },
      {
        name: 'schedule_next_available_in_freebusy [N]',
        words: [
          'Accepts what is free; otherwise proposes up to three free times behind the one that was asked for, inside working hours, on `permitted_times`, with',
          'the buffers, no farther than `search_horizon`. Of a series of which some dates can be had these are taken; where nothing of it can be had, other times',
          'of the same days are tried for all of it.',
        ],
        cases: ['resource/proposes-the-next-free-time'],
      },
      {
        name: 'schedule_across_network',
        words: [
          'As `schedule_in_freebusy`, and the attendees must be free, too, as far as they have sent their free/busy to the resource (by mail, as a',
          'VFREEBUSY PUBLISH or REPLY; it counts for thirty days). The organizer is not asked: who invites has chosen the time. Nor is anybody with `ROLE=NON-PARTICIPANT`,',
          'who only gets a copy.',
        ],
        cases: ['resource/asks-the-attendees-free-busy'],
      },
      {
        name: 'same_domain_only',
        words: ["Only organizers of the resource's own mail domain may book; others are refused for good."],
        cases: ['resource/same-domain-only'],
      },
      {
        name: 'access_control_list',
        words: [
          'Who may book stands in the preference `acl`. A line is `accept`, `decline` or `reject`, alone or with a role (`organiser` or `attendee`) and an',
          'identity (an address, or `*@` and a domain). All lines are gone through; the last one that fits counts. `reject` is final: no later line',
          'takes it back. Without a line for everybody, a list in which somebody is accepted keeps the others out, and one without lets them in.',
        ],
        cases: ['resource/access-list'],
      },
      {
        name: 'check_quota [QUOTA]',
        words: [
          'Accepts while the organizer, or the group the organizer is in, has enough of a quota left. Without a name the quota is that of the resource',
          'itself; until that is made there is no limit, while another quota that does not exist keeps the mail (exit 75). Limits, groups and delegates',
          'are set by `imip-admin quota` and `imip-admin delegates`.',
        ],
        cases: ['quota/exhausted', 'quota/shared-by-a-group'],
      },
      {
        name: 'schedule_across_quota [QUOTA]',
        words: ['Accepts if no resource of the quota is taken at that time: they are scheduled as one.'],
        cases: ['quota/scheduled-across-a-quota'],
      },
      {
        name: 'schedule_for_delegate [QUOTA]',
        words: [
          "A free one of the delegates of a quota takes the booking: of a pool's address the one that was used least, of a resource's own address that one",
          'first. `pool_answer` says whether the pool answers itself or delegates.',
        ],
        cases: ['quota/pool-accepts-and-names-the-room', 'quota/delegates-of-a-quota'],
      },
      {
        name: 'Several of them',
        words: ['Who may book is asked first, then for a time on the half hour, then for the next one that is free.'],
        cases: ['resource/two-functions-combined'],
      },
    ],
  },
  {
    title: 'Booking rules',
    words: [
      'Each is a preference of the resource; durations are written as in iCalendar, `PT30M`, `P14D`. Refusals of hours and days are provisional: a function may know',
      'a better time. The others are for good.',
    ],
    entries: [
      {
        name: 'resource_organizers (setting)',
        words: [
          "`local`, the default: the organizer must be of one of `local_domains` (or, if that is empty, of the resource's own domain), or the mail was submitted",
          'by somebody of the site, with a login or from a trusted network. `anyone` takes all.',
        ],
        cases: ['resource/organizers-of-the-house-only'],
      },
      {
        name: 'booking_window, series_beyond_window',
        words: [
          'How far ahead may be booked, a year if not said otherwise. A series that runs past it is taken up to there, and the answer says so with',
          'REQUEST-STATUS 2.11; or it is declined. Instances that come into the window later must be asked for again.',
        ],
        cases: ['resource/booking-window', 'resource/series-beyond-the-window-is-declined'],
      },
      {
        name: 'shortest_booking, longest_booking',
        words: ['Of a series each date is looked at.'],
        cases: ['resource/lengths-of-bookings'],
      },
      {
        name: 'working_hours',
        words: [
          'Weekdays and hours by the clock of the resource; several lines add up. An event must lie inside one stretch of them.',
        ],
        cases: ['resource/working-hours'],
      },
      {
        name: 'minimum_notice',
        words: ['How long before it begins an event must be asked for.'],
        cases: ['resource/minimum-notice'],
      },
      {
        name: 'buffer_before, buffer_after',
        words: ['Time between two events: after one `buffer_after` passes, and then `buffer_before` of the next.'],
        cases: ['resource/buffers-between-bookings'],
      },
      { name: 'recurring_bookings', words: ['Whether events that repeat are taken.'], cases: ['resource/no-series'] },
      {
        name: 'blocked_times',
        words: [
          'Days or times at which nothing can be booked, and perhaps why. The owner can block times by mail, too (below).',
        ],
        cases: ['resource/blocked-times'],
      },
      {
        name: 'tentative_bookings',
        words: [
          '`ignore`: what is booked tentatively may be booked over. Times that are held for a proposal never are.',
        ],
        cases: ['resource/tentative-bookings'],
      },
      {
        name: 'open_bookings',
        words: [
          'How many bookings that are not over one organizer may have in this resource; a series counts as one. It looks at the whole booking window, so it',
          'costs more than the other rules in a resource with many bookings.',
        ],
        cases: ['resource/open-bookings'],
      },
      {
        name: 'requests_per_day',
        words: [
          'How many requests of one organizer are decided within 24 hours, changes included. The next one is declined, whatever it asks for; a change of a',
          'booking that is declined gives the old time back, as every declined change does. The same mail again is answered as before and does not count.',
        ],
        cases: ['resource/requests-per-day'],
      },
      {
        name: 'What is over, and what has no measure',
        words: [
          'Without a preference: a request for the past is declined, and so is a rule that goes on more than once an hour.',
        ],
        cases: ['resource/request-for-the-past', 'resource/series-without-measure'],
      },
    ],
  },
  {
    title: 'Answers',
    words: [
      'What is said to an organizer stands in the text of the answer and in its COMMENT; clients do not show REQUEST-STATUS.',
    ],
    entries: [
      {
        name: 'Refused dates of a series',
        words: [
          '`conflict_tolerance` says how many dates of a series, or which part of it, may be refused before it is declined as a whole; `occurrence_answers`, whether each',
          'refused date is answered by a mail of its own (`separate`: clients may read only the first event of a mail) or all in one.',
        ],
        cases: ['resource/refused-dates-and-tolerance'],
      },
      {
        name: 'Free times in a refusal',
        words: [
          'A refusal of a time names the next free ones; of a series, other times of the day at which all of it could be had, or else when its first refused date',
          'could be. A pool names those of its rooms. Times that were corrected or proposed, and that another function refused, are named with what is against them.',
        ],
        cases: [
          'resource/refused-series-names-free-times',
          'resource/corrected-and-refused',
          'quota/full-pool-names-the-next-times',
        ],
      },
      {
        name: 'Other times',
        words: ['`freebusy_offers` says how long a proposed time is held, `counter_style` how it is told.'],
        cases: ['resource/counter-proposal-is-accepted'],
      },
      {
        name: 'Who is in the way',
        words: ['Whether an organizer is told whose event is in the way, and its subject: `clash_details`.'],
        cases: ['resource/whose-booking-is-in-the-way'],
      },
    ],
  },
  {
    title: 'Not invited any more',
    words: [
      'A CANCEL frees the time, of the whole event or of the dates it names. So does a newer request of the organizer that does not name the resource any more:',
      'many programs send nothing else to who is taken off the list. It must come from the organizer (or SENT-BY); what somebody passes on frees nothing.',
    ],
    entries: [{ name: 'Left out of a newer request', words: [], cases: ['resource/left-out-of-a-newer-request'] }],
  },
  {
    title: 'The owner',
    words: [
      'The `owner` gets the other mail of a resource and is who people reply to. What the owner publishes (an event with METHOD:PUBLISH, whose ORGANIZER is the',
      'owner) keeps the resource from being booked at that time, until the owner cancels it.',
    ],
    entries: [{ name: 'Blocked by the owner', words: [], cases: ['resource/owner-blocks-the-room'] }],
  },
]

const exchange = [
  '## For those who come from Exchange',
  '',
  '| Set-CalendarProcessing | here | default there | default here |',
  '| --- | --- | --- | --- |',
  '| AutomateProcessing AutoAccept | what `imip-resource` does; `AutoUpdate` and `None` are `participating = no` | AutoAccept for rooms | – |',
  '| AllowConflicts | `schedule_in_freebusy N`, with how many at once | false | one at a time |',
  '| ConflictPercentageAllowed, MaximumConflictInstances | `conflict_tolerance` | 0: the series is declined | dates that can be had are taken, ten refused ones at most |',
  '| BookingWindowInDays | `booking_window` | 180 | 365 days |',
  '| EnforceSchedulingHorizon | `series_beyond_window = decline` for true, `cut` for false | true | `cut` |',
  '| MaximumDurationInMinutes | `longest_booking` | 1440 | none |',
  '| MinimumDurationInMinutes | `shortest_booking` | 0 | none |',
  '| AllowRecurringMeetings | `recurring_bookings` | true | `yes` |',
  '| ScheduleOnlyDuringWorkHours | `working_hours`, which says which | false | at any time |',
  '| AllBookInPolicy, BookInPolicy | `access_control_list` with `acl` | true | all organizers that the site allows |',
  '| ProcessExternalMeetingMessages | `resource_organizers = anyone` | false | `local` |',
  '| EnableResponseDetails, OrganizerInfo | `clash_details` | true | to organizers of the own domains |',
  '| ResourceDelegates | `owner`, who is told but does not decide | – | – |',
  "| AllRequestInPolicy, AllRequestOutOfPolicy, ForwardRequestsToDelegates, TentativePendingApproval | nothing: no request waits for somebody's approval | – | – |",
  '| AddOrganizerToSubject, DeleteSubject, DeleteComments, DeleteAttachments, RemovePrivateProperty | nothing: of an event its subject is kept, and shown as `clash_details` says | true | – |',
  '',
]

/** The preferences of a case and what is asked and answered in it. */
function showCase(root, name) {
  const path = `test/cases/${name}.case`
  const lines = []
  let quiet = true
  for (const block of readBlocks(readFileSync(join(root, path), 'utf8'))) {
    if (block.sign === '@' && /^@ (user|config|quota)/.test(block.head)) {
      lines.push('', ...showScene(block), '')
    } else if (block.sign === '#' && !quiet) lines.push('', block.head.slice(1).trim(), '')
    else if (block.sign === '>') {
      quiet = false
      lines.push(`- ${showArrival(block)}`)
    } else if (block.sign === '<') lines.push(`  - ${showAnswer(block)}`)
  }
  lines.push('', `([${path}](../${path}))`)
  return lines.filter((line, at) => line !== '' || lines[at - 1] !== '')
}

function readBlocks(text) {
  const blocks = []
  let block
  for (const line of text.split('\n')) {
    if (/^([@><=#]|because)( |$)/.test(line)) {
      block = { sign: line.startsWith('because') ? 'b' : line[0], head: line, lines: [] }
      blocks.push(block)
    } else if (line === '') block = undefined
    else block?.lines.push(line)
  }
  return blocks
}

function showScene({ head, lines }) {
  const [, kind, what] = /^@ (\w+) (.*)$/.exec(head)
  if (kind === 'config') return [`The site has \`${what}\`.`]
  const owner = what.replace(/^mailto:/, '')
  const title = kind === 'quota' ? `The quota \`${owner}\`:` : `\`${owner}\` has`
  return lines.length === 0 ? [`\`${owner}\` has no preferences.`] : [title, '', ...lines.map((line) => `  ${line}`)]
}

function showArrival({ head, lines }) {
  const from = /^> \w[\w-]*: (\S+)/.exec(head)?.[1] ?? head.slice(2)
  const given = / (login=\S+)/.exec(head)?.[1]
  const event = readEvent(lines)
  if (event.method === undefined) return `${from}: ${head.includes('again') ? 'the same again' : 'a mail'}`
  const others = event
    .all('ATTENDEE')
    .filter(({ value }) => !head.includes(value.replace('mailto:', '')))
    .map((line) => `${line.value}${/NON-PARTICIPANT/.test(line.parameters) ? ' for information' : ''}`)
  const verb =
    {
      REQUEST: 'asks for',
      CANCEL: 'cancels',
      PUBLISH: 'publishes',
      ADD: 'adds',
      DECLINECOUNTER: 'declines the proposal for',
    }[event.method] ?? `sends ${event.method} about`
  const what = lines.includes('BEGIN:VFREEBUSY')
    ? 'free/busy'
    : event.summary === ''
      ? 'an event'
      : `*${event.summary}*`
  return [
    `${from}${given ? ` (${given})` : ''} ${verb} ${what}: ${event.when}`,
    ...(event.status ? [`STATUS ${event.status}`] : []),
    ...(others.length > 0 && event.method === 'REQUEST'
      ? [`with ${others.map((text) => text.replace('mailto:', '')).join(', ')}`]
      : []),
  ].join(', ')
}

function showAnswer({ head, lines }) {
  const to = /^< \w+ to (\S+)/.exec(head)?.[1] ?? ''
  const shortly = /PARTSTAT=(\w+)/.exec(head)?.[1]
  const event = readEvent(lines)
  const participation = event.all('ATTENDEE').map((line) => /PARTSTAT=(\w+)/.exec(line.parameters)?.[1])[0]
  const word = event.method === 'COUNTER' ? `COUNTER, ${event.when}` : (participation ?? shortly ?? head.slice(2))
  const status = event.text('REQUEST-STATUS')
  const about = event.has('RECURRENCE-ID') ? ` for ${event.when}` : ''
  return [
    `**${word}**${about} to ${to}`,
    ...(event.has('COMMENT') ? [`: ${event.text('COMMENT')}`] : ['.']),
    ...(status === '' ? [] : [` (REQUEST-STATUS ${status.split(';')[0]})`]),
  ].join('')
}

function readEvent(lines) {
  const properties = lines.flatMap((line) => {
    const match = /^([A-Z-]+)((?:;[^:]*)?):(.*)$/.exec(line)
    return match ? [{ name: match[1], parameters: match[2], value: match[3] }] : []
  })
  const all = (name) => properties.filter((property) => property.name === name)
  const value = (name) => all(name)[0]?.value
  const text = (name) => (value(name) ?? '').replace(/\\([,;\\])/g, '$1')
  const [start, end] = [value('DTSTART') ?? value('RECURRENCE-ID'), value('DTEND')]
  const rule = value('RRULE')
  return {
    method: value('METHOD'),
    summary: text('SUMMARY'),
    status: value('STATUS'),
    when: start === undefined ? '' : `${showTimes(start, end)}${rule ? `, ${rule}` : ''}`,
    all,
    text,
    has: (name) => value(name) !== undefined,
  }
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `10 March 10:00–11:00 UTC`. */
function showTimes(start, end) {
  const from = showTime(start)
  if (end === undefined) return from.day + (from.clock ? ` ${from.clock}` : '')
  const to = showTime(end)
  if (!from.clock) return from.day === to.day ? from.day : `${from.day} to ${to.day}`
  return `${from.day} ${from.clock}–${to.day === from.day ? '' : `${to.day} `}${to.clock}${start.endsWith('Z') ? ' UTC' : ''}`
}

function showTime(text) {
  const [, , month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?/.exec(text) ?? []
  return {
    day: `${Number(day)} ${months[Number(month) - 1]}`,
    clock: hour === undefined ? undefined : `${hour}:${minute}`,
  }
}
