// The reasons agents give, each with its rule: a closed list, so that logs, cases and documents use the same words.
import type { CalendarUser } from '../calendar/attendee.ts'
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import type { CalendarFault } from '../calendar/fault.ts'
import type { CancelledPart } from '../itip/cancel.ts'
import { findPart } from '../itip/instances.ts'
import { makeReason, type Reason } from '../itip/reason.ts'
import { readRevision } from '../itip/revision.ts'
import type { SchedulingMessage } from '../itip/scheduling-message.ts'
import type { HeldMessage, StoredSeries } from '../itip/stored-series.ts'

export const report = makeReason('report', 'RFC 3834, 2', 'a delivery report is never answered')
export const ownObject = makeReason(
  'own-object',
  'RFC 5546, 3.2.2',
  'the organizer of this request is its own recipient',
)
export const organizerWithoutAddress = makeReason(
  'organizer-without-address',
  'RFC 6047, 2.3',
  'the ORGANIZER is no mail address, so nobody could be answered',
)
export const askedAgain = makeReason('asked-again', 'decided once', 'asked again; the recorded answer was sent again')
export const droppedMail = makeReason(
  'dropped',
  'RFC 3834, 2',
  'automatic mail or spam without a message for this resource ends here',
)
export const noPolicy = makeReason('no-policy', 'scheduling_function', 'no scheduling function has an opinion')
export const withoutSequence = makeReason(
  'time-changed-without-sequence',
  'RFC 5546, 2.1.4',
  'the time changed without a new SEQUENCE',
)
export function partlyTaken(because: Reason, count: number): Reason {
  const dates = count === 1 ? 'one of its dates' : `${count} of its dates`
  return makeReason('partly-taken', because.rule, `taken without ${dates}: ${because.text}`)
}

/** Only dates that are over are in the way. */
export function pastOnly(because: Reason): Reason {
  return makeReason('free', because.rule, 'all its coming times are free')
}

export function datesRefused(dates: readonly string[]): Reason {
  return makeReason('dates-refused', 'RFC 5546, 3.2.3', `declined at ${dates.join('; ')}`)
}

export function nextFree(times: readonly string[]): Reason {
  return makeReason('next-free', 'scheduling_function', `next free: ${times.join('; ')}`)
}

export function timesProposed(times: readonly string[]): Reason {
  return makeReason('times-proposed', 'RFC 5546, 3.2.7', `proposed: ${times.join('; ')}`)
}

export const offerTaken = makeReason('offer-taken', 'RFC 5546, 3.2.7', 'one of the times that were held for it')

export const offersReleased = makeReason(
  'offers-released',
  'RFC 5546, 3.2.8',
  'the proposal was declined; its times are free again',
)
export const earlyCancel = makeReason(
  'early-cancel',
  'RFC 5546, 5.2.1',
  'cancelled before its request came; kept against a late request',
)
export const othersUninvited = makeReason(
  'others-uninvited',
  'RFC 5546, 3.2.5',
  'other attendees were uninvited; nothing changes here',
)
export const partyCrasher = makeReason(
  'party-crasher',
  'RFC 5546, 3.2.3',
  'an answer of somebody who was not invited; the organizer decides',
)
export const noSuchInstance = makeReason(
  'no-such-instance',
  'RFC 5546, 4.7.2',
  'an answer about an instance that does not exist',
)
export const outdatedAnswer = makeReason(
  'outdated-answer',
  'RFC 5546, 2.1.5',
  'this attendee gave a newer answer before',
)
export const answerToOlderRevision = makeReason(
  'answer-to-older-revision',
  'RFC 5546, 2.1.4',
  'it answers a revision that was replaced since',
)
export const answerFailed = makeReason(
  'answer-failed',
  'RFC 5546, 3.6',
  'the answer only says that the request failed; the attendee has not answered',
)
export const unknownObject = makeReason(
  'unknown-object',
  'RFC 5546, 3.2.3',
  'an answer about an object that is not known here',
)
export const requestRecorded = makeReason(
  'recorded',
  'RFC 5546, 3.2.2',
  'recorded; it waits for the answer of the user',
)
export const detailsRecorded = makeReason(
  'details-recorded',
  'RFC 5546, 3.2.2.2',
  'details changed; an earlier answer stands',
)
export const alreadyKnown = makeReason('already-known', 'RFC 5546, 2.1.5', 'this revision is known already')
export const answerRecorded = makeReason('answer-recorded', 'RFC 5546, 3.2.3', "the attendee's answer was recorded")
export const sentRecorded = makeReason('sent-recorded', 'RFC 5546, 3.2', 'what the user sent was recorded')
export const notYours = makeReason(
  'not-yours',
  'outgoing_authority',
  'not yours: the sender may not act for this calendar user',
)
export const senderWithoutAddress = makeReason(
  'sender-without-address',
  'RFC 6047, 2.3',
  'nobody with a mail address speaks in this message',
)
export const spam = makeReason('spam', 'spam_headers', 'marked as spam')
export const notParticipating = makeReason('not-participating', 'participating', 'the user does not take part')

