// Who the user at hand is: every address and group of theirs.
import { parseCalendarAddress } from '../calendar/calendar-address.ts'
import type { Identity } from '../itip/acting-user.ts'
import type { Situation } from './situation.ts'

/** Also of whom no mail is at hand. */
export interface KnownUser extends Pick<Situation, 'user' | 'site' | 'preferences'> {
  readonly mail: { readonly envelope: Pick<Situation['mail']['envelope'], 'originalRecipient'> }
}

export function makeIdentity(situation: KnownUser): Identity {
  const { user, site, preferences, mail } = situation
  return {
    user,
    aliases: preferences.addresses,
    originalRecipient: mail.envelope.originalRecipient,
    groups: [...site.groups].flatMap(([group, members]) =>
      members.some((member) => parseCalendarAddress(member, site.addresses) === user)
        ? (parseCalendarAddress(group, site.addresses) ?? [])
        : [],
    ),
    rules: site.addresses,
  }
}
