// DigestFacts: what the administrator is told of some days; rendering chooses words, never decides.

export interface DigestFacts {
  readonly language: string
  /** Days, such as 2026-03-02. */
  readonly from: string
  readonly to: string
  /** All that was decided. */
  readonly messages: number
  readonly groups: readonly DigestGroup[]
  /** Answers that did not arrive, the newest first. */
  readonly undeliverable: Listed<{ readonly user: string; readonly because: string }>
  /** Answers that wait to be sent now. */
  readonly outbox: { readonly count: number; readonly oldest: string; readonly user: string } | undefined
}

export interface DigestGroup {
  readonly kind: 'refused' | 'held' | 'not-understood'
  readonly count: number
  /** The most frequent first. */
  readonly reasons: Listed<DigestReason>
}

export interface DigestReason {
  /** As it stands in verdicts and log. */
  readonly code: string
  readonly count: number
  /** Of one of them, in English: it may help to understand the code. */
  readonly because: string
  readonly senders: Listed<{ readonly domain: string; readonly count: number }>
}

/** The first of them, and how many more there are. */
export interface Listed<Item> {
  readonly shown: readonly Item[]
  readonly more: number
}
