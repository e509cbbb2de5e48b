// Is a person there to read, or a mail system?
import { fstatSync } from 'node:fs'
import { isatty } from 'node:tty'

/** Is this file descriptor a terminal? A pipe, file or nothing costs one system call and loads no code. */
export function isTerminal(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false
  } catch {
    return false
  }
  return isatty(descriptor)
}

/** Postfix sets MAIL_CONFIG for what it runs; Exim sets these three together. */
export function isRunByMailSystem(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { MAIL_CONFIG, MESSAGE_ID, LOCAL_PART, DOMAIN } = environment
  return MAIL_CONFIG !== undefined || (MESSAGE_ID !== undefined && LOCAL_PART !== undefined && DOMAIN !== undefined)
}
