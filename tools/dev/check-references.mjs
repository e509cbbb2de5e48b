// Checks that the references to standards in src and the ledger docs/standards.md agree, both ways; and the quirks likewise.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  findReferences,
  findRow,
  isWithin,
  listFiles,
  parseLedger,
  supports,
  withoutCode,
  writeFilesColumn,
} from './standards.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Texts of standards that lie beside the project; where one is absent its sections are not checked, and that is said. */
const texts = new Map([['5545', '../shared/rfc/rfc5545.txt']])

/** How many subsections some sections have, from tables of contents: what is not named here is not checked. */
const subsections = new Map([
  [
    '5546',
    // biome-ignore format: a table
    { '': 9, 1: 4, 2: 1, '2.1': 5, 3: 7, '3.1': 3, '3.2': 8, '3.2.1': 0, '3.2.2': 7, '3.2.3': 0, '3.2.4': 0, '3.2.5': 0,
      '3.2.6': 0, '3.2.7': 0, '3.2.8': 0, '3.3': 3, '3.4': 8, '3.5': 3, '3.6': 32, '3.7': 3, 4: 7, '4.1': 5, '4.2': 11,
      '4.3': 3, '4.4': 10, '4.5': 7, '4.6': 0, '4.7': 2, 5: 3, '5.1': 4, '5.2': 2, '5.3': 0, 6: 3, '6.1': 6, '6.2': 3, 7: 3 },
  ],
  // biome-ignore format: a table
  ['5322', { '': 7, 2: 3, 3: 6, '3.1': 0, '3.2': 5, '3.3': 0, '3.4': 1, '3.5': 0, '3.6': 8, 4: 5, '4.4': 0, '4.5': 8 }],
])

/** What is wrong, as lines for people; `existing` says whether a section of a standard exists, or nothing where that is not known. */
export function checkReferences({ ledger, references, others = [], existing = () => undefined }) {
  const { documents, rows } = parseLedger(ledger)
  const faults = []
  const say = (place, text) => faults.push(`${place}: ${text}`)
  const show = ({ rfc, section }) => (section === undefined ? `RFC ${rfc}` : `RFC ${rfc}, ${section}`)

  for (const reference of references) {
    const place = `${reference.file}:${reference.line}`
    if (!documents.includes(reference.rfc)) say(place, `${show(reference)}: the ledger has no such document`)
    else if (reference.section !== undefined && !findRow(rows, reference))
      say(place, `${show(reference)}: no row of the ledger is about this section or one above it`)
  }
  for (const reference of [...references, ...others])
    if (reference.section !== undefined && existing(reference.rfc, reference.section) === false)
      say(`${reference.file}:${reference.line}`, `${show(reference)} does not exist`)

  const seen = new Set()
  for (const row of rows) {
    const place = `docs/standards.md:${row.line}`
    if (row.sections.length === 0) say(place, 'the row does not begin with a section')
    if (!supports.includes(row.support)) say(place, `${JSON.stringify(row.support)} is none of ${supports.join(', ')}`)
    if (row.sentence === '') say(place, 'the row does not say what we do')
    for (const section of row.sections) {
      const key = `RFC ${row.rfc}, ${section}`
      if (seen.has(key)) say(place, `${key} has a row already`)
      seen.add(key)
      if (existing(row.rfc, section) === false) say(place, `${key} does not exist`)
    }
    if (row.support === 'no') continue
    const isCited = references.some(
      ({ rfc, section }) =>
        rfc === row.rfc && section !== undefined && row.sections.some((each) => isWithin(section, each)),
    )
    const isMarked = row.sentence.includes(withoutCode)
    const what = `RFC ${row.rfc}, ${row.title} is ${row.support}`
    if (!isCited && !isMarked)
      say(place, `${what}, but nothing in src refers to it, nor does the row say ${withoutCode}`)
    if (isCited && isMarked) say(place, `${what} ${withoutCode}, but src refers to it`)
  }
  if (writeFilesColumn(ledger, references) !== ledger)
    say('docs/standards.md', 'the files column is not fresh; `node tools/dev/standards.mjs` makes it so')
  return faults
}

/** References in another form than `RFC 5546, 3.2.3` are found by nobody. */
export function checkForms(files) {
  const odd = /\bRFC-?\d{3,5}\b|\bRFC \d{3,5},? ?(?:§|[Ss]ections? )|\bRFC \d{3,5} \d+\.\d|§ ?\d/g
  return listMatches(files, odd, (match) => `${JSON.stringify(match[0])}: a reference has the form RFC 5546, 3.2.3`)
}

/** Quirks in src and docs/quirks.md: each marked place is listed, each listed file is marked, each case and test exists. */
export function checkQuirks({ page, files, exists }) {
  const faults = []
  const marked = files.filter(({ text }) => /\bQuirk:/.test(text)).map(({ name }) => name)
  const listed = new Set([...page.matchAll(/`((?:src|test)\/[^`]+)`/g)].map((match) => match[1]))
  for (const name of marked) if (!listed.has(name)) faults.push(`${name}: its quirk is not in docs/quirks.md`)
  for (const name of listed) {
    if (!exists(name)) faults.push(`docs/quirks.md: ${name} does not exist`)
    else if (name.startsWith('src/') && !marked.includes(name))
      faults.push(`docs/quirks.md: no place in ${name} is marked Quirk:`)
  }
  const lonely = /\bQuirk:(?![\s\S]{0,400}?docs\/quirks\.md)/g
  return [...faults, ...listMatches(files, lonely, () => 'a quirk says "see docs/quirks.md"')]
}

function listMatches(files, pattern, describe) {
  return files.flatMap(({ name, text }) =>
    [...text.matchAll(pattern)].map(
      (match) => `${name}:${text.slice(0, match.index).split('\n').length}: ${describe(match)}`,
    ),
  )
}

/** The sections of a standard by its text: the numbers of its headings. */
export function readSections(text) {
  return new Set([...text.matchAll(/^(\d+(?:\.\d+)*)\. {1,3}\S/gm)].map((match) => match[1]))
}

/** Does a section exist, by the numbers of subsections; undefined where they do not say. */
export function isCounted(counts, section) {
  const numbers = section.split('.')
  for (const [depth, number] of numbers.entries()) {
    const most = counts[numbers.slice(0, depth).join('.')]
    if (most === undefined) return undefined
    if (Number(number) < 1 || Number(number) > most) return false
  }
  return true
}

/** All checks of this project: what is wrong, and what could not be looked at. */
export function checkProject() {
  const notes = []
  const sections = new Map()
  for (const [rfc, path] of texts) {
    if (existsSync(join(root, path))) sections.set(rfc, readSections(readFileSync(join(root, path), 'utf8')))
    else notes.push(`${path} is not there: whether the cited sections of RFC ${rfc} exist was not checked`)
  }
  const existing = (rfc, section) => {
    const counts = subsections.get(rfc)
    return counts ? isCounted(counts, section) : sections.get(rfc)?.has(section)
  }
  const files = listFiles(['src'])
  const faults = [
    ...checkReferences({
      ledger: readFileSync(join(root, 'docs/standards.md'), 'utf8'),
      references: findReferences(['src']),
      others: findReferences(['test/cases']),
      existing,
    }),
    ...checkForms(files),
    ...checkQuirks({
      page: readFileSync(join(root, 'docs/quirks.md'), 'utf8'),
      files,
      exists: (name) => existsSync(join(root, name)),
    }),
  ]
  return { faults, notes }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { faults, notes } = checkProject()
  for (const note of notes) console.log(note)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
}
