export interface LockEntry {
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly optional?: boolean
  readonly link?: boolean
  readonly os?: readonly string[]
}

export function isAllowed(expression: string | undefined): boolean

export function findFaults(
  lock: { readonly packages: Readonly<Record<string, LockEntry>> },
  readManifest?: (place: string) => { readonly license?: string; readonly version?: string } | undefined,
): readonly string[]
