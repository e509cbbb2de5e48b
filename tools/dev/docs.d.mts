export declare function makeDocuments(): Promise<ReadonlyMap<string, string>>