export const notShared = makeReason(
  'not-shared',
  'freebusy_sharing',
  'the user does not share free/busy; nobody is answered automatically',
)
export const autoReplied = makeReason('auto-replied', 'RFC 3834, 2', 'an automatic answer is never answered')
export const freeBusySent = makeReason('free-busy-sent', 'RFC 5546, 3.3.2', 'free/busy was sent to the one who asked')
export const windowCut = makeReason('window-cut', 'freebusy_horizon', 'of the asked time only a part was told')
export const notAuthorized = makeReason(
  'not-authorized',
  'RFC 5546, 3.3.2',
  'the user tells this asker nothing, and the answer says so',
)
export const notToldOutside = makeReason(
  'not-told-outside',
  'freebusy_outside',
  'the user tells nothing outside the site; there is no answer',
)
export const freeBusyTooOften = makeReason(
  'asked-too-often',
  'freebusy_requests',
  'this asker was answered too often within a day',
)
export const beyondHorizon = makeReason(
  'beyond-horizon',
  'freebusy_horizon',
  'all of the asked time is too far away, and the answer says so',
)
export const freeBusyRecorded = makeReason('free-busy-recorded', 'RFC 5546, 3.3', "the sender's free/busy was recorded")
export const olderFreeBusy = makeReason(
  'older-free-busy',
  'RFC 5546, 2.1.5',
  'the same or something newer is known of this time',
)
export const tellerWithoutAddress = makeReason(
  'teller-without-address',
  'RFC 5546, 3.3',
  'it does not say by one mail address whose free/busy it is',
)
export const ownFreeBusy = makeReason(
  'own-free-busy',
  'RFC 5546, 3.3.1',
  "the user's own schedule is not taken from a message",
)
export const askedInVain = makeReason('asked-in-vain', 'RFC 5546, 3.3.3', 'the answer says that the request failed')
export const neverAsked = makeReason('never-asked', 'RFC 5546, 3.3.3', 'a resource asks nobody for free/busy')
export const freeBusyNotFollowed = makeReason(
  'free-busy-not-followed',
  'RFC 5546, 3.3',
  'free/busy that the user sends changes nothing here',
)

