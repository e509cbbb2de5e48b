// What comes from mails and calendars, made fit for a terminal: no control character gets there.

/** On one line; hidden characters as JSON writes them. */
export function showLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, showHidden)
}

/** Lines stay lines. */
export function showLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => (sign === '\n' ? sign : showHidden(sign)))
}

function showHidden(sign: string): string {
  if (sign === '\n') return '\\n'
  if (sign === '\t') return '\\t'
  const codes = Array.from({ length: sign.length }, (_, index) => sign.charCodeAt(index))
  return codes.map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join('')
}
