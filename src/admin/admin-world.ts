// AdminWorld: the real things a subcommand meets, joined once by the composition root and handed in.
import type { Instant } from '../calendar/time.ts'
import type { ZoneTables } from '../calendar/time-zone.ts'
import type { CodeCacheResult } from '../cli/code-cache.ts'
import type { Configuration } from '../config/options.ts'
import type { Transport } from '../mail/transport/transport.ts'
import type { Store } from '../store/store.ts'

export interface AdminWorld {
  readonly configuration: Configuration
  /** Of those subcommands that go on in spite of them. */
  readonly configurationFaults: readonly string[]
  readonly now: () => Instant
  /** A word that nobody has used before, for the names of what is made by hand. */
  readonly makeIdentifier: () => string
  readonly openStore: () => Store
  readonly loadZones: () => ZoneTables
  /** The way of answers to other calendar users; made when the first mail goes. */
  readonly outward: Transport
  /** A file, or standard input where none is named; throws a Trouble that says why it cannot be read. */
  readonly readInput: (file: string | undefined) => Uint8Array
  /** Standard output, all of it, whatever reads it. */
  readonly write: (text: string) => void
  /** A line for the person at standard error. */
  readonly say: (line: string) => void
  /** Standard error as it is, for what moves on a terminal. */
  readonly draw: (text: string) => void
  /** A person sits at standard error. */
  readonly isTerminal: boolean
  /** Where the programs compiled beforehand belong, of this build and this node. */
  readonly codeCachePaths: readonly string[]
  readonly makeCodeCaches: () => Promise<readonly CodeCacheResult[]>
}
