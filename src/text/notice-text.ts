// The subject and the readable text of a notice.
import { findCatalogue } from './catalogue.ts'
import type { NoticeFacts } from './notice-facts.ts'
import { makeOneLine } from './one-line.ts'

export interface NoticeText {
  readonly subject: string
  /** Paragraphs, an empty line between them. */
  readonly text: string
}

export function makeNoticeText(facts: NoticeFacts): NoticeText {
  const texts = findCatalogue(facts.language).notices
  const bounded = boundValues(facts)
  const { subject, paragraphs } =
    bounded.kind === 'undeliverable' ? texts.undeliverable(bounded) : texts.unproven(bounded)
  return { subject: makeOneLine(subject, longestSubject), text: `${paragraphs.join('\n\n')}\n` }
}

/** What strangers have written is told in one line each, and not at length. */
function boundValues<Facts extends NoticeFacts>(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, makeOneLine(value, longestValue)]),
  ) as unknown as Facts
}

/** What strangers write is shown at a length that people read. */
const longestSubject = 200
const longestValue = 300
