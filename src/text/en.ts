// The texts in English.
import type { RuleFacts } from './rule-facts.ts'
import type { DigestTexts, NoticeTexts, SummaryTexts, Texts } from './texts.ts'

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const summary: SummaryTexts = {
  subject: {
    invitation: 'Invitation: ',
    update: 'Updated: ',
    cancellation: 'Cancelled: ',
    answer: 'Answered: ',
    publication: 'Published: ',
    addition: 'Date added: ',
    question: 'Asked for: ',
    proposal: 'Change proposed: ',
    'proposal-declined': 'Proposal declined: ',
    'free-busy': 'Free/busy: ',
    'free-busy-question': 'Free/busy asked for: ',
  },
  answerSubject: {
    ACCEPTED: 'Accepted: ',
    TENTATIVE: 'Tentative: ',
    DECLINED: 'Declined: ',
    DELEGATED: 'Delegated: ',
  },
  refusedSubject: 'Not believed: ',
  andMore: (count) => ` (and ${count} more)`,
  headline: {
    invitation: (who, thing) => `${who} invites you to this ${thing}.`,
    update: (who, thing) => `${who} has changed this ${thing}.`,
    cancellation: (who, thing) => `${who} has cancelled this ${thing}.`,
    answer: (who, thing) => `${who} has answered about this ${thing}.`,
    publication: (who, thing) => `${who} has published this ${thing}.`,
    addition: (who, thing) => `${who} has added a date to this ${thing}.`,
    question: (who, thing) => `${who} asks for the newest version of this ${thing}.`,
    proposal: (who, thing) => `${who} proposes to change this ${thing}.`,
    'proposal-declined': (who, thing) => `${who} has declined your proposal for this ${thing}.`,
    'free-busy': (who) => `${who} has sent free and busy times.`,
    'free-busy-question': (who) => `${who} asks when you are busy.`,
  },
  refusedHeadline: {
    invitation: (from, thing) => `A mail from ${from} invites you to this ${thing}.`,
    update: (from, thing) => `A mail from ${from} wants to change this ${thing}.`,
    cancellation: (from, thing) => `A mail from ${from} says that this ${thing} is cancelled.`,
    answer: (from, thing) => `A mail from ${from} answers about this ${thing}.`,
    publication: (from, thing) => `A mail from ${from} publishes this ${thing}.`,
    addition: (from, thing) => `A mail from ${from} wants to add a date to this ${thing}.`,
    question: (from, thing) => `A mail from ${from} asks for the newest version of this ${thing}.`,
    proposal: (from, thing) => `A mail from ${from} proposes to change this ${thing}.`,
    'proposal-declined': (from, thing) => `A mail from ${from} declines a proposal for this ${thing}.`,
    'free-busy': (from) => `A mail from ${from} is about free and busy times.`,
    'free-busy-question': (from) => `A mail from ${from} asks when you are busy.`,
  },
  things: { VEVENT: 'event', VTODO: 'task', VJOURNAL: 'entry', VFREEBUSY: 'schedule' },
  somebody: 'Somebody',
  unknownSender: 'an unknown sender',
  standing: {
    ignored: 'Nothing was changed in your schedule:',
    held: 'Nothing was changed in your schedule yet:',
    refused: 'It was not believed, and nothing was changed in your schedule:',
    passed: 'It was handed on to you as it is, and nothing was changed in your schedule:',
  },
  reasons: {
    'already-known': () => 'this is known already.',
    'older-revision': () => 'something newer has come before.',
    'unknown-object': () => 'it answers something that is not known here.',
    'party-crasher': () => 'this person was not invited.',
    'no-such-instance': () => 'it is about a date that the series does not have.',
    'outdated-answer': () => 'a newer answer has come before.',
    'answer-to-older-revision': () => 'it answers an older version, which has been replaced since.',
    'early-cancel': () => 'the invitation that is cancelled has not come. If it comes late, it will not be taken.',
    'too-many-waiting': () => 'it came before what it needs, and too many such messages wait already.',
    'other-organizer': () => 'it names another organizer than the one that is known.',
    'wrong-sender': () => 'it does not come from the person it speaks for.',
    'unproven-sender': () => 'it is not proven to come from the person it speaks for.',
    'unverified-request': () => 'it is not proven to come from the person it speaks for.',
    'own-object': () => 'it names you as the organizer, but somebody else has sent it.',
    'other-component': () => 'what is known under its name is something else.',
    'early-add': () => 'it adds a date to a version that has not come.',
    'add-ignored': () => 'added dates are left to you.',
    'refresh-asked-before': () => 'its organizer was asked for the whole before.',
    'refresh-passed-on': () => 'the question is left to you.',
    'refresh-of-stranger': () => 'it asks for something to which the sender is not invited.',
    'early-proposal': () => 'the version it is about has not come.',
    'outdated-proposal': () => 'a newer proposal has come before.',
    'proposal-of-nobody': () => 'it does not say who proposes it.',
    'early-delegate': () => 'the person who has handed the invitation over has not said so.',
    'not-shared': () => 'you do not share your free and busy times.',
    'not-told-outside': () => 'you tell your free and busy times to nobody outside.',
    'asked-too-often': () => 'this was asked too often within a day.',
    'asked-in-vain': () => 'the answer says that you are not told.',
    'older-free-busy': () => 'the same or something newer is known.',
    'own-free-busy': () => 'your own schedule is not taken from a message.',
    'not-automated': () => 'messages of this kind are left to you.',
  },
  otherReason: (detail) => `${detail}.`,
  notes: {
    'not-invited': () => 'You are not on its list: somebody has passed the invitation on to you.',
    'time-changed-without-sequence': () => 'The time was changed.',
    'party-crasher': () => 'An answer came from a person who was not invited.',
    'outdated-answer': () => 'Of one person a newer answer has come before.',
    'early-cancel': () => 'A cancellation had come before.',
    cancelled: () => 'It is cancelled already.',
    delegated: () => 'The invitation was handed over to somebody else.',
    'early-delegate': () => 'An answer in it waits until the person who has handed the invitation over says so.',
    'organizer-replaced': () => 'Another organizer has taken over.',
    'refresh-asked': () =>
      'Its organizer was asked for the whole; until it comes, nothing is changed in your schedule.',
    'current-sent': () => 'The newest version was sent.',
    'free-busy-sent': () => 'Your free and busy times were sent.',
    'told-merged': () => 'What is tentative was not told apart.',
    'told-rounded': () => 'They were sent in whole half hours, and what is tentative was not told apart.',
    'window-cut': () => 'Only a part of the time that was asked for was told.',
    'not-authorized': () => 'The answer says that nothing is told.',
    'beyond-horizon': () => 'The answer says that the time is too far away; nothing was told.',
    'free-busy-recorded': () => 'They were recorded.',
    'unverified-request': () => 'Nobody has proven that it comes from the organizer it names.',
    'wrong-sender': () => 'An answer in it does not come from the person it speaks for; it was not recorded.',
  },
  answered: 'Answered:',
  oneDate: 'Which date:',
  onlyThis: 'this date of a series only',
  thisAndLater: 'this date of a series and all later ones',
  originally: (when) => `originally ${when}`,
  repeats: 'Repeats:',
  rule: describeRule,
  nextDates: 'Next dates:',
  dates: 'Other dates:',
  notOn: (when) => `not on ${when}`,
  link: { join: 'Join:', page: 'More:' },
  organizer: 'Organizer:',
  attendees: 'Attendees:',
  from: 'Sent by:',
  you: 'you',
  optional: 'optional',
  participation: {
    'NEEDS-ACTION': 'no answer yet',
    ACCEPTED: 'accepted',
    DECLINED: 'declined',
    TENTATIVE: 'tentative',
    DELEGATED: 'delegated',
    COMPLETED: 'completed',
    'IN-PROCESS': 'in process',
  },
  status: {
    '': 'confirmed',
    CONFIRMED: 'confirmed',
    TENTATIVE: 'tentative',
    CANCELLED: 'cancelled',
    'NEEDS-ACTION': 'to be done',
    COMPLETED: 'completed',
    'IN-PROCESS': 'in process',
    DRAFT: 'draft',
    FINAL: 'final',
  },
  more: (count) => `and ${count} more`,
  weekdays,
  organizersClock: 'the clock of the organizer',
  changed: 'What has changed:',
  proposed: 'What would change:',
  changes: {
    when: 'When:',
    title: 'What:',
    where: 'Where:',
    link: 'Join:',
    rule: 'How it repeats:',
    'dates-left-out': 'Not any more on:',
    'dates-added': 'Also on:',
    'attendees-added': 'Attendees, new:',
    'attendees-removed': 'Attendees, no longer:',
    status: 'Status:',
    description: 'The description',
  },
  nothing: '(nothing)',
  conflicts: 'In your schedule at that time:',
  noConflicts: 'Your schedule is free at that time.',
  tentative: 'tentative',
  moreDates: (count) => `and at ${count} more ${count === 1 ? 'date' : 'dates'}`,
  next: {
    nothing: () => 'You need not do anything.',
    answer: () => 'You are asked to answer. Until you do, the time is not taken in your schedule.',
    'answer-again': () => 'You are asked to answer again: your earlier answer was for another time.',
    'answer-stands': (answer) => `Your answer stands: ${answer}. You need not do anything.`,
    'answer-if-wanted': () => 'You may answer all the same; the organizer decides.',
    freed: () => 'The time is free again in your schedule. You need not do anything.',
    wait: () => 'You need not do anything for now.',
    'ask-sender': () => 'If it may be true, ask the person it speaks for before you act on it.',
    'use-original': () => 'Open the original in your calendar program.',
    'invite-or-not': () => 'You decide: invite this person, or say that there is no place.',
    'decide-proposal': () => 'You decide: change it, or decline the proposal.',
    'send-current': () => 'Send the newest version from your calendar program.',
  },
  answerWith: {
    beside: 'Open the original of this mail in your calendar program.',
    inside: 'Open the original, which is inside this mail, in your calendar program.',
    nowhere: 'The original was not delivered, as you wish it. Write to the organizer:',
  },
  manager: 'Your calendar:',
  comment: 'Comment:',
  description: 'Description:',
  moreMessages: (count) => `There ${count === 1 ? 'is one message' : `are ${count} messages`} more in the same mail.`,
}

