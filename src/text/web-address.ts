// Which texts are addresses of the web that a mail of ours may make a link of.

/** Longer ones are no address that people follow. */
const longest = 2000

/** `http` and `https` only: nothing that a program would run, dial or open by itself; no blanks, no quotes, no angles. */
export function isWebAddress(text: string): boolean {
  return (
    text.length <= longest &&
    /^https?:\/\/[^\s\p{Cc}\p{Cf}\p{Cs}"'<>\\^`{|}/?#@:]+(?:[:/?#][^\s\p{Cc}\p{Cf}\p{Cs}"'<>\\^`{|}]*)?$/iu.test(text)
  )
}
