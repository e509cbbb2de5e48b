// The address by which the next server knows a recipient: as it came, or `local+USER@DOMAIN`.
import type { Configuration } from '../config/options.ts'

/** The prefix keeps the mail system from giving the mail to us again. */
export function spellOnward(recipient: string, configuration: Configuration): string {
  if (!configuration.localSmtp) return recipient
  return `${configuration.localPrefix}${configuration.recipientDelimiter[0] ?? '+'}${recipient}`
}
