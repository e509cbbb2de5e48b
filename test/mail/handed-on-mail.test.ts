// The field above a mail that is handed on.

import { expect, test } from 'vitest'
import { composeHandedOn, serializeVerdictField, type ToldVerdict } from '../../src/mail/handed-on-mail.ts'
import { parseHeader } from '../../src/mail/header.ts'
import { fc } from '../fast-check.ts'

const told: ToldVerdict = {
  verdict: 'applied',
  reason: { code: 'recorded' },
  method: 'REQUEST',
  uid: '1@example.com',
  recurrenceId: null,
}

test('short ones stand on one line, long ones are folded between their parts', () => {
  expect(serializeVerdictField(told)).toBe(
    'X-Imip-Agent: applied; reason=recorded; method=REQUEST; uid="1@example.com"\r\n',
  )
  expect(serializeVerdictField({ ...told, recurrenceId: '20260310T100000Z' })).toBe(
    'X-Imip-Agent: applied; reason=recorded; method=REQUEST; uid="1@example.com";\r\n recurrence-id="20260310T100000Z"\r\n',
  )
  expect(serializeVerdictField({ ...told, verdict: 'passed', reason: { code: 'spam' }, method: null, uid: null })).toBe(
    'X-Imip-Agent: passed; reason=spam\r\n',
  )
})

test('stands above the mail, with the line ends that the mail has; the mail itself stays', () => {
  const handOn = (text: string, verdicts: readonly ToldVerdict[]) =>
    Buffer.from(composeHandedOn(Buffer.from(text), verdicts)).toString()
  const plain = { ...told, method: null, uid: null }
  expect(handOn('A: b\n\nc\n', [plain])).toBe('X-Imip-Agent: applied; reason=recorded\nA: b\n\nc\n')
  expect(handOn('A: b\r\n\r\nc\r\n', [plain])).toBe('X-Imip-Agent: applied; reason=recorded\r\nA: b\r\n\r\nc\r\n')
  expect(handOn('', [plain])).toBe('X-Imip-Agent: applied; reason=recorded\n')
  const bytes = Buffer.from('A: b\n\nc\n')
  expect(composeHandedOn(bytes, [])).toBe(bytes)
  expect(
    handOn(
      'A: b\n',
      Array.from({ length: 500 }, () => plain),
    ).split('\n'),
  ).toHaveLength(12)
})

test('whatever a verdict holds, it is one field of printable signs in lines that fit', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a"; b', 'a\r\nB: c', '\\', 'x'.repeat(5000)))
  fc.assert(
    fc.property(
      text,
      text,
      fc.option(text),
      fc.option(text),
      fc.option(text),
      (verdict, code, method, uid, recurrenceId) => {
        const field = serializeVerdictField({ verdict, reason: { code }, method, uid, recurrenceId })
        expect(field).toMatch(/^X-Imip-Agent: (?:[\x20-\x7e]|\r\n )*\r\n$/)
        expect(Math.max(...field.split('\r\n').map((line) => line.length))).toBeLessThan(250)
        const [only, ...others] = parseHeader(Buffer.from(`${field}\r\n`))
        expect(others).toEqual([])
        expect(only?.value).toMatch(/^[A-Za-z0-9-]*; reason=[A-Za-z0-9-]*(?:; [a-z-]+=(?:[A-Za-z0-9-]*|"[^"\\]*"))*$/)
      },
    ),
  )
})