export const published = makeReason('published', 'RFC 5546, 3.2.1', 'what was published is recorded; nothing is asked')
export const dateAdded = makeReason(
  'added',
  'RFC 5546, 3.2.4',
  'the added date is recorded; it waits for the answer of the user',
)
export const dateChangedBefore = makeReason(
  'date-changed-before',
  'RFC 5546, 2.1.5',
  'a later message about the added date came before; the series has that date now, which stays as it is',
)
export const earlyAdd = makeReason(
  'early-add',
  'RFC 5546, 3.2.4',
  'it adds to a revision that is not known yet, and waits for it',
)
export const addIgnored = makeReason('add-ignored', 'add_method_response', 'added dates are left to the user')
export const refreshAsked = makeReason(
  'refresh-asked',
  'RFC 5546, 3.2.4',
  'the organizer was asked for the whole event',
)
export const refreshAskedBefore = makeReason(
  'refresh-asked-before',
  'RFC 5546, 3.2.4',
  'the organizer was asked for this revision before',
)
export const journalNotAsked = makeReason(
  'journal-not-asked',
  'RFC 5546, 3.5.2',
  'nobody is asked about journal entries',
)
export const automaticAnswer = makeReason(
  'automatic-answer',
  'RFC 3834, 2',
  'an automatic answer is not answered by asking for something',
)
export const currentSent = makeReason(
  'current-sent',
  'RFC 5546, 3.2.6',
  'the current version was sent to who asked for it',
)
export const toldTooOften = makeReason(
  'asked-too-often',
  'event_refreshing',
  'the current version was sent too often within a day; passed on to the user',
)
export const refreshPassed = makeReason(
  'refresh-passed-on',
  'event_refreshing',
  'somebody asks for the current version; left to the user',
)
export const refreshOfStranger = makeReason(
  'refresh-of-stranger',
  'RFC 5546, 6.1.6',
  'who is not invited is told nothing',
)
export const proposalRecorded = makeReason(
  'proposal-recorded',
  'RFC 5546, 3.2.7',
  'a proposal; it waits for the decision of the organizer, whose event stays as it is',
)
export const earlyProposal = makeReason(
  'early-proposal',
  'RFC 5546, 3.2.7',
  'it is about a revision that is not known yet, and waits for it',
)
export const outdatedProposal = makeReason(
  'outdated-proposal',
  'RFC 5546, 2.1.5',
  'this attendee made a newer proposal before',
)
export const proposalOfNobody = makeReason(
  'proposal-of-nobody',
  'RFC 5546, 3.2.7',
  'it cannot be told which attendee proposes this',
)
export const proposalDeclined = makeReason(
  'proposal-declined',
  'RFC 5546, 3.2.8',
  'the proposal was declined; the invitation stands as it was',
)
export const earlyDelegate = makeReason(
  'early-delegate',
  'RFC 5546, 5.2.2',
  'a delegate answers before the delegator; it waits for the delegator',
)
export const delegated = makeReason(
  'delegated',
  'RFC 5546, 3.2.2.3',
  'the attendee has delegated; the delegate is on the list',
)
export const delegatedToUser = makeReason(
  'delegated-to-user',
  'RFC 5546, 3.2.2.3',
  'another attendee has handed its invitation over to the user; the event stays as its organizer made it',
)
export const organizerReplaced = makeReason(
  'organizer-replaced',
  'RFC 5546, 3.2.2.4',
  'another organizer has taken over',
)
export const nothingToRecord = makeReason(
  'nothing-to-record',
  'RFC 5546, 3.2.6',
  'it asks for something and changes nothing',
)
export const neverOrganizes = makeReason('never-organizes', 'RFC 5546, 1.4', 'a resource never organizes')
export const blockedByOwner = makeReason('blocked-by-owner', 'owner', 'the owner keeps this time from being booked')
export const noProposal = makeReason('no-proposal', 'RFC 5546, 3.2.8', 'there is no open proposal that this is about')
export const noOffers = makeReason(
  'no-offers',
  'RFC 5546, 3.2.8',
  'there is no proposal of ours that could be declined',
)
export const wrappedCalendar = makeReason(
  'wrapped-calendar',
  'MS-OXTNEF',
  'a calendar may be wrapped in winmail.dat, which is left alone',
)

export function tooManyWaiting(limit: number, whose: string): Reason {
  return makeReason(
    'too-many-waiting',
    'held_limit',
    `it came before what it needs, and ${limit} messages ${whose} wait already`,
  )
}

