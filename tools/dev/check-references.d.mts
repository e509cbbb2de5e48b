import type { Reference } from './standards.mjs'

type TextFile = { readonly name: string; readonly text: string }

export declare function checkReferences(question: {
  readonly ledger: string
  readonly references: readonly Reference[]
  readonly others?: readonly Reference[]
  readonly existing?: (rfc: string, section: string) => boolean | undefined
}): readonly string[]
export declare function checkForms(files: readonly TextFile[]): readonly string[]
export declare function checkQuirks(question: {
  readonly page: string
  readonly files: readonly TextFile[]
  readonly exists: (name: string) => boolean
}): readonly string[]
export declare function readSections(text: string): ReadonlySet<string>
export declare function isCounted(counts: Readonly<Record<string, number>>, section: string): boolean | undefined
export declare function checkProject(): { readonly faults: readonly string[]; readonly notes: readonly string[] }
