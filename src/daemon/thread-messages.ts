// What the daemon's front and its threads tell each other.

import type { Instant } from '../calendar/time.ts'
import type { AgentName } from '../cli/agent-options.ts'
import type { Configuration } from '../config/options.ts'
import type { Level, Trouble } from '../log.ts'
import type { Outcome } from '../pipeline/outcome.ts'

/** A mail that is not certainly without a calendar, for some of its recipients. */
export interface MailJob {
  readonly role: AgentName
  readonly sender: string
  readonly recipients: readonly string[]
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly client: string | undefined
  readonly queueId: string | undefined
}

export interface ThreadStart {
  readonly configuration: Configuration
  /** Decide as at this time. */
  readonly now: Instant | undefined
  /** Counted up by the thread as long as it is not busy with one thing alone. */
  readonly heartbeat: Int32Array<SharedArrayBuffer>
  /** How many threads share the connections that the configuration allows. */
  readonly threads: number
}

export type ToThread =
  | { readonly kind: 'mail'; readonly id: number; readonly job: MailJob }
  | { readonly kind: 'configure'; readonly configuration: Configuration }
  | { readonly kind: 'flush-outboxes'; readonly id: number }

export type FromThread =
  | { readonly kind: 'outcome'; readonly id: number; readonly index: number; readonly outcome: Outcome }
  | { readonly kind: 'flushed'; readonly id: number; readonly result: FlushResult }
  | {
      readonly kind: 'log'
      readonly role: AgentName | undefined
      readonly level: Level
      readonly line: Trouble
      readonly text: string | undefined
      readonly quiet: boolean
    }

export interface FlushResult {
  /** Answers that waited, and those that still do. */
  readonly found: number
  readonly left: number
}
