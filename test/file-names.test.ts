import { expect, test } from 'vitest'
import { decodeFileName, encodeFileName, isDigestName } from '../src/file-names.ts'
import { fc } from './fast-check.ts'

test.each([
  ['mailto:room@example.com', 'mailto:room@example.com'],
  ['a_b-c.d+e=f', 'a_b-c.d+e=f'],
  ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd'],
  ['.', '%2E'],
  ['..', '%2E.'],
  ['.hidden', '%2Ehidden'],
  ['', '%'],
  ['%41', '%2541'],
  ['a b\0', 'a%20b%00'],
  ['ø', '%C3%B8'],
])('%j is %s', (text, name) => {
  expect(encodeFileName(text)).toBe(name)
  expect(decodeFileName(name)).toBe(text)
})

test('long texts become a digest of their own', () => {
  const name = encodeFileName('x'.repeat(4000))
  expect(isDigestName(name)).toBe(true)
  expect(encodeFileName('x'.repeat(200))).toBe('x'.repeat(200))
  expect(isDigestName(encodeFileName('x'.repeat(201)))).toBe(true)
  expect(isDigestName(encodeFileName('ø'.repeat(34)))).toBe(true)
  expect(encodeFileName('y'.repeat(4000))).not.toBe(name)
  expect(decodeFileName(name)).toBeUndefined()
})

test.each(['.hidden', 'a%', 'a%4', 'a%2f', '%41', 'a b', '%sha256-00', '%name'])('%j is none of our names', (name) => {
  expect(decodeFileName(name)).toBeUndefined()
})

test('any text stays in its directory, comes back, and collides with no other', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (first, second) => {
      for (const text of [first, second]) {
        const name = encodeFileName(text)
        expect(name).toMatch(/^[A-Za-z0-9_+=@:%-][A-Za-z0-9._+=@:%-]{0,254}$/)
        if (!isDigestName(name)) expect(decodeFileName(name)).toBe(Buffer.from(text, 'utf8').toString('utf8'))
      }
      if (Buffer.compare(Buffer.from(first), Buffer.from(second)) !== 0)
        expect(encodeFileName(first)).not.toBe(encodeFileName(second))
    }),
  )
})
