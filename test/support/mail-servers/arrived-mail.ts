// A mail as it lies in a mailbox, compared with how it was sent.

// What mailbox, mail system and agent put above a mail.
const trace = /^(?:(?:Return-Path|Delivered-To|X-Original-To|Envelope-to|Received): .*\r\n(?:[ \t].*\r\n)*)+$/i

/** Is it the mail that was sent, byte for byte, below its trace? Both with CRLF, one byte a character. */
export const isWholly = (arrived: string, sent: string): boolean => {
  // The mailbox ends each mail with the end of a line.
  const whole = sent.endsWith('\r\n') ? sent : `${sent}\r\n`
  return arrived.endsWith(whole) && trace.test(arrived.slice(0, -whole.length))
}

/** Without the fields above it that tell of its way. */
export const cutTrace = (arrived: string): string =>
  arrived.replace(/^(?:(?:Return-Path|Delivered-To|X-Original-To|Envelope-to|Received): .*\r\n(?:[ \t].*\r\n)*)+/i, '')
