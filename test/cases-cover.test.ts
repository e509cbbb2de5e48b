// What the cases must show: every effect and every reason there is, every entry of the list of behaviour, every example of RFC 5546, 4.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { findShown, listUnshownRows, parseLedger, parseReferences } from '../tools/dev/standards.mjs'
import { type CaseFile, parseCaseFile } from './support/case-file.ts'
import { listCases } from './support/case-list.ts'
import { runCase } from './support/case-runner.ts'
import { makeCaseWorld } from './support/case-world.ts'
import { makeFixedClock } from './support/fixed-clock.ts'

const project = join(import.meta.dirname, '..')
const files = listCases().map((path) => parseCaseFile(path, read(path)))

/** What no case can show: why, which test shows it, and words of that test. */
interface Elsewhere {
  readonly why: string
  readonly test: string
  readonly says: string
}

const byHand = 'only imip-admin does it, and cases are mails'
const many = 'test/many-processes.test.ts'

const effectsElsewhere: Readonly<Record<string, Elsewhere>> = {
  'expire-offers': {
    why: 'no message asks for it: what has expired goes with the next change',
    test: 'test/store/contract.ts',
    says: 'that have expired go by themselves',
  },
}

const reasonsElsewhere: Readonly<Record<string, Elsewhere>> = {
  'already-declined': {
    why: byHand,
    test: 'test/admin/book-cancel.test.ts',
    says: 'it was cancelled or declined before',
  },
  'booked-by-hand': { why: byHand, test: 'test/admin/reasons.test.ts', says: 'booked-by-hand' },
  'cancelled-by-hand': { why: byHand, test: 'test/admin/reasons.test.ts', says: 'cancelled-by-hand' },
  'dropped-by-hand': { why: byHand, test: 'test/admin/held.test.ts', says: 'dropped-by-hand' },
  'import-updated': {
    why: byHand,
    test: 'test/admin/import-export.test.ts',
    says: 'brings a newer revision, and leaves a newer one that is there',
  },
  imported: {
    why: byHand,
    test: 'test/admin/import-export.test.ts',
    says: 'takes events as accepted, and lists what overlaps',
  },
  'no-policy': {
    why: 'each scheduling function that can be set alone has an opinion about every request',
    test: 'test/scheduling/schedule.test.ts',
    says: 'no opinion changes nothing',
  },
  'unknown-uid': { why: byHand, test: 'test/admin/book-cancel.test.ts', says: 'nothing is booked under nothing' },
}

/** Of pieces that are never asked so. */
const guards: Readonly<Record<string, string>> = {
  'no-recurrence-id': 'whoever asks where a range begins has looked for its RECURRENCE-ID before',
  'no-opinion': 'a word of the trace; what follows from it is shown by other reasons',
}

/** Entries of the list of behaviour, 1 to 60, and of the decisions before it, that are about more than one message. */
const entriesElsewhere: Readonly<Record<string, Elsewhere>> = {
  '60': { why: 'it takes many processes', test: many, says: 'ask for the same time: exactly one is accepted' },
}

/** Cases of those folders that do not run through the programs. */
const notThroughPrograms: Readonly<Record<string, string>> = {
  'test/cases/behaviour/0.2-domains-in-a-labels.case':
    'the receiver of the test tells such a domain in its own letters, however it was spelled on the wire',
}

/** All sections of RFC 5546, 4 that have an example, or say in words what one would. */
const examples = [
  ...['4.1.1', '4.1.2', '4.1.3', '4.1.4', '4.1.5'],
  ...['4.2.1', '4.2.2', '4.2.3', '4.2.4', '4.2.5', '4.2.6', '4.2.7', '4.2.8', '4.2.9', '4.2.10', '4.2.11'],
  ...['4.3.1', '4.3.2', '4.3.3'],
  ...['4.4.1', '4.4.2', '4.4.3', '4.4.4', '4.4.5', '4.4.6', '4.4.7', '4.4.8', '4.4.9', '4.4.10'],
  ...['4.5.1', '4.5.2', '4.5.3', '4.5.4', '4.5.5', '4.5.6', '4.5.7.1', '4.5.7.2'],
  ...['4.6', '4.7.1', '4.7.2'],
]

/** Of all decisions of all cases. */
const effects = new Set<string>()
const codes = new Set<string>()

beforeAll(async () => {
  for (const file of files) await collect(file)
}, 600_000)

async function collect(file: CaseFile): Promise<void> {
  const world = makeCaseWorld('memory', makeFixedClock('1970-01-01T00:00:00Z'), (decision) => {
    for (const { kind } of decision.effects) effects.add(kind)
    for (const { code } of decision.because) codes.add(code)
  })
  try {
    await runCase(file, world)
  } finally {
    await world.close()
  }
  // Mail that is not looked into, or not understood, never comes to a decision.
  for (const block of file.blocks) if (block.kind === 'because' && block.code) codes.add(block.code)
}

describe('every effect occurs in a case', () => {
  const kinds = listLiterals('src/agents/effect.ts', /\bkind: '([a-z-]+)'/g)

  test.each(kinds)('%s', (kind) => {
    expectShown(kind, effects, effectsElsewhere)
  })

  test('and nothing is listed that does not exist', () => {
    expect(kinds).toEqual(expect.arrayContaining(Object.keys(effectsElsewhere)))
  })
})