const notices: NoticeTexts = {
  undeliverable: ({ about, recipient, diagnostic }) => ({
    subject: `Answer of ${about} not delivered to ${recipient}`,
    paragraphs: [
      `An answer of ${about} could not be delivered to ${recipient}.`,
      `The mail system said: ${diagnostic === '' ? 'nothing' : diagnostic}`,
      'The booking stands as it was answered. Tell the organizer by another way, or cancel it.',
    ],
  }),
  unproven: ({ about, organizer, from, method, summary, when }) => ({
    subject: `Change not believed: ${summary}`,
    paragraphs: [
      `A message (${method}) came for ${about} in the name of ${organizer}, but nothing proves that it is from there. The mail says that it is from ${from}.`,
      [`What: ${summary}`, ...(when === '' ? [] : [`When: ${when}`])].join('\n'),
      'Nothing was changed. If the change is genuine, ask the organizer to send it again from the same address as before, or have your administrator release it (imip-admin held); otherwise do nothing.',
    ],
  }),
}

const digest: DigestTexts = {
  subject: (from, to) => `Calendar mail from ${from} to ${to}`,
  opening: (messages, from, to) =>
    `From ${from} to ${to} imip-agent decided about ${messages} ${messages === 1 ? 'message' : 'messages'}. What it did not follow:`,
  group: {
    refused: (count) => `Refused: ${count}`,
    held: (count) => `Held until its partner comes: ${count}`,
    'not-understood': (count) => `Not understood: ${count}`,
  },
  undeliverable: (count) => `Answers that could not be delivered: ${count}`,
  such: (because) => `such as: ${because}`,
  more: (count) => `and ${count} more`,
  nobody: 'no sender',
  outbox: (count, oldest, user) =>
    `${count} ${count === 1 ? 'answer waits' : 'answers wait'} to be sent, the oldest since ${oldest}, of ${user}.`,
  outboxEmpty: 'No answer waits to be sent.',
  closing: 'More of each: imip-admin verdicts --since 8d. What is so now: imip-admin status.',
}

