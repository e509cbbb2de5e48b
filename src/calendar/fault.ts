// CalendarFault: what is wrong in calendar text or in a value of it, said so that a person can find the place.

export interface CalendarFault {
  readonly kind: 'fault'
  /** Kebab-case word for verdicts and tests: `unknown-zone`, `bad-date`, `rule-yields-nothing`, … */
  readonly code: string
  /** A sentence for people. */
  readonly text: string
  /** Where it is: component, property, line of the unfolded text (counted from 1). */
  readonly where?: string
}

export function makeFault(code: string, text: string, where?: string): CalendarFault {
  return where === undefined ? { kind: 'fault', code, text } : { kind: 'fault', code, text, where }
}

export function isFault(value: unknown): value is CalendarFault {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'fault'
}
