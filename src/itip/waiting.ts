// WaitingMessage: what is known of a message that waits for its partner without opening its series, so that they can be counted.
import { parseCalendarAddress, readDomain } from '../calendar/calendar-address.ts'
import type { Instant } from '../calendar/time.ts'
import type { HeldMail, StoredSeries } from './stored-series.ts'

export interface WaitingMessage {
  readonly uid: string
  /** Of whoever sent it, as its mail says; empty where it says nobody. */
  readonly domain: string
  readonly at: Instant
  /** Nobody had proven who sent it. */
  readonly isUnproven?: true
}

export function listWaiting({ uid, held }: Pick<StoredSeries, 'uid' | 'held'>): readonly WaitingMessage[] {
  return held.map(({ mail, at, isUnproven }) => ({
    uid,
    domain: readSenderDomain(mail),
    at,
    ...(isUnproven ? { isUnproven } : {}),
  }))
}

/** From is what people see; mail without it counts for its envelope sender. */
export function readSenderDomain({ from, envelopeSender }: Pick<HeldMail, 'from' | 'envelopeSender'>): string {
  const address = parseCalendarAddress(from[0] ?? envelopeSender)
  return address === undefined ? '' : readDomain(address)
}

/** Oldest first. */
export function compareWaiting(a: WaitingMessage, b: WaitingMessage): number {
  return a.at - b.at || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0)
}
