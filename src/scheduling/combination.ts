// How what several scheduling functions say becomes one outcome.

/** `decline` refuses dates and is provisional, as `accept` is; `reject` refuses the request as a whole and is final. */
export type Standing = 'none' | 'accept' | 'decline' | 'propose' | 'reject'

/**
 * Row: what stands so far. Column: what the next function says; once other times are proposed it speaks about those. A final refusal beats
 * everything and ends it, a proposal beats an acceptance, and a refusal of dates, too: other times are the better answer.
 */
export const combination: Readonly<Record<Standing, Readonly<Record<Standing, Standing>>>> = {
  none: { none: 'none', accept: 'accept', decline: 'decline', propose: 'propose', reject: 'reject' },
  accept: { none: 'accept', accept: 'accept', decline: 'decline', propose: 'propose', reject: 'reject' },
  decline: { none: 'decline', accept: 'decline', decline: 'decline', propose: 'propose', reject: 'reject' },
  propose: { none: 'propose', accept: 'propose', decline: 'reject', propose: 'propose', reject: 'reject' },
  reject: { none: 'reject', accept: 'reject', decline: 'reject', propose: 'reject', reject: 'reject' },
}