export function heldDecided(
  held: HeldMessage,
  decision: { readonly verdict: string; readonly because: readonly [Reason, ...Reason[]] },
): Reason {
  const [reason] = decision.because
  return { ...reason, text: `${held.method} that had waited is ${decision.verdict}: ${reason.text}` }
}

export function tooManyOfOrganizer(organizer: string, limit: number, isSilent: boolean): Reason {
  return makeReason(
    'organizer-rate',
    'organizer_requests_per_hour',
    `resources have got more than ${limit} messages of ${organizer} within an hour; ${isSilent ? 'nothing is done with it' : putOff}`,
  )
}

export function tooManyForResource(limit: number, isSilent: boolean): Reason {
  return makeReason(
    'resource-rate',
    'resource_requests_per_hour',
    `the resource has got more than ${limit} messages within an hour; ${isSilent ? 'nothing is done with it' : putOff}`,
  )
}

const putOff = 'what comes now is put off until the next hour'

export const notForResources = makeReason(
  'not-for-resources',
  'RFC 5546, 3.4 and 3.5',
  'tasks and journal entries are not for resources',
)

export function otherComponent(stored: string, message: SchedulingMessage): Reason {
  return makeReason(
    'other-component',
    'RFC 5545, 3.8.4.7',
    `the UID is known as that of a ${stored}, this is a ${message.component}`,
  )
}

export const imported = makeReason('imported', 'imip-admin import', 'imported from a calendar file')
export const importUpdated = makeReason(
  'import-updated',
  'imip-admin import',
  'brought up to date from a calendar file',
)
export const bookedByHand = makeReason('booked-by-hand', 'imip-admin book', 'booked by hand')
export const droppedByHand = makeReason(
  'dropped-by-hand',
  'imip-admin held',
  'what waited was dropped by hand; nothing else changes',
)
export const cancelledByHand = makeReason(
  'cancelled-by-hand',
  'imip-admin cancel',
  'cancelled by hand; its time is free again',
)
export const alreadyDeclined = makeReason(
  'already-declined',
  'imip-admin cancel',
  'it was cancelled or declined before',
)

export function unknownUid(uid: string): Reason {
  return makeReason('unknown-uid', 'imip-admin cancel', `nothing is booked under ${uid}`)
}

export function unknownInstance(uid: string, key: string): Reason {
  return makeReason('no-such-instance', 'imip-admin cancel', `${uid} has no instance ${key}`)
}

export function taken(uids: readonly string[]): Reason {
  return makeReason('overlaps', 'imip-admin book', `the time is taken by ${uids.join(', ')}`)
}

export const bundleLeftOut = makeReason(
  'bundle-left-out',
  'freebusy_bundling',
  'free/busy does not go with the answer, since a booking cannot be worked out',
)

export function toldLessExactly(level: 'merged' | 'rounded'): Reason {
  const how = level === 'merged' ? 'without types' : 'without types and in half hours'
  return makeReason(`told-${level}`, 'freebusy_inside and freebusy_outside', `the times were told ${how}`)
}

export function methodNotBuilt(message: SchedulingMessage): Reason {
  return makeReason(
    'not-automated',
    'RFC 5546, 1.4',
    `${message.method} for ${message.component} is not automated yet; passed on as it is`,
  )
}

export const leftOut = makeReason(
  'left-out',
  'RFC 5546, 3.2.5',
  'a newer request of the organizer does not name it any more; its time is free again',
)

export function notInvited(user: CalendarAddress): Reason {
  return makeReason('not-invited', 'RFC 5546, 3.2.2', `${showAddress(user)} is no attendee of this object`)
}

export function unusable(fault: CalendarFault): Reason {
  const where = fault.where === undefined ? '' : ` (${fault.where})`
  return makeReason(fault.code, ruleOfFault[fault.code] ?? 'RFC 5545', `${fault.text}${where}`)
}

