import { expect, test } from 'vitest'
import { compareRevision, readRevision } from '../../src/itip/revision.ts'
import { makeEvent } from '../support/calendar-text.ts'

const first = 'DTSTAMP:20260302T085900Z'
const later = 'DTSTAMP:20260302T085901Z'

test.each([
  // RFC 5546, 2.1.5, rule 2: the higher SEQUENCE.
  ['a higher SEQUENCE', ['SEQUENCE:2', first], ['SEQUENCE:1', first], 'newer'],
  ['a higher SEQUENCE with an older DTSTAMP', ['SEQUENCE:2', first], ['SEQUENCE:1', later], 'newer'],
  ['a lower SEQUENCE', ['SEQUENCE:1', first], ['SEQUENCE:2', first], 'older'],
  ['a lower SEQUENCE with a later DTSTAMP', ['SEQUENCE:1', later], ['SEQUENCE:2', first], 'older'],
  ['SEQUENCE as a number, not as text', ['SEQUENCE:10', first], ['SEQUENCE:9', first], 'newer'],
  // Rule 4: of equal ones the later DTSTAMP.
  ['the same SEQUENCE, a later DTSTAMP', ['SEQUENCE:1', later], ['SEQUENCE:1', first], 'newer'],
  ['the same SEQUENCE, an older DTSTAMP', ['SEQUENCE:1', first], ['SEQUENCE:1', later], 'older'],
  ['the same', ['SEQUENCE:1', first], ['SEQUENCE:1', first], 'same'],
  // RFC 5545, 3.8.7.4: absent means 0.
  ['no SEQUENCE against 0', [first], ['SEQUENCE:0', first], 'same'],
  ['no SEQUENCE against 1', [first], ['SEQUENCE:1', first], 'older'],
  // What cannot be read decides nothing.
  ['no DTSTAMP', ['-DTSTAMP'], [first], 'same'],
  ['a DTSTAMP that is none', ['DTSTAMP:yesterday'], [first], 'same'],
  ['a SEQUENCE that is none', ['SEQUENCE:first', first], ['SEQUENCE:0', first], 'same'],
  ['a SEQUENCE below nought', ['SEQUENCE:-1', first], ['SEQUENCE:0', first], 'same'],
])('%s', (_, incoming, stored, order) => {
  expect(compareRevision(readRevision(makeEvent(...incoming)), readRevision(makeEvent(...stored)))).toBe(order)
})