export const en: Texts = {
  language: 'en',
  subject: {
    accepted: 'Accepted: ',
    tentative: 'Tentative: ',
    declined: 'Declined: ',
    delegated: 'Handed on: ',
    'new-time': 'New time proposed: ',
    'free-busy': 'Free/busy: ',
    'free-busy-refused': 'Free/busy not told: ',
    refresh: 'Please send again: ',
    current: 'Current version: ',
  },
  headline: {
    accepted: (name) => `${name} has accepted this invitation.`,
    tentative: (name) => `${name} has tentatively accepted this invitation.`,
    declined: (name) => `${name} has declined this invitation.`,
    delegated: (name) => `${name} has handed this invitation on.`,
    'new-time': (name) => `${name} proposes a new time for this invitation.`,
    'free-busy': (name) => `This is when ${name} is busy, as far as it is shared.`,
    'free-busy-refused': (name) => `When ${name} is busy is not told.`,
    refresh: (name) => `${name} asks for the current version of this event.`,
    current: (name) => `This is the current version of an event of ${name}, sent because you asked for it.`,
  },
  what: 'What:',
  when: 'When:',
  where: 'Where:',
  untitled: '(untitled)',
  taken: (dates, more) => `Already taken: ${dates.join('; ')}${sayMore(more)}.`,
  takenBy: (date, organizer, subject) => {
    const by = organizer === '' ? date : `${date} by ${organizer}`
    return subject === '' ? by : `${by}: ${subject}`
  },
  refusedDates: (dates, more) => `It cannot be booked at: ${dates.join('; ')}${sayMore(more)}.`,
  wholeSeries: 'So the series is declined as a whole.',
  exceptAt: (dates, areTaken) =>
    `Booked, but not at ${dates.length === 1 ? 'this date' : 'these dates'}${areTaken ? ', already taken' : ''}: ${dates.join('; ')}.`,
  bookedUntil: (when) => `Booked up to ${when} only: it cannot be booked further ahead.`,
  triedAt: (times) => `Tried instead: ${times.join('; ')}.`,
  freeAt: (times) => `Free at: ${times.join('; ')}.`,
  heldUntil: (when, count) => `${count === 1 ? 'This time is' : 'These times are'} held for you until ${when}.`,
  proposedAt: (when) => `Proposed instead: ${when}.`,
  freeBusy: {
    taken: (times, more) => `Busy: ${times.join('; ')}${more === 0 ? '' : `; and ${more} more`}.`,
    none: 'Nothing is taken in this time.',
    cut: 'Only this part of the time that was asked for is told.',
    merged: 'What is tentative is not told apart.',
    rounded: 'Times are in whole half hours, and what is tentative is not told apart.',
    notTold: 'You are not among those who are told.',
    beyond: 'The time that was asked for is too far away.',
  },
  reasons: {
    'taken-by-delegate': (detail) => `Booked: ${detail}.`,
    'all-taken': () => 'Nothing of this kind is free at that time.',
    'quota-exhausted': (detail) => `There is ${detail}.`,
    'no-quota': (detail) => `It cannot be booked for you: ${detail}.`,
    'next-available': () => 'It cannot be had at that time.',
    'corrected-time': () => 'It can be booked at certain times only.',
    'not-permitted-time': () => 'It can be booked at certain times only, and the nearest is not free.',
    'organizer-not-local': () => 'Only people of the house may book this.',
    'other-domain': () => 'Only people of the house may book this.',
    'access-denied': () => 'You may not book this.',
    'attendees-busy': () => 'Somebody who is invited has no time then.',
    'too-many-bookings': () => 'You have as many bookings here as one person may have.',
    'too-many-requests': () =>
      'You have sent as many requests today as one person may send. Please try again tomorrow.',
    'no-recurring-bookings': () => 'It cannot be booked in series.',
    'in-the-past': () => 'That time is over.',
    'too-short': sayRule,
    'too-long': sayRule,
    'too-late': sayRule,
    'beyond-window': sayRule,
    'outside-working-hours': sayRule,
    blocked: sayRule,
    'no-policy': () => 'It cannot be booked automatically.',
    'cancelled-by-hand': () => 'The booking was cancelled by the administrator of this calendar.',
    'no-start': () => 'The invitation does not say when it begins.',
    'end-before-start': () => 'The invitation ends before it begins.',
    'no-organizer': notUnderstood,
    'two-organizers': notUnderstood,
    'two-starts': notUnderstood,
    'several-uids': notUnderstood,
    'mixed-components': notUnderstood,
    'property-twice': notUnderstood,
    'unknown-zone': notUnderstood,
    'bad-date': notUnderstood,
    'bad-duration': notUnderstood,
    'bad-rule': notUnderstood,
    'endless-rule': notUnderstood,
    'unsupported-rule': notUnderstood,
    'rule-yields-nothing': notUnderstood,
    'too-many-occurrences': notUnderstood,
    'too-much-work': notUnderstood,
    'too-large': notUnderstood,
  },
  summary,
  notices,
  digest,
}

