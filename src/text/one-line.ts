// Text from a mail made fit for one line that people read: no control characters, no line ends, no tricks with direction, a bounded length.

/** Blanks and control characters become one blank; what is longer than `most` characters is cut and ends with an ellipsis. */
export function makeOneLine(text: string, most: number): string {
  // A text of megabytes is cut before any pattern runs over it.
  const short = text.length > most * 4 ? text.slice(0, most * 4) : text
  const line = short
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+/gu, ' ')
    .trim()
  if (line.length <= most) return line
  const cut = line.slice(0, most - 1)
  // Half of a surrogate pair is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}
