// Finding: what one look of the doctor has shown.

export interface Finding {
  /** A few words: `store`, `mailbox`, `preferences of room@example.com`. */
  readonly what: string
  /** `unseen`: it could not be looked at from here; that is no fault. */
  readonly state: 'ok' | 'wrong' | 'unseen'
  /** What is so; of something wrong also why, and what to do. */
  readonly text: string
}

export function makeOk(what: string, text: string): Finding {
  return { what, state: 'ok', text }
}

export function makeWrong(what: string, text: string): Finding {
  return { what, state: 'wrong', text }
}

export function makeUnseen(what: string, text: string): Finding {
  return { what, state: 'unseen', text }
}
