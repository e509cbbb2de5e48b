import { expect, test } from 'vitest'
import { parseServerAddress, serializeServerAddress } from '../../../src/mail/transport/server-address.ts'

test.each([
  ['/run/dovecot/lmtp', '/run/dovecot/lmtp'],
  ['unix:/run/dovecot/lmtp', '/run/dovecot/lmtp'],
  ['127.0.0.1:25', '127.0.0.1:25'],
  ['mail.example.com:10025', 'mail.example.com:10025'],
  ['[::1]:24', '[::1]:24'],
])('%s', (text, shown) => {
  const address = parseServerAddress(text)
  expect(address && serializeServerAddress(address)).toBe(shown)
})

test.each(['', 'mail.example.com', ':25', 'a:0', 'a:65536', 'a:b', 'relative/path', '::1:24', '/x\0y', 'a b:25'])(
  '%j is none',
  (text) => expect(parseServerAddress(text)).toBeUndefined(),
)