const ruleOfFault: Readonly<Record<string, string>> = {
  'no-method': 'RFC 5546, 3',
  'unknown-method': 'RFC 5546, 1.4',
  'no-uid': 'RFC 5546, 3.2',
  'several-uids': 'RFC 5546, 3.2.2',
  'mixed-components': 'RFC 5546, 1.4',
  'two-organizers': 'RFC 5546, 3.2.2',
  'no-organizer': 'RFC 5546, 3.2.2',
  'no-start': 'RFC 5546, 3.2.2',
  'add-with-rule': 'RFC 5546, 3.2.4',
  'too-large': 'RFC 5546, 6.1.5',
  'too-many-calendars': 'RFC 5546, 6.1.5',
  'too-many-messages': 'RFC 5546, 6.1.5',
  'several-components': 'RFC 5546, 3.2.7',
  'unknown-zone': 'RFC 5545, 3.2.19',
  'end-before-start': 'RFC 5545, 3.8.2.2',
}

// RFC 5546, 3.6.23, 3.6.24, 3.6.19, 3.6.18 and 3.6.14.
export function requestStatusOf(fault: CalendarFault): string {
  if (fault.code === 'too-large') return '3.10;Request entity too large.'
  if (fault.code.startsWith('no-')) return '3.11;Required component or property missing.'
  if (/rule|recurrence/.test(fault.code)) return '3.6;Invalid rule.'
  return /zone|date|start|end|duration/.test(fault.code) ? '3.5;Invalid date or time.' : '3.1;Invalid property value.'
}

export function repeatedUnusable(reason: Reason): Reason {
  return { ...reason, text: `${reason.text}; this was answered before` }
}

export function otherOrganizer(stored: CalendarUser, organizer: CalendarUser): Reason {
  return makeReason(
    'other-organizer',
    'RFC 5546, 6.1.3',
    `known from ${stored.property.value}, but this says ORGANIZER is ${organizer.property.value}`,
  )
}

// RFC 5546, 6.1.1: somebody speaks for the organizer; 6.1.2: for an attendee.
export function wrongSender(stored: CalendarUser | undefined): Reason {
  return makeReason(
    'wrong-sender',
    stored?.property.name === 'ATTENDEE' ? 'RFC 5546, 6.1.2' : 'RFC 5546, 6.1.1',
    `the sender may not speak for ${stored?.property.value ?? 'anybody in it'}`,
  )
}

export const unprovenSenderCode = 'unproven-sender'

export function unprovenSender(organizer: CalendarUser): Reason {
  return makeReason(
    unprovenSenderCode,
    'RFC 5546, 6.1.1',
    `the mail is not proven to be of ${organizer.property.value}, so the change waits`,
  )
}

export function unverifiedRequest(organizer: CalendarUser): Reason {
  return makeReason(
    'unverified-request',
    'RFC 5546, 6.1.1',
    `the mail is not proven to be of ${organizer.property.value}`,
  )
}

export function olderRevision(message: SchedulingMessage, stored: StoredSeries | undefined): Reason {
  const mine = message.components[0] && readRevision(message.components[0])
  const known = findPart(stored?.parts ?? [], '') ?? stored?.parts[0]?.component ?? stored?.cancelled[0]?.component
  const theirs = known && readRevision(known)
  return makeReason(
    'older-revision',
    'RFC 5546, 2.1.5',
    `older than what is known: SEQUENCE ${mine?.sequence ?? '?'} against ${theirs?.sequence ?? '?'}`,
  )
}

export function detailsOnly(participation: string): Reason {
  return makeReason('details-only', 'RFC 5546, 3.2.2.2', `only details changed; the answer stays ${participation}`)
}

export function cancelled(parts: readonly CancelledPart[]): Reason {
  const keys = parts.filter((part) => part.change === 'cancelled').map((part) => part.key)
  return makeReason(
    'cancelled',
    'RFC 5546, 3.2.5',
    keys.includes('') ? 'cancelled; its time is free again' : `cancelled: ${keys.join(', ')}`,
  )
}