function sayMore(more: number): string {
  if (more === 0) return ''
  return more === Number.POSITIVE_INFINITY
    ? '; and again and again'
    : `; and ${more} more ${more === 1 ? 'date' : 'dates'}`
}

/** What the rule says; the dates behind it are told on the clock of who asked. */
function sayRule(detail: string): string {
  const [rule = ''] = detail.split(': ')
  return `${rule.slice(0, 1).toUpperCase()}${rule.slice(1)}.`
}

function notUnderstood(detail: string): string {
  return `The invitation could not be processed: ${detail}.`
}

function describeRule({ every, interval, weekdays: days, monthDay, nth, count, until }: RuleFacts): string {
  const rhythm = interval === 1 ? `every ${every}` : `every ${interval} ${every}s`
  const named = days.map((day) => weekdays[day] ?? '')
  const where = [
    ...(named.length === 0 ? [] : [`on ${joinWords(named)}`]),
    ...(monthDay === undefined ? [] : [`on day ${monthDay}`]),
    ...(nth === undefined ? [] : [`on the ${nameOrdinal(nth.ordinal)} ${weekdays[nth.weekday] ?? ''}`]),
  ]
  const end = count !== undefined ? `, ${count} times` : until === undefined ? '' : `, until ${until}`
  return [rhythm, ...where].join(' ') + end
}

function nameOrdinal(ordinal: number): string {
  const names = ['first', 'second', 'third', 'fourth', 'fifth']
  if (ordinal === -1) return 'last'
  const name = names[Math.abs(ordinal) - 1] ?? ''
  return ordinal < 0 ? `${name} last` : name
}

function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}
