// AnswerFacts: what the readable text of an answer says; rendering chooses words, never decides.

export interface AnswerFacts {
  /** `refresh` asks the organizer for the whole event, `current` is what an organizer's agent sends then. */
  readonly kind:
    | 'accepted'
    | 'tentative'
    | 'declined'
    | 'delegated'
    | 'new-time'
    | 'free-busy'
    | 'free-busy-refused'
    | 'refresh'
    | 'current'
  readonly language: string
  /** Who answers: the resource's name or address. */
  readonly name: string
  /** Of free/busy the name of whose it is. */
  readonly summary: string
  /** When, already in words of the zone it is shown in: `2026-03-10 10:00–11:00 (Europe/Oslo)`. */
  readonly when: string
  readonly location: string | undefined
  /** The reasons as sentences, the same as in COMMENT. */
  readonly because: readonly string[]
}
