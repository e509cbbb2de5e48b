// Replies of mail servers: the code that tells why, wherever a server puts it.
import { expect, test } from 'vitest'
import { makeReply, makeResult } from '../../../src/mail/transport/reply.ts'

test.each([
  ['in each line', ['5.1.1 No such user', '5.1.1 at all'], '5.1.1', '550 5.1.1 No such user at all'],
  ['in the first', ['5.2.2 Full', 'very'], '5.2.2', '550 5.2.2 Full very'],
  [
    'in the last, as Cyrus does',
    ['Mailbox unknown.', '5.1.1 User unknown'],
    '5.1.1',
    '550 5.1.1 Mailbox unknown. User unknown',
  ],
  ['alone', ['5.1.1'], '5.1.1', '550 5.1.1'],
  ['nowhere', ['No such user'], '5.0.0', '550 No such user'],
  ['of another class', ['4.2.2 Full'], '5.0.0', '550 4.2.2 Full'],
])('the enhanced code stands %s', (_where, lines, code, reply) => {
  expect(makeResult(makeReply(550, lines))).toEqual({ kind: 'refused', code, reply })
})
