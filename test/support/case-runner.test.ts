// The runner of golden conversations: a case that says too little, too much or something else fails, and can be written anew.
import { describe, expect, test } from 'vitest'
import { composeAnswer } from '../../src/mail/compose.ts'
import { makeMessage } from './calendar-text.ts'
import { parseCaseFile } from './case-file.ts'
import { makeCaseError, runCase } from './case-runner.ts'
import type { CaseWorld, Happened, SentMail } from './case-world.ts'
import { makeFixedClock } from './fixed-clock.ts'
import { makeLineDiff } from './line-diff.ts'

const arrival = ['> resource: pat@example.com to room@example.com', 'METHOD:REQUEST']

const answer: SentMail = {
  kind: 'answer',
  way: 'outward',
  sender: 'calendar@example.com',
  recipients: ['pat@example.com'],
  bytes: composeAnswer({
    message: makeMessage('REPLY', ['-DTSTART', '-DTEND', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:room@example.com']),
    facts: {
      kind: 'accepted',
      language: 'en',
      name: 'room@example.com',
      summary: 'Planning',
      when: '',
      location: undefined,
      because: [],
    },
    from: { address: 'room@example.com' },
    to: ['pat@example.com'],
    replyTo: undefined,
    sender: 'calendar@example.com',
    messageId: '<answer@example.com>',
    date: 0,
    inReplyTo: { messageId: '<1@example.com>', references: [] },
  }).bytes,
}
const verdict = { word: 'applied', code: 'free', texts: ['the time is free', 'a note'] }
const state = ['objects planning@example.com']

const content = [
  'METHOD:REPLY',
  'BEGIN:VEVENT',
  'UID:planning@example.com',
  'DTSTAMP:20260302T085900Z',
  'ORGANIZER:mailto:pat@example.com',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:room@example.com',
  'END:VEVENT',
]
const good = [
  ...arrival,
  '',
  '< send to pat@example.com',
  ...content,
  '= mailto:room@example.com',
  ...state,
  'because applied free',
]

describe('a case passes', () => {
  test.each<readonly [what: string, lines: readonly string[]]>([
    ['that tells all', good],
    [
      'that tells what must hold of the answer',
      replace(good, content, [], '< send to pat@example.com  PARTSTAT=ACCEPTED'),
    ],
    ['that tells a header field', replace(good, content, ['  Subject: Accepted: Planning', ...content])],
    ['that names the reason by its words', replace(good, ['because applied free'], ['because the time is free'])],
    [
      'that names the reason by code and words',
      replace(good, ['because applied free'], ['because applied free: a note']),
    ],
    ['with notes between', [...good.slice(0, 2), '# The answer.', '', ...good.slice(2), '', '# The end.']],
  ])('%s', async (_, lines) => {
    expect((await run(lines, {})).misfits).toEqual([])
  })
})

describe('a case fails', () => {
  test.each<
    readonly [what: string, lines: readonly string[], happened: Partial<Happened>, misfit: string, line: number]
  >([
    ['if an answer does not go out', good, { sent: [] }, 'did not go out: send to pat@example.com', 4],
    ['if an answer goes out that is not told', [...arrival, '', ...good.slice(11)], {}, 'went out, but is not told', 1],
    ['if it goes out twice', good, { sent: [answer, answer] }, 'went out, but is not told', 1],
    [
      'if the answer has another content',
      replace(good, ['METHOD:REPLY'], ['METHOD:COUNTER']),
      {},
      'another content',
      4,
    ],
    [
      'if a header field is another',
      replace(good, content, ['  Subject: No', ...content]),
      {},
      'Subject: Accepted: Planning',
      4,
    ],
    [
      'if a condition does not hold',
      replace(good, content, [], '< send to pat@example.com  PARTSTAT=DECLINED'),
      {},
      'PARTSTAT=DECLINED is not in it',
      4,
    ],
    ['if it says nothing of the answer', replace(good, content, []), {}, 'does not say what is in it', 4],
    [
      'if the store is another',
      replace(good, state, ['objects other@example.com']),
      {},
      'the store of mailto:room@example.com is another',
      12,
    ],
    [
      'if a store changes that is not told',
      replace(good, ['= mailto:room@example.com', ...state], []),
      {},
      'a store changed, but it is not told',
      1,
    ],
    [
      'if a store should be unchanged',
      replace(good, ['= mailto:room@example.com', ...state], ['= mailto:room@example.com  unchanged']),
      {},
      'is another',
      12,
    ],
    ['if there is no verdict', good, { verdicts: [] }, 'no verdict', 14],
    ['if the word is another', good, { verdicts: [{ ...verdict, word: 'ignored' }] }, 'another verdict', 14],
    ['if the code is another', good, { verdicts: [{ ...verdict, code: 'overlaps' }] }, 'another verdict', 14],
    ['if a verdict is not told', good, { verdicts: [verdict, verdict] }, 'a verdict that is not told', 1],
    [
      'if the words of the reason are others',
      replace(good, ['because applied free'], ['because applied free: never']),
      {},
      'another verdict',
      14,
    ],
    ['if the mail system was told something else than 0', good, { exit: '75 no' }, 'the mail system was told 75 no', 1],
    [
      'if an original goes on changed',
      [...arrival, '', '< deliver to room@example.com'],
      { sent: [makeOriginal('changed')], verdicts: [] },
      'is not the one that came',
      4,
    ],
  ])('%s', async (_, lines, happened, misfit, line) => {
    const { misfits } = await run(lines, happened)
    expect(misfits[0]).toMatchObject({ line, text: expect.stringContaining(misfit) })
  })

  test('with file and line', () => {
    const file = parseCaseFile('test/cases/x.case', good.join('\n'))
    const error = makeCaseError(file, 'memory', [{ line: 4, text: 'did not go out' }])
    expect(error.message).toBe('memory: test/cases/x.case:4: did not go out')
    expect(error.stack).toContain('at test/cases/x.case:4:1')
  })
})

describe('a case is written anew', () => {
  test.each<readonly [what: string, lines: readonly string[]]>([
    ['unchanged where it passes', good],
    ['with what was not told', arrival],
    ['with another content', replace(good, ['UID:planning@example.com'], ['UID:other@example.com'])],
    ['with another store', replace(good, state, ['objects other@example.com'])],
    ['with another reason', replace(good, ['because applied free'], ['because refused overlaps'])],
    ['without what does not happen', [...good, '< send to kim@example.org  PARTSTAT=ACCEPTED']],
  ])('%s', async (_, lines) => {
    const { rewritten } = await run(lines, {})
    expect((await run(rewritten.trimEnd().split('\n'), {})).misfits).toEqual([])
    for (const line of arrival) expect(rewritten).toContain(line)
    if (lines === good) expect(rewritten).toBe(`${good.join('\n')}\n`)
  })
})

test.each([
  ['a line without a sign', ['hello'], 'a line without a sign'],
  ['an unknown scene', ['@ then 2026-03-02T09:00:00Z'], '@ knows'],
  ['an unknown agent', ['> nobody: a@example.com to b@example.com', 'METHOD:REQUEST'], 'not an arrival'],
  ['an unknown option', ['> resource: a@example.com to b@example.com port=25', 'METHOD:REQUEST'], 'an arrival knows'],
  ['an arrival of nothing', ['> resource: a@example.com to b@example.com'], 'an arrival without a mail'],
  ['a delivery with a content', ['< deliver to a@example.com', 'METHOD:REPLY'], 'deliver has no content of its own'],
  ['a state of nothing', ['= mailto:a@example.com'], 'a state is'],
  ['a reason without words', ['because'], 'because what'],
])('what is not understood is said with its line: %s', (_, lines, reason) => {
  expect(() => parseCaseFile('x.case', ['# A case.', ...lines].join('\n'))).toThrow(`x.case:2: ${reason}`)
})

test('a difference is shown line by line', () => {
  expect(makeLineDiff(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e']).split('\n')).toEqual([
    '    a',
    '  - b',
    '  + x',
    '    c',
    '    d',
    '  + e',
  ])
})

function run(lines: readonly string[], happened: Partial<Happened>) {
  const file = parseCaseFile('test/cases/x.case', `${lines.join('\n')}\n`)
  return runCase(file, makeWorld({ exit: '0', sent: [answer], verdicts: [verdict], ...happened }), true)
}

/** A world in which always the same happens. */
function makeWorld(happened: Happened): CaseWorld {
  let shown: readonly string[] = []
  return {
    name: 'told',
    folder: '',
    clock: makeFixedClock('2026-03-02T09:00:00Z'),
    configure: () => {},
    writePreferences: () => {},
    receive: async () => {
      shown = state
      return happened
    },
    setQuota: async () => {},
    showQuotas: async () => new Map(),
    listUsers: async () => ['mailto:room@example.com'],
    showStore: async () => shown,
    close: async () => {},
  }
}

function makeOriginal(text: string): SentMail {
  const { sender } = answer
  return { kind: 'original', way: 'onward', sender, recipients: ['room@example.com'], bytes: Buffer.from(text) }
}

/** The lines with some of them in a row replaced, and perhaps the one before them. */
function replace(lines: readonly string[], some: readonly string[], others: readonly string[], before?: string) {
  const start = lines.findIndex((_, index) => some.every((line, offset) => lines[index + offset] === line))
  const head = lines.slice(0, start)
  return [
    ...(before === undefined ? head : [...head.slice(0, -1), before]),
    ...others,
    ...lines.slice(start + some.length),
  ]
}
