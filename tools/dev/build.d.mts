export interface BuildResult {
  readonly written: readonly string[]
  readonly missing: readonly string[]
}
export declare function buildBundles(directory?: string): Promise<BuildResult>
export declare function bundleEntry(entry: string, define?: Readonly<Record<string, string>>): Promise<Buffer>
