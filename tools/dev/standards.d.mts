export interface Reference {
  readonly rfc: string
  readonly section: string | undefined
  readonly file: string
  readonly line: number
}

export interface LedgerRow {
  readonly rfc: string
  readonly line: number
  readonly title: string
  readonly sections: readonly string[]
  readonly support: string
  readonly sentence: string
  readonly files: string
}

export interface Ledger {
  readonly documents: readonly string[]
  readonly rows: readonly LedgerRow[]
}

export declare const supports: readonly string[]
export declare const withoutCode: string
export declare function parseReferences(text: string, file?: string): readonly Reference[]
export declare function parseSections(text: string): readonly string[]
export declare function findReferences(folders?: readonly string[], base?: string): readonly Reference[]
export declare function listFiles(
  folders?: readonly string[],
  base?: string,
): readonly { readonly name: string; readonly text: string }[]
export declare function parseLedger(text: string): Ledger
export declare function isWithin(below: string, above: string): boolean
export declare function findRow(
  rows: readonly LedgerRow[],
  reference: Pick<Reference, 'rfc' | 'section'>,
): LedgerRow | undefined
export declare function writeFilesColumn(text: string, references: readonly Reference[]): string
export declare const shownDocuments: readonly string[]
export declare function findShown(base?: string): readonly Reference[]
export declare function listUnshownRows(rows: readonly LedgerRow[], shown: readonly Reference[]): readonly LedgerRow[]
export declare function makeLedger(): string
