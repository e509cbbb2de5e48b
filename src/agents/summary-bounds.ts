// Lists of a summary are cut, and say how much is missing: what a stranger sends must not make our mails long.
import type { Bounded } from '../text/summary-facts.ts'

export function bound<Item, Shown>(items: readonly Item[], most: number, show: (item: Item) => Shown): Bounded<Shown> {
  return { shown: items.slice(0, most).map(show), more: Math.max(0, items.length - most) }
}
