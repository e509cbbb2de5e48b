// Was a mail proven to come from somebody of this site? The one place that says so.
import type { MailFacts } from '../itip/mail-facts.ts'

/** So far a login at submission is the only proof there is; what a header says is none. */
export function isAuthenticated({ envelope }: MailFacts): boolean {
  return envelope.login !== undefined
}
