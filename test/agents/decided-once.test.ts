import { expect, test } from 'vitest'
import { findRepetition, withDecided, withRepetition } from '../../src/agents/decided-once.ts'
import type { Situation } from '../../src/agents/situation.ts'
import { makeSeries } from '../../src/itip/instances.ts'
import { makeReason } from '../../src/itip/reason.ts'
import type { DecidedMessage, RecordedAnswer, StoredSeries } from '../../src/itip/stored-series.ts'

const now = 1_772_442_000
const day = 86_400

const answer: RecordedAnswer = {
  participation: 'ACCEPTED',
  as: 'room@example.com',
  comment: '',
  stamp: now,
  repeatedAt: [],
}
const decided: DecidedMessage = {
  key: 'the-key',
  messageId: '<1@example.com>',
  at: now,
  verdict: 'applied',
  reason: 'free',
  answer,
}

test.each([
  ['another message', { key: 'another' }, '<1@example.com>', 'first'],
  ['the same mail', {}, '<1@example.com>', 'retry'],
  ['the same message in another mail', {}, '<2@example.com>', 'asked-again'],
  ['the other mail tried again', { repeatedTo: ['<2@example.com>'] }, '<2@example.com>', 'retry'],
  ['a third mail', { repeatedTo: ['<2@example.com>'] }, '<3@example.com>', 'asked-again'],
  ['the same message without an answer', { answer: undefined }, '<2@example.com>', 'enough'],
  [
    'repeated twice today',
    { answer: { ...answer, repeatedAt: [now - 10, now - 5] } },
    '<2@example.com>',
    'asked-again',
  ],
  [
    'repeated three times today',
    { answer: { ...answer, repeatedAt: [now - 10, now - 5, now - 1] } },
    '<2@example.com>',
    'enough',
  ],
  [
    'one of the three a day ago',
    { answer: { ...answer, repeatedAt: [now - day, now - 5, now - 1] } },
    '<2@example.com>',
    'asked-again',
  ],
  [
    'one of the three almost a day ago',
    { answer: { ...answer, repeatedAt: [now - day + 1, now - 5, now - 1] } },
    '<2@example.com>',
    'enough',
  ],
])('%s', (_, change, messageId, kind) => {
  const { answer: changed, ...rest } = { ...decided, ...change }
  const entry: DecidedMessage = changed === undefined ? rest : { ...rest, answer: changed }
  const situation = makeSituation({ ...makeSeries('planning@example.com'), decided: [entry] }, messageId)
  expect(findRepetition(situation).kind).toBe(kind)
})

test('nothing is known of the UID', () => {
  expect(findRepetition(makeSituation(undefined, '<1@example.com>')).kind).toBe('first')
})

test('the last 64 are kept, each once', () => {
  const reason = makeReason('free', 'rule', 'the time is free')
  let series = makeSeries('planning@example.com')
  for (let count = 0; count < 70; count++)
    series = withDecided(
      series,
      { ...makeSituation(series, '<1@example.com>'), decisionKey: `key ${count}` },
      'applied',
      reason,
      answer,
    )
  expect(series.decided.map(({ key }) => key)).toEqual(Array.from({ length: 64 }, (_, count) => `key ${count + 6}`))
  const again = withDecided(
    series,
    { ...makeSituation(series, '<1@example.com>'), decisionKey: 'key 10' },
    'applied',
    reason,
    answer,
  )
  expect(again.decided).toHaveLength(64)
  expect(again.decided.at(-1)?.key).toBe('key 10')
})

test('a repetition is written down with its answer', () => {
  const series = { ...makeSeries('planning@example.com'), decided: [decided, { ...decided, key: 'another' }] }
  const repeated = { ...answer, repeatedAt: [now] }
  expect(withRepetition(series, series.uid, decided, repeated, '<2@example.com>').decided).toEqual([
    { ...decided, repeatedTo: ['<2@example.com>'], answer: repeated },
    { ...decided, key: 'another' },
  ])
})

function makeSituation(stored: StoredSeries | undefined, messageId: string): Situation {
  return { now, stored, decisionKey: 'the-key', mail: { messageId } } as Situation
}
