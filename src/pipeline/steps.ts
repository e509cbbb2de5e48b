// Steps: everything on the way of a message that must know mail structure and calendars, behind one door, so that a mail
// without a calendar never loads it (dist/agent.cjs).
import { makeTransaction, noteDecision } from './commit.ts'
import { decide } from './decide.ts'
import { deliver } from './deliver.ts'
import { foreseeTold, recallTold } from './foreseen.ts'
import { limitRates } from './limit-rates.ts'
import { listLocks } from './load-quotas.ts'
import { loadSituation } from './load-situation.ts'
import { isOtherMail, sendOtherMail } from './other-mail.ts'
import { findParty } from './party.ts'
import { publishFreeBusy } from './publish.ts'
import { readCalendars } from './read-calendars.ts'
import { readIncomingMail } from './read-incoming-mail.ts'
import { readMessages } from './read-messages.ts'

export const steps = {
  readMail: readIncomingMail,
  readCalendars,
  findParty,
  readMessages,
  limitRates,
  listLocks,
  loadSituation,
  decide,
  makeTransaction,
  foreseeTold,
  noteDecision,
  recallTold,
  publishFreeBusy,
  deliver,
  isOtherMail,
  sendOtherMail,
}

export type Steps = typeof steps
export type { Decided } from './commit.ts'
export type { Party } from './party.ts'
export type { CalendarMail } from './read-calendars.ts'
export type { PartyMessage } from './read-messages.ts'
