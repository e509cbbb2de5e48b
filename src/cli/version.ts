// The version of the programs, put in by the build.

declare const PROGRAM_VERSION: string | undefined

export const version: string = typeof PROGRAM_VERSION === 'string' ? PROGRAM_VERSION : 'unbuilt'
