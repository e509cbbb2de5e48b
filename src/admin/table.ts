// A table as text: columns as wide as what stands in them, the last one as it is.
import { showLine } from './show-text.ts'

export function makeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(showLine))]
  const widths = head.map((_, column) =>
    Math.max(...lines.slice(0, mostMeasured).map((line) => (line[column] ?? '').length)),
  )
  return lines
    .map(
      (line) =>
        `${line
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Of a long table the first lines say how wide it is. */
const mostMeasured = 1000
