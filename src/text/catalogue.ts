// The catalogue: the texts of a language, or the English ones where there are none.
import { en } from './en.ts'
import type { Texts } from './texts.ts'

const languages: Readonly<Record<string, Texts>> = { en }

/** Language as in RFC 5646: `nb`, `nb-NO`. */
export function findCatalogue(language: string): Texts {
  const name = language.toLowerCase()
  return find(name) ?? find(name.replace(/[-_].*$/s, '')) ?? en
}

function find(name: string): Texts | undefined {
  return Object.hasOwn(languages, name) ? languages[name] : undefined
}
