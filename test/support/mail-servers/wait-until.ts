// Waits until something has become true, looking again and again, with a deadline and an explanation when it passes.

export interface WaitOptions {
  /** Milliseconds until we give up. */
  readonly deadline?: number
  /** Milliseconds between two looks. */
  readonly every?: number
  /** What to add to the error when the deadline passes, such as the end of a mail log. */
  readonly explain?: () => string
}

/** Answers the first value of `look` that is neither undefined nor false. */
export const waitUntil = async <T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> => {
  const { deadline = 20_000, every = 25, explain } = options
  const end = performance.now() + deadline
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) {
      throw new Error(`Waited ${deadline} ms in vain for: ${what}\n${explain?.() ?? ''}`)
    }
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}
