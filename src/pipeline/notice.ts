// A notice to the responsible person, as a mail from the calendar's own address.
import { type CalendarAddress, readDomain } from '../calendar/calendar-address.ts'
import { composeNotice } from '../mail/compose-notice.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import type { NoticeFacts } from '../text/notice-facts.ts'
import { makeNoticeText } from '../text/notice-text.ts'
import type { World } from './world.ts'

export interface NoticeAddress {
  /** About whose schedule it is. */
  readonly user: CalendarAddress
  /** Who reads it. */
  readonly to: string
  /** The same for the same occasion, so that a repetition is recognisable. */
  readonly key: string
  readonly references: readonly string[]
}

export function makeNotice(
  facts: NoticeFacts,
  { user, to, key, references }: NoticeAddress,
  world: Pick<World, 'configuration' | 'now'>,
): OutgoingMail {
  return composeNotice({
    text: makeNoticeText(facts),
    sender: world.configuration.messageSender || `calendar@${readDomain(user)}`,
    to,
    messageId: `<notice.${key.slice(0, 40)}.imip-agent@${readDomain(user)}>`,
    date: world.now(),
    references,
  })
}
