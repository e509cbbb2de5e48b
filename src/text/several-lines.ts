// Text of several lines from a mail made fit for people to read: no control characters, no tricks with direction, a bounded length.

/** Blanks inside a line stay; more than one empty line becomes one. What is longer than `most` characters is cut and ends with an ellipsis. */
export function makeSeveralLines(text: string, most: number): string {
  // A text of megabytes is cut before any pattern runs over it.
  const short = text.length > most * 4 ? text.slice(0, most * 4) : text
  const clean = short
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[^\S\n]|(?!\n)\p{Cc}|\p{Cs}/gu, ' ')
    .replace(/ +$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  if (clean.length <= most) return clean
  const cut = clean.slice(0, most - 1)
  // Half of a surrogate pair is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}
