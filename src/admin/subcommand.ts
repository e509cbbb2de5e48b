// Subcommand: one row of the table of imip-admin: what it takes, what its help says, and where its work is.
import type { ExitCode } from '../cli/exit-code.ts'
import type { AdminWorld } from './admin-world.ts'

export interface Subcommand {
  readonly name: string
  /** One line, for the list of subcommands. */
  readonly summary: string
  /** Further sentences of its own help. */
  readonly help?: string
  /** In order; optional ones and a variadic one at the end. */
  readonly arguments: readonly SubcommandArgument[]
  readonly options: readonly SubcommandOption[]
  /** Command lines without the name of the program. */
  readonly examples: readonly string[]
  /** May it make a store where there is none? Otherwise a missing one counts as empty. */
  readonly makesStore?: true
  /** Does it go on where settings cannot be used? The defaults stand for them. */
  readonly bearsFaults?: true
  /** The work, loaded only when it is called. */
  readonly load: () => Promise<RunSubcommand>
}

export interface SubcommandArgument {
  /** `USER`, `FILE`. */
  readonly name: string
  readonly help: string
  readonly isOptional?: true
  readonly isVariadic?: true
}

export interface SubcommandOption {
  readonly short?: string
  readonly long: string
  /** Name of the value in the help; without it the option takes none. */
  readonly value?: string
  readonly help: string
  readonly repeatable?: true
}

/** What stands on the command line, as text. */
export interface Given {
  /** Of all arguments, in order. */
  readonly arguments: readonly string[]
  /** By long name; of an option without value an empty text. */
  readonly options: ReadonlyMap<string, readonly string[]>
}

export type RunSubcommand = (given: Given, world: AdminWorld) => Promise<ExitCode>

export function hasOption(given: Given, name: string): boolean {
  return given.options.has(name)
}

/** The last value given. */
export function readOption(given: Given, name: string): string | undefined {
  return given.options.get(name)?.at(-1)
}
