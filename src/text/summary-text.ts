// A summary as plain text.
import type { Block, Inline, Row, SummaryPage } from './summary-page.ts'

/** Lines end with LF. */
export function makeSummaryText(page: SummaryPage): string {
  return `${page.blocks.map(serializeBlock).join('\n\n')}\n`
}

function serializeBlock(block: Block): string {
  switch (block.kind) {
    case 'headline':
    case 'paragraph':
      return serializeInlines(block.text)
    case 'rows':
      return serializeRows(block.rows)
    case 'list':
      return [block.title, ...block.items.map((item) => `- ${serializeInlines(item)}`)].join('\n')
    case 'quotation':
      return [block.title, ...block.text.split('\n').map((line) => `> ${line}`.trimEnd())].join('\n')
  }
}

/** Further lines of a row stand below its first. */
function serializeRows(rows: readonly Row[]): string {
  const width = Math.max(0, ...rows.map(({ label }) => label.length)) + 1
  return rows
    .flatMap(({ label, lines }) =>
      lines.map((line, index) => (index === 0 ? label : '').padEnd(width) + serializeInlines(line)),
    )
    .join('\n')
}

function serializeInlines(inlines: readonly Inline[]): string {
  return inlines.map((inline) => (typeof inline === 'string' ? inline : inline.url)).join('')
}
