// The configuration files we ship, with the words between @ signs put in, as an administrator does.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const checkoutFolder = join(import.meta.dirname, '..', '..', '..')

export const fillShippedFile = (path: string, words: Readonly<Record<string, string>>): string =>
  readFileSync(join(checkoutFolder, 'conf', path), 'utf8')
    .split('\n')
    .map((line) =>
      line.startsWith('#')
        ? line
        : line.replace(/@([A-Z][A-Z_]*)@/g, (_, word: string) => {
            const value = words[word]
            if (value === undefined) throw new Error(`conf/${path} has a word that nobody puts in: @${word}@`)
            return value
          }),
    )
    .join('\n')
