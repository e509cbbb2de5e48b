// The body of a summary: plain text, then the same as simple HTML. RFC 2046, 5.1.4.
import type { Bounded, SummaryFacts } from '../text/summary-facts.ts'
import { makeSummaryHtml } from '../text/summary-html.ts'
import { makeSummaryPage } from '../text/summary-page.ts'
import { makeSummaryText } from '../text/summary-text.ts'
import { encodeQuotedPrintable } from './transfer-encoding.ts'

export interface SummaryBody {
  /** On one line, not encoded. */
  readonly subject: string
  /** The value of its Content-Type. */
  readonly contentType: string
  /** With CRLF line ends; ASCII only. */
  readonly text: string
}

/** `boundary` must not begin with what a line of quoted-printable may begin with: `=_` is none of it. RFC 2045, 6.7. */
export function composeSummaryBody(
  messages: Bounded<SummaryFacts>,
  managerUrl: string | undefined,
  boundary: string,
): SummaryBody {
  const page = makeSummaryPage(messages, managerUrl)
  const parts = [
    ['plain', makeSummaryText(page)],
    ['html', makeSummaryHtml(page)],
  ] as const
  return {
    subject: page.title,
    contentType: `multipart/alternative; boundary="${boundary}"`,
    text: [
      ...parts.flatMap(([kind, text]) => [
        `--${boundary}\r\n`,
        `Content-Type: text/${kind}; charset=UTF-8\r\n`,
        'Content-Transfer-Encoding: quoted-printable\r\n\r\n',
        `${encodeQuotedPrintable(text)}\r\n`,
      ]),
      `--${boundary}--\r\n`,
    ].join(''),
  }
}
