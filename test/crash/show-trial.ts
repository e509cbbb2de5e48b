// A trial in words, as it stands in a report of what went wrong.
import type { Trial } from './try-mail.ts'

export function showTrouble({ trouble, name }: Trial): string {
  const { kind, at } = trouble
  return kind === 'killed' ? `${name} at change ${at}` : `${name} with ${trouble.code} at call ${at}`
}
