// World: the real things a mail meets on its way, joined once by the composition root and handed in.
import type { Agent } from '../agents/agent.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { Configuration } from '../config/options.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import type { Transport } from '../mail/transport/transport.ts'
import type { Store } from '../store/store.ts'
import type { Attempts } from './attempts.ts'
import type { Rates } from './rates.ts'
import type { Steps } from './steps.ts'

export interface World {
  readonly agent: Agent['name']
  /** Does the original go on to a mailbox? Only the person agent's. */
  readonly delivers: boolean
  readonly configuration: Configuration
  /** `on`, `observe`: decide and record but change and send nothing, `pass`: hand on without looking. */
  readonly mode: 'on' | 'observe' | 'pass'
  /** Change nothing at all, show the decision. */
  readonly dryRun: boolean
  readonly now: () => Instant
  /** Milliseconds since the mail was taken up. */
  readonly elapsed: () => number
  /** The steps that know calendars; loaded when the first mail needs them. */
  readonly loadSteps: () => Steps
  readonly openStore: () => Store
  readonly loadZones: () => ZoneTables
  /** The way of originals to the mailbox, and the address the mailbox knows the recipient by. */
  readonly onward: { readonly transport: Transport; readonly spell: (recipient: string) => string }
  /** The way of answers to other calendar users. */
  readonly outward: Transport
  readonly attempts: Attempts
  /** What resources are asked within an hour; absent: it is not counted. */
  readonly rates?: Rates
  readonly report: Report
}

/** What is told to the log, and to whoever asked to see it. */
export interface Report {
  verdict(verdict: Verdict, recipient: string): void
  /** A mail without a calendar, or one that the mode lets pass: it has no verdict. */
  passed(recipient: string): void
  failure(text: string): void
  /** A mail that a dry run would have sent. */
  shown(mail: OutgoingMail): void
}
