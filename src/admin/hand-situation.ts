// The situation of a decision that no mail has asked for: an administrator's own.
import { createHash } from 'node:crypto'
import type { Situation } from '../agents/situation.ts'
import { type CalendarAddress, showAddress } from '../calendar/calendar-address.ts'
import { makePreferencePlace } from '../config/preference-place.ts'
import { emptyWindow, type FreeBusyWindow } from '../freebusy/window.ts'
import { noAuthentication } from '../itip/mail-facts.ts'
import type { StoredSeries } from '../itip/stored-series.ts'
import { makeMessageId } from '../mail/message-id.ts'
import { makeSiteSettings } from '../preferences/make-site-settings.ts'
import { readPreferences } from '../preferences/read-preferences.ts'
import type { AdminWorld } from './admin-world.ts'

/** Site and preferences are read once; `stored` and `freeBusy` are filled in for each decision. */
export interface HandSituation {
  readonly site: Situation['site']
  readonly preferences: Situation['preferences']
  with(known: KnownOfStore): Situation
}

export interface KnownOfStore {
  readonly stored: StoredSeries | undefined
  readonly freeBusy?: FreeBusyWindow
  /** What the decision is about, so that the same again has the same key. */
  readonly about: string
}

export function makeHandSituation(user: CalendarAddress, world: AdminWorld): HandSituation {
  const site = makeSiteSettings(world.configuration)
  const preferences = readPreferences(makePreferencePlace(world.configuration), user)
  const zoneTables = world.loadZones()
  return {
    site,
    preferences,
    with: ({ stored, freeBusy = emptyWindow, about }) => {
      const digest = createHash('sha256').update(`by hand\n${user}\n${about}\n`).digest('hex')
      return {
        agent: 'imip-resource',
        now: world.now(),
        user,
        site,
        preferences,
        mail: makeNoMail(user, stored, digest),
        zoneTables,
        stored,
        decisionKey: digest.slice(0, 40),
        freeBusy,
      }
    },
  }
}

/** An answer goes into the thread of the mail that was decided last. */
function makeNoMail(user: CalendarAddress, stored: StoredSeries | undefined, digest: string): Situation['mail'] {
  return {
    envelope: {
      sender: '',
      recipient: showAddress(user),
      originalRecipient: undefined,
      login: undefined,
      client: undefined,
      queueId: undefined,
    },
    messageId: stored?.decided.findLast(({ answer }) => answer !== undefined)?.messageId ?? makeMessageId(digest),
    references: [],
    subject: '',
    from: [],
    sender: [],
    replyTo: [],
    to: [],
    deliveredTo: [],
    autoSubmitted: 'no',
    isReport: false,
    isSpam: false,
    authentication: noAuthentication,
    digest,
  }
}
