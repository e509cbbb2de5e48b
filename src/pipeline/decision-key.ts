// By what a message is known: its UID, and the key under which its decision is remembered.
import { createHash } from 'node:crypto'
import { findProperty } from '../calendar/properties.ts'
import type { ReadMessage } from '../itip/read-messages.ts'
import type { PartyMessage } from './read-messages.ts'

export function readUidOf(read: ReadMessage): string | null {
  return read.kind === 'message' ? read.message.uid : read.uid
}

/** The same message to the same recipient has the same key, in whatever mail it comes. */
export function makeDecisionKey({ read, user, digest }: Pick<PartyMessage, 'read' | 'user' | 'digest'>): string {
  const hash = createHash('sha256').update(`${user}\n${digest}\n`)
  const message = read.kind === 'message' ? read.message : read.readable
  for (const component of message?.components ?? [])
    for (const name of ['UID', 'RECURRENCE-ID', 'SEQUENCE', 'DTSTAMP'])
      hash.update(`${findProperty(component, name)?.value ?? ''}\n`)
  return hash
    .update(message?.method ?? '')
    .digest('hex')
    .slice(0, 40)
}
