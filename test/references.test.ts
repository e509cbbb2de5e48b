// References to standards in src and the ledger docs/standards.md agree; so do marked quirks and docs/quirks.md.
import { describe, expect, test } from 'vitest'
import {
  checkForms,
  checkProject,
  checkQuirks,
  checkReferences,
  isCounted,
  readSections,
} from '../tools/dev/check-references.mjs'
import { findRow, parseLedger, parseReferences, parseSections, writeFilesColumn } from '../tools/dev/standards.mjs'

const { faults, notes } = checkProject()

test('the project: every reference has its row, every row its reference, the files column is fresh', () => {
  expect(faults).toEqual([])
})

for (const note of notes) test(note, ({ skip }) => skip('the texts of standards are kept outside of this project'))

describe('references in a text', () => {
  test.each([
    ['// RFC 5546, 3.2.3: a rule', ['5546 3.2.3']],
    ["makeReason('report', 'RFC 3834, 2', 'text')", ['3834 2']],
    ['RFC 5546, 3.2.2, 3.2.4 and 3.2.7.', ['5546 3.2.2', '5546 3.2.4', '5546 3.2.7']],
    ['RFC 5546, 3.2–3.5.', ['5546 3.2', '5546 3.3', '5546 3.4', '5546 3.5']],
    ['RFC 5546, 6.1.1 to 6.1.3', ['5546 6.1.1', '5546 6.1.2', '5546 6.1.3']],
    ['RFC 5545, 3.1.4 to 3.2.3', ['5545 3.1.4', '5545 3.2.3']],
    ['RFC 5546, 2.1.5, rules 3 and 4: last one', ['5546 2.1.5']],
    ['RFC 5545, 3.3.5, form 1: local', ['5545 3.3.5']],
    ['RFC 5545, 3.1, 2 of them', ['5545 3.1']],
    ['RFC 5321, 4.5.3.1: 64 octets and 255', ['5321 4.5.3.1']],
    ['RFC 9636, 3.', ['9636 3']],
    ['RFC 2034, 3 and 4', ['2034 3', '2034 4']],
    ['RFC 5545, 3.3.10, and RFC 7529, 4.', ['5545 3.3.10', '7529 4']],
    ['RFC 5546, 6.1; RFC 6047, 2.3.', ['5546 6.1', '6047 2.3']],
    ['as in RFC 5646: `nb`', ['5646 undefined']],
    ['// RFC 5545, 3.8.2.4\n  // and 3.8.2.5: both', ['5545 3.8.2.4', '5545 3.8.2.5']],
    [' * RFC\n * 5545, 3.1', ['5545 3.1']],
    ['no reference: RFC, 5545; MRFC 5545', []],
  ])('%s', (text, expected) => {
    expect(parseReferences(text).map(({ rfc, section }) => `${rfc} ${section}`)).toEqual(expected)
  })

  test('know their line', () => {
    expect(parseReferences('a\nb RFC 5545, 3.1\n\nRFC 5545, 3.4', 'src/x.ts')).toEqual([
      { rfc: '5545', section: '3.1', file: 'src/x.ts', line: 2 },
      { rfc: '5545', section: '3.4', file: 'src/x.ts', line: 4 },
    ])
  })

  test('are found by nobody in another form', () => {
    const odd = ['RFC5545, 3.1', 'RFC-5545', 'RFC 5545 3.1', 'RFC 5545, section 3.1', 'RFC 5545 §3', '§3.2']
    for (const text of odd) expect(checkForms([{ name: 'src/x.ts', text: `\n${text}` }])).toHaveLength(1)
    const good = 'RFC 5545, 3.1; of RFC 5545, which; RFC 2231, 3 of them'
    expect(checkForms([{ name: 'src/x.ts', text: good }])).toEqual([])
  })
})

function makeLedger(...rows: readonly string[]): string {
  const head = [
    '# Ledger',
    '',
    '## RFC 5546 — iTIP',
    '',
    '| section | supported | what we do | files |',
    '| --- | --- | --- | --- |',
  ]
  return [...head, ...rows, ''].join('\n')
}

describe('the ledger', () => {
  test('has documents and rows', () => {
    const ledger = parseLedger(
      `${makeLedger('| 3.2.1, 3.2.6–3.2.8 Others | no | Passed on. | |')}\n## Words\n\n| a | b | c | |\n`,
    )
    expect(ledger).toEqual({
      documents: ['5546'],
      rows: [
        {
          rfc: '5546',
          line: 7,
          title: '3.2.1, 3.2.6–3.2.8 Others',
          sections: ['3.2.1', '3.2.6', '3.2.7', '3.2.8'],
          support: 'no',
          sentence: 'Passed on.',
          files: '',
        },
      ],
    })
  })

  test('a title is no section', () => {
    expect(parseSections('4.0 of it')).toEqual(['4.0'])
    expect(parseSections('Examples')).toEqual([])
  })

  test('the closest row speaks for a section', () => {
    const { rows } = parseLedger(makeLedger('| 3.2 Events | partly | x | |', '| 3.2.2 REQUEST | partly | x | |'))
    expect(findRow(rows, { rfc: '5546', section: '3.2.2.1' })?.title).toBe('3.2.2 REQUEST')
    expect(findRow(rows, { rfc: '5546', section: '3.2.20' })?.title).toBe('3.2 Events')
    expect(findRow(rows, { rfc: '5546', section: '3.20' })).toBeUndefined()
    expect(findRow(rows, { rfc: '5545', section: '3.2' })).toBeUndefined()
  })

  test('its files column comes from src', () => {
    const references = [
      ...parseReferences('RFC 5546, 3.2.2.1', 'src/itip/request.ts'),
      ...parseReferences('RFC 5546, 3.2 and 3.2', 'src/itip/cancel.ts'),
      ...parseReferences('RFC 5546, 3.2.2', 'src/agents/x.ts'),
    ]
    const written = writeFilesColumn(
      makeLedger(
        '| 3.2 Events | partly | x | old.ts |',
        '| 3.2.2 REQUEST |partly| x | |',
        '| 4 Examples | no | y | z.ts |',
      ),
      references,
    )
    expect(written).toBe(
      makeLedger(
        '| 3.2 Events | partly | x | itip/cancel.ts |',
        '| 3.2.2 REQUEST | partly | x | agents/x.ts, itip/request.ts |',
        '| 4 Examples | no | y | |',
      ),
    )
    expect(writeFilesColumn(written, references)).toBe(written)
  })
})

