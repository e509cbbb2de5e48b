// The readable side of an answer: its subject and the text before the calendar part.
import type { AnswerFacts } from './answer-facts.ts'
import { findCatalogue } from './catalogue.ts'
import { makeOneLine } from './one-line.ts'

// What an answer echoes from the invitation is bounded, so that a long one cannot make our mails long.
const longestSummary = 200
const longestValue = 300
// Ten refused dates, each with its organizer and subject, are the longest that is said at once.
const longestSentence = 1500
const mostSentences = 2

/** `Accepted: Planning`, on one line. */
export function makeAnswerSubject(facts: AnswerFacts): string {
  const texts = findCatalogue(facts.language)
  return texts.subject[facts.kind] + (makeOneLine(facts.summary, longestSummary) || texts.untitled)
}

/** Who answers what, when and where it would be, and why; lines end with LF. */
export function makeAnswerText(facts: AnswerFacts): string {
  const texts = findCatalogue(facts.language)
  const rows: [label: string, value: string][] = [
    // The headline of free/busy has said it already.
    [
      texts.what,
      facts.kind === 'free-busy' || facts.kind === 'free-busy-refused'
        ? ''
        : makeOneLine(facts.summary, longestSummary) || texts.untitled,
    ],
    [texts.when, makeOneLine(facts.when, longestValue)],
    [texts.where, makeOneLine(facts.location ?? '', longestValue)],
  ]
  const filled = rows.filter(([, value]) => value !== '')
  const width = Math.max(...filled.map(([label]) => label.length)) + 1
  const because = facts.because
    .slice(0, mostSentences)
    .map((sentence) => makeOneLine(sentence, longestSentence))
    .filter((sentence) => sentence !== '')
  const paragraphs = [
    texts.headline[facts.kind](makeOneLine(facts.name, longestSummary)),
    filled.map(([label, value]) => label.padEnd(width) + value).join('\n'),
    ...because,
  ]
  return `${paragraphs.join('\n\n')}\n`
}
