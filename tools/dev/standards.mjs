// The ledger docs/standards.md and the references to standards in src: reading both; the ledger's files column is generated from src.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** What the second column of the ledger may say. */
export const supports = ['supported', 'partly', 'no']

/** Says in a row that other code, or none, does what the section asks. */
export const withoutCode = '(no code of its own)'

// A reference may be broken between two lines of a comment.
const gap = '(?:[ \\t]|\\r?\\n[ \\t]*(?://+|\\*)?[ \\t]?)+'
const section = '\\d+(?:\\.\\d+)*'
const joint = `(?:,${gap}and${gap}|,${gap}|${gap}and${gap}|${gap}or${gap}|${gap}to${gap}|–)`
const referencePattern = new RegExp(`\\bRFC${gap}(\\d{3,5})(?:,${gap}(${section})((?:${joint}${section})*))?`, 'g')
const furtherPattern = new RegExp(`(${joint})(${section})`, 'g')

/**
 * The references of a text, one for each section: `RFC 5546, 3.2.2, 3.2.4 and 3.2.7`, `RFC 5546, 3.2–3.5`. The section is
 * undefined where the document as a whole is meant.
 */
export function parseReferences(text, file = '') {
  const references = []
  for (const match of text.matchAll(referencePattern)) {
    const [, rfc, first, further] = match
    const line = text.slice(0, match.index).split('\n').length
    const sections = first === undefined ? [undefined] : listSections(first, further ?? '')
    references.push(...sections.map((each) => ({ rfc, section: each, file, line })))
  }
  return references
}

/** The sections a row of the ledger is about: its first cell begins with them. */
export function parseSections(text) {
  const match = new RegExp(`^(${section})((?:${joint}${section})*)`).exec(text.trim())
  return match ? listSections(match[1], match[2]) : []
}

function listSections(first, further) {
  const sections = [first]
  for (const [, between, next] of further.matchAll(furtherPattern)) {
    const last = sections.at(-1)
    // `RFC 5545, 3.1, 2 of them` has one section.
    if (!next.includes('.') && last.includes('.')) break
    if (/–|to/.test(between)) sections.push(...listBetween(last, next))
    sections.push(next)
  }
  return sections
}

/** The sections between two of the same parent; of others nothing is known. */
function listBetween(from, to) {
  const [parent, first] = splitSection(from)
  const [sameParent, last] = splitSection(to)
  if (parent !== sameParent) return []
  const between = []
  for (let number = first + 1; number < last; number++)
    between.push(parent === '' ? `${number}` : `${parent}.${number}`)
  return between
}

function splitSection(text) {
  const dot = text.lastIndexOf('.')
  return [dot < 0 ? '' : text.slice(0, dot), Number(text.slice(dot + 1))]
}

/** Every reference below these folders of the project. */
export function findReferences(folders = ['src'], base = root) {
  return listFiles(folders, base).flatMap(({ name, text }) => parseReferences(text, name))
}

export function listFiles(folders = ['src'], base = root) {
  return folders
    .flatMap((folder) =>
      readdirSync(join(base, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(base, join(entry.parentPath ?? entry.path, entry.name))),
    )
    .sort()
    .map((name) => ({ name, text: readFileSync(join(base, name), 'utf8') }))
}

/** The documents the ledger knows, and its rows. */
export function parseLedger(text) {
  const documents = []
  const rows = []
  let rfc
  for (const [index, line] of text.split('\n').entries()) {
    const heading = /^## RFC (\d+)\b/.exec(line)
    if (heading) {
      rfc = heading[1]
      documents.push(rfc)
    } else if (/^#/.test(line)) rfc = undefined
    if (rfc === undefined || !line.startsWith('|') || /^\| (section|---) /.test(line)) continue
    const [title = '', support = '', sentence = '', files = ''] = splitCells(line)
    rows.push({ rfc, line: index + 1, title, sections: parseSections(title), support, sentence, files })
  }
  return { documents, rows }
}

function splitCells(line) {
  return line
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim())
}

/** Is the section this one, or below it? */
export function isWithin(below, above) {
  return below === above || below.startsWith(`${above}.`)
}

/** The row that speaks most closely of a section. */
export function findRow(rows, { rfc, section: wanted }) {
  let best
  let depth = 0
  for (const row of rows) {
    if (row.rfc !== rfc || wanted === undefined) continue
    for (const each of row.sections) {
      if (isWithin(wanted, each) && each.length > depth) {
        best = row
        depth = each.length
      }
    }
  }
  return best
}

/** The ledger with its files column made anew. */
export function writeFilesColumn(text, references) {
  const { rows } = parseLedger(text)
  const files = new Map(rows.map((row) => [row.line, new Set()]))
  for (const reference of references) {
    const row = findRow(rows, reference)
    if (row) files.get(row.line).add(reference.file.replace(/^src\//, ''))
  }
  const lines = text.split('\n')
  for (const { line, title, support, sentence } of rows) {
    const names = [...files.get(line)].sort().join(', ')
    lines[line - 1] = `| ${title} | ${support} | ${sentence} |${names === '' ? '' : ` ${names}`} |`
  }
  return lines.join('\n')
}

/** Documents of which every row that says `supported` is shown by a case. */
export const shownDocuments = ['5546', '6047']

/** What the notes of cases refer to. */
export function findShown(base = root) {
  const cases = listFiles(['test/cases'], base).filter(({ name }) => name.endsWith('.case'))
  return cases.flatMap(({ name, text }) => parseReferences(text.replace(/^[^#].*$/gm, ''), name))
}

/** The rows that say `supported`, but nothing in `shown` is about their section or one below it. */
export function listUnshownRows(rows, shown) {
  const isShown = ({ rfc, sections }) =>
    shown.some((each) => each.rfc === rfc && each.section && sections.some((above) => isWithin(each.section, above)))
  return rows.filter((row) => shownDocuments.includes(row.rfc) && row.support === 'supported' && !isShown(row))
}

export function makeLedger() {
  return writeFilesColumn(readFileSync(join(root, 'docs/standards.md'), 'utf8'), findReferences())
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(join(root, 'docs/standards.md'), makeLedger())
  console.log('docs/standards.md')
}
