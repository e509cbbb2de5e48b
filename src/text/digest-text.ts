// The subject and the readable text of a digest.
import { findCatalogue } from './catalogue.ts'
import type { DigestFacts, DigestGroup } from './digest-facts.ts'
import type { NoticeText } from './notice-text.ts'
import { makeOneLine } from './one-line.ts'
import type { DigestTexts } from './texts.ts'

export function makeDigestText(facts: DigestFacts): NoticeText {
  const texts = findCatalogue(facts.language).digest
  const { undeliverable, outbox } = facts
  const paragraphs = [
    texts.opening(facts.messages, facts.from, facts.to),
    ...facts.groups.map((group) => makeGroup(group, texts)),
    makeList(
      texts.undeliverable(undeliverable.shown.length + undeliverable.more),
      undeliverable.shown.map(({ user, because }) => `  ${user}: ${makeOneLine(because, longestBecause)}`),
      undeliverable.more,
      texts,
    ),
    outbox === undefined ? texts.outboxEmpty : texts.outbox(outbox.count, outbox.oldest, outbox.user),
    texts.closing,
  ]
  return { subject: texts.subject(facts.from, facts.to), text: `${paragraphs.join('\n\n')}\n` }
}

function makeGroup({ kind, count, reasons }: DigestGroup, texts: DigestTexts): string {
  const lines = reasons.shown.flatMap(({ code, count: times, because, senders }) => {
    const domains = senders.shown.map(({ domain, count: mails }) => `${domain || texts.nobody} (${mails})`)
    if (senders.more > 0) domains.push(texts.more(senders.more))
    return [
      `  ${times}  ${makeOneLine(code, longestBecause)}: ${domains.join(', ')}`,
      `     ${texts.such(makeOneLine(because, longestBecause))}`,
    ]
  })
  return makeList(texts.group[kind](count), lines, reasons.more, texts)
}

function makeList(head: string, lines: readonly string[], more: number, texts: DigestTexts): string {
  return [head, ...lines, ...(more > 0 ? [`  ${texts.more(more)}`] : [])].join('\n')
}

/** What strangers write is shown at a length that people read. */
const longestBecause = 200