describe('the checker says', () => {
  const check = (rows: readonly string[], source: string, existing?: (rfc: string, section: string) => boolean) => {
    const references = parseReferences(source, 'src/x.ts')
    const ledger = writeFilesColumn(makeLedger(...rows), references)
    return checkReferences(existing ? { ledger, references, existing } : { ledger, references })
  }
  const row = '| 3.2 Events | supported | All. | |'

  test.each([
    ['nothing where both agree', [row], 'RFC 5546, 3.2.5', []],
    ['nothing where a whole document is meant', [row], 'RFC 5546 and RFC 5546, 3.2', []],
    ['that no row is about a reference', [row], 'RFC 5546, 3.2.5 and 6.1', [/^src\/x\.ts:1: RFC 5546, 6\.1: no row/]],
    ['that a document is missing', [row], 'RFC 5546, 3.2; RFC 5545', [/RFC 5545: the ledger has no such document/]],
    [
      'that nothing refers to a row',
      [row],
      '',
      [/^docs\/standards\.md:7: RFC 5546, 3\.2 Events is supported, but nothing/],
    ],
    ['nothing of rows that say no', ['| 3.2 Events | no | Passed on. | |'], '', []],
    ['nothing of rows without code', ['| 3.2 Events | partly | By x. (no code of its own) | |'], '', []],
    [
      'that a row without code has some',
      ['| 3.2 Events | partly | By x. (no code of its own) | |'],
      'RFC 5546, 3.2',
      [/but src refers to it/],
    ],
    ['that a word is unknown', ['| 3.2 Events | maybe | x | |'], 'RFC 5546, 3.2', [/"maybe" is none of/]],
    ['that a sentence is missing', ['| 3.2 Events | no | | |'], '', [/does not say what we do/]],
    ['that a section is missing', ['| Events | no | x | |'], '', [/does not begin with a section/]],
    ['that a section stands twice', ['| 3.2 A | no | x | |', '| 3.2 B | no | x | |'], '', [/has a row already/]],
  ])('%s', (_, rows, source, expected) => {
    expect(check(rows, source)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
  })

  test('that a section does not exist', () => {
    expect(check([row], 'RFC 5546, 3.2.99', (_, section) => section !== '3.2.99')).toEqual([
      'src/x.ts:1: RFC 5546, 3.2.99 does not exist',
    ])
  })

  test('that the files column is old', () => {
    const references = parseReferences('RFC 5546, 3.2', 'src/x.ts')
    expect(checkReferences({ ledger: makeLedger(row), references })).toEqual([expect.stringMatching(/not fresh/)])
  })
})

describe('sections that exist', () => {
  test('by the text', () => {
    const text = '3.  Table of contents\n\n   1.  a list\n3.8.5.3.  Recurrence Rule\n4. Examples\nRFC 5545 of 3.1.\n'
    expect([...readSections(text)]).toEqual(['3', '3.8.5.3', '4'])
  })

  test.each([
    ['3.2.8', true],
    ['3.2.9', false],
    ['3.2.0', false],
    ['4', false],
    ['3.2.8.1', undefined],
    ['3.1.1', undefined],
  ])('by numbers: %s', (section, expected) => {
    expect(isCounted({ '': 3, 3: 2, '3.2': 8 }, section)).toBe(expected)
  })
})

describe('quirks', () => {
  const page = '| who | what | `src/a.ts` | `test/cases/a.case` |'
  const marked = { name: 'src/a.ts', text: '// Quirk: odd, see docs/quirks.md.' }
  const check = (files: readonly { name: string; text: string }[], there = ['src/a.ts', 'test/cases/a.case']) =>
    checkQuirks({ page, files, exists: (name) => there.includes(name) })

  test('agree with the page', () => {
    expect(check([marked])).toEqual([])
    expect(check([{ ...marked, text: '// Quirk: odd, see\n// docs/quirks.md.' }])).toEqual([])
  })

  test('that do not agree', () => {
    expect(check([marked, { ...marked, name: 'src/b.ts' }])).toEqual(['src/b.ts: its quirk is not in docs/quirks.md'])
    expect(check([{ ...marked, text: '' }])).toEqual(['docs/quirks.md: no place in src/a.ts is marked Quirk:'])
    expect(check([marked], ['src/a.ts'])).toEqual(['docs/quirks.md: test/cases/a.case does not exist'])
    expect(check([{ ...marked, text: '\n// Quirk: odd' }])).toEqual(['src/a.ts:2: a quirk says "see docs/quirks.md"'])
  })
})
