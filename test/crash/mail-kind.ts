// What kind of mail it was that came, for the table: what it asks, what it meets, and what became of it.
import type { Decision } from '../../src/agents/decision.ts'
import { findProperty } from '../../src/calendar/properties.ts'
import type { PartyMessage } from '../../src/pipeline/read-messages.ts'

/** What was watched while it was decided. */
export interface WatchedMail {
  readonly messages: readonly PartyMessage[]
  readonly decisions: readonly Decision[]
  readonly verdicts: readonly { readonly verdict: string; readonly reason: { readonly code: string } }[]
  /** Was something stored about its UID? */
  readonly isKnown: (uid: string) => boolean
  readonly isReport: boolean
}

export function nameMailKind({ messages, decisions, verdicts, isKnown, isReport }: WatchedMail): string {
  if (isReport) return 'delivery report'
  const [first] = messages
  if (!first) return 'no calendar that counts'
  if (first.read.kind !== 'message') return 'unusable'
  const { method, components } = first.read.message
  const [component] = components
  const type = component?.name === 'VEVENT' ? '' : ` ${component?.name ?? ''}`
  const has = (name: string) => components.some((each) => findProperty(each, name) !== undefined)
  const shape = has('RECURRENCE-ID') ? 'of a date' : has('RRULE') || has('RDATE') ? 'of a series' : ''
  return `${method}${type} ${[shape, nameStage()].filter(Boolean).join(', ')}`

  function nameStage(): string {
    const kinds = new Set<string>(decisions.flatMap(({ effects }) => effects.map(({ kind }) => kind)))
    const words = new Set(verdicts.map(({ verdict }) => verdict))
    if (verdicts.some(({ reason }) => reason.code === 'already-decided')) return 'again'
    if (words.has('held')) return 'held'
    if (kinds.has('book-quota') || kinds.has('release-quota')) return 'quota'
    if (kinds.has('offer') || kinds.has('withdraw-offer')) return 'offers'
    if (words.has('refused')) return 'refused'
    if (kinds.size === 0) return 'changes nothing'
    const uid = first?.read.kind === 'message' ? first.read.message.uid : ''
    return isKnown(uid) ? 'known' : 'new'
  }
}
