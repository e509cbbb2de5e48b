// Texts: every text a program of ours writes to people by mail; each language has all of them, one file per language.

export interface Texts {
  /** Stands before the summary in the subject of an answer; ends with a blank. */
  readonly subject: Readonly<Record<AnswerKind, string>>
  /** The first sentence of an answer. */
  readonly headline: Readonly<Record<AnswerKind, (name: string) => string>>
  readonly what: string
  readonly when: string
  readonly where: string
  /** In place of an empty summary. */
  readonly untitled: string
  /** The dates at which the time is taken, in words, and how many more there are. */
  readonly taken: (dates: readonly string[], more: number) => string
  /** What is said to somebody who asked for free/busy. */
  readonly freeBusy: {
    readonly taken: (times: readonly string[], more: number) => string
    readonly none: string
    readonly cut: string
  }
  /** What the organizer is told of a reason, by its code; `detail` is what the log says, in English. Others are not told. */
  readonly reasons: Readonly<Record<string, (detail: string) => string>>
}

type AnswerKind = 'accepted' | 'tentative' | 'declined' | 'new-time' | 'free-busy' | 'refresh' | 'current'