describe('every reason of the agents occurs in a case', () => {
  const reasons = listLiterals('src/agents/reasons.ts', /makeReason\(\s*'([a-z0-9-]+)'/g)

  test.each(reasons)('%s', (code) => {
    expectShown(code, codes, reasonsElsewhere)
  })

  test('and nothing is listed that does not exist', () => {
    expect(reasons).toEqual(expect.arrayContaining(Object.keys(reasonsElsewhere)))
  })
})

describe('reasons and faults that are made elsewhere occur in a case or in a test', () => {
  const told = listSources('test', ['.case', '.ts']).map(read).join('\n')
  const others = listSources('src', ['.ts']).filter((path) => path !== 'src/agents/reasons.ts')
  const made = others.flatMap(listMade)
  const known = [...new Set(made.map(({ code }) => code))].sort()

  test.each(known.filter((code) => !guards[code]))('%s', (code) => {
    const words = [code, ...made.filter((each) => each.code === code).flatMap(({ texts }) => texts)]
    expect(words.some((word) => isWordOf(told, word))).toBe(true)
  })

  test('and nothing is listed that does not exist', () => {
    expect(known).toEqual(expect.arrayContaining(Object.keys(guards)))
  })
})

describe('behaviour', () => {
  const numbers = [
    ...Array.from({ length: 12 }, (_, index) => `0.${index + 1}`),
    ...Array.from({ length: 60 }, (_, index) => `${index + 1}`),
  ]
  const there = listNumbers('behaviour', /^0*(\d+(?:\.\d+)?)-/)

  test.each(numbers)('%s', (number) => {
    expectShown(number, there, entriesElsewhere)
  })

  test('has no other entries', () => {
    expect(numbers).toEqual(expect.arrayContaining([...there]))
  })
})

describe('RFC 5546', () => {
  const there = listNumbers('rfc5546', /^([\d.]+)-/)

  test.each(examples)('%s', (section) => {
    expect(there).toContain(section)
  })

  test('has no other examples', () => {
    expect(examples).toEqual(expect.arrayContaining([...there]))
  })
})

describe('the ledger of standards', () => {
  const head = ['## RFC 5546 — iTIP', '| section | supported | what we do | files |', '| --- | --- | --- | --- |']
  const { rows } = parseLedger(
    [...head, '| 3.2.1 PUBLISH | supported | x | |', '| 3.2.2 REQUEST | partly | x | |'].join('\n'),
  )

  test('has no row of RFC 5546 and RFC 6047 that says supported, and which no case is about', () => {
    const unshown = listUnshownRows(parseLedger(read('docs/standards.md')).rows, findShown())
    expect(unshown.map(({ rfc, title }) => `RFC ${rfc}, ${title}`)).toEqual([])
  })

  test.each([
    ['nothing refers to it', '', ['3.2.1 PUBLISH']],
    ['something refers to what is above it', 'RFC 5546, 3.2', ['3.2.1 PUBLISH']],
    ['something refers to another document', 'RFC 5545, 3.2.1', ['3.2.1 PUBLISH']],
    ['something refers to it', 'RFC 5546, 3.2.1', []],
    ['something refers to what is below it', 'RFC 5546, 3.2.1.1', []],
  ])('a row where %s', (_, text, expected) => {
    expect(listUnshownRows(rows, parseReferences(text)).map(({ title }) => title)).toEqual(expected)
  })
})

describe('through the programs', () => {
  const own = files.filter(({ path }) => /^test\/cases\/(?:behaviour|rfc5546)\//.test(path))

  test.each(own.map((file) => [file.path, file] as const))('%s', (path, { blocks }) => {
    const isMarked = blocks.some((block) => block.kind === 'scene' && block.scene === 'also-executables')
    expect(isMarked).toBe(notThroughPrograms[path] === undefined)
  })

  test('and none is left out that does not exist', () => {
    expect(own.map(({ path }) => path)).toEqual(expect.arrayContaining(Object.keys(notThroughPrograms)))
  })
})

function expectShown(what: string, there: ReadonlySet<string>, elsewhere: Readonly<Record<string, Elsewhere>>): void {
  const other = elsewhere[what]
  if (!other) {
    expect(there).toContain(what)
    return
  }
  expect(there, `${what} is in a case, and listed as if it could not be`).not.toContain(what)
  expect(existsSync(join(project, other.test)), other.test).toBe(true)
  expect(read(other.test)).toContain(other.says)
}

function read(path: string): string {
  return readFileSync(join(project, path), 'utf8')
}

/** The codes of a file, with the words that stand beside them. */
function listMade(path: string): readonly { readonly code: string; readonly texts: readonly string[] }[] {
  return [...read(path).matchAll(/make(?:Reason|Fault)\(\s*'([a-z0-9-]+)'([^)]*)/g)].map(
    ([, code = '', rest = '']) => ({
      code,
      texts: [...rest.matchAll(/'([^']{12,})'/g)].flatMap(([, text]) => text ?? []),
    }),
  )
}

function isWordOf(text: string, word: string): boolean {
  return new RegExp(`(?<![a-z0-9-])${word.replace(/[^\w ]/g, '\\$&')}(?![a-z0-9-])`).test(text)
}

function listLiterals(path: string, pattern: RegExp): readonly string[] {
  return [...new Set([...read(path).matchAll(pattern)].flatMap(([, literal]) => literal ?? []))].sort()
}

function listSources(folder: string, ends: readonly string[]): readonly string[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ends.some((end) => name.endsWith(end)))
    .map((name) => `${folder}/${name}`)
}

function listNumbers(folder: string, pattern: RegExp): ReadonlySet<string> {
  const names = readdirSync(join(project, 'test/cases', folder))
  return new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []))
}
