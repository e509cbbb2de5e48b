// Words of strangers in several lines.
import { expect, test } from 'vitest'
import { makeSeveralLines } from '../../src/text/several-lines.ts'

test.each([
  ['plain\ntext', 'plain\ntext'],
  ['a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne'],
  ['  a\n\n\n\n\nb  \n', 'a\n\nb'],
  ['bell\u0007 and\u0000 escape\u001b[2J', 'bell  and  escape [2J'],
  ['right \u202eto left\u202c', 'right to left'],
  ['half \ud800 a sign', 'half   a sign'],
  ['tab\tand\u00a0blank', 'tab and blank'],
])('%j', (given, expected) => expect(makeSeveralLines(given, 100)).toBe(expected))

test('what is too long is cut between two characters, however long it is', () => {
  expect(makeSeveralLines('abcdef', 4)).toBe('abc…')
  expect(makeSeveralLines('ab😀def', 4)).toBe('ab…')
  expect(makeSeveralLines('long '.repeat(1_000_000), 50)).toHaveLength(50)
})
