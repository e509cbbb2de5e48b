// NoticeFacts: what a notice tells the responsible person; rendering chooses words, never decides.

export type NoticeFacts =
  | {
      readonly kind: 'undeliverable'
      readonly language: string
      /** Who did not get the answer. */
      readonly recipient: string
      /** The other server's words. */
      readonly diagnostic: string
      /** Who had answered: the resource's or user's address. */
      readonly about: string
    }
  | {
      readonly kind: 'unproven'
      readonly language: string
      /** In whose name the change comes. */
      readonly organizer: string
      /** Who the mail says that it is from. */
      readonly from: string
      readonly method: string
      readonly summary: string
      readonly when: string
      readonly about: string
    }
