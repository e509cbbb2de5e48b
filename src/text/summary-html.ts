// A summary as simple HTML: no style, no script, nothing that is fetched.
import { type Markup, makeDocument, makeElement } from './html.ts'
import type { Block, Inline, Row, SummaryPage } from './summary-page.ts'

export function makeSummaryHtml(page: SummaryPage): string {
  return makeDocument(page.language, page.title, ...page.blocks.flatMap((block) => ['\n', ...makeBlock(block)]), '\n')
    .markup
}

function makeBlock(block: Block): readonly Markup[] {
  switch (block.kind) {
    case 'headline':
      return [makeElement('h2', {}, ...block.text.map(makeInline))]
    case 'paragraph':
      return [makeElement('p', {}, ...block.text.map(makeInline))]
    case 'rows':
      return [makeElement('table', { cellpadding: '4' }, ...block.rows.flatMap((row) => ['\n', makeRow(row)]), '\n')]
    case 'list': {
      const items = block.items.map((item) => makeElement('li', {}, ...item.map(makeInline)))
      return [makeElement('p', {}, block.title), makeElement('ul', {}, ...items)]
    }
    case 'quotation':
      return [makeElement('p', {}, block.title), makeElement('blockquote', {}, ...makeLines(block.text.split('\n')))]
  }
}

function makeRow({ label, lines }: Row): Markup {
  const content = lines.flatMap((line, index) => [
    ...(index === 0 ? [] : [makeElement('br', {})]),
    ...line.map(makeInline),
  ])
  return makeElement(
    'tr',
    {},
    makeElement('th', { align: 'left', valign: 'top' }, label),
    makeElement('td', {}, ...content),
  )
}

function makeLines(lines: readonly string[]): readonly (string | Markup)[] {
  return lines.flatMap((line, index) => (index === 0 ? [line] : [makeElement('br', {}), '\n', line]))
}

function makeInline(inline: Inline): string | Markup {
  return typeof inline === 'string' ? inline : makeElement('a', { href: inline.url }, inline.url)
}
