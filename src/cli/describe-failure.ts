// What went wrong, in a line for the log: what we know in our words, all else with the place in our code.
import { TemporaryFailure } from '../failure.ts'

export function describeFailure(error: unknown): string {
  // By name: a failure that comes from another bundle has a class of its own.
  if (error instanceof Error && error.name === TemporaryFailure.name) return error.message
  if (!(error instanceof Error)) return `unexpected: ${String(error)}`
  // The place in our own code; no text of a mail is in it.
  const place =
    error.stack
      ?.split('\n')
      .find((line) => line.trim().startsWith('at '))
      ?.trim() ?? ''
  return `unexpected: ${error.name}: ${error.message} ${place}`
}
