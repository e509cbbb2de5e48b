import { describe, expect, test } from 'vitest'
import {
  type LogRecord,
  parseDone,
  readLogText,
  serializeDone,
  serializeHeader,
  serializeRecord,
} from '../../../src/store/file/log-text.ts'
import { type Operation, parseOperations, serializeOperations } from '../../../src/store/file/operation.ts'
import { fc } from '../../fast-check.ts'

const nonce = '0123456789abcdef'
const header = { nonce, base: 41 }
const boot = 'fedcba987654321'

function makeRecord(sequence: number, kind: LogRecord['kind'] = 'commit', body = `body of ${sequence}\n`): LogRecord {
  return { kind, sequence, transaction: '-', about: '-', body: Buffer.from(body) }
}

function join(...entries: readonly (LogRecord | { readonly sequence: number; readonly durable: number })[]): Buffer {
  const texts = entries.map((entry) =>
    'kind' in entry ? serializeRecord(nonce, entry) : serializeDone(nonce, { ...entry, boot }),
  )
  return Buffer.concat([serializeHeader(header), ...texts])
}

describe('a log', () => {
  test('is read back', () => {
    const records = [makeRecord(42), makeRecord(43, 'note'), makeRecord(44, 'prepare'), makeRecord(45, 'outcome', '')]
    const bytes = join(...records, { sequence: 45, durable: 44 })
    const reading = readLogText(bytes)
    if (reading.kind === 'damaged') throw new Error('damaged')
    expect(reading.header).toEqual(header)
    expect(reading.end).toBe(bytes.length)
    expect(reading.entries.map(({ entry }) => entry)).toEqual([
      ...records,
      { kind: 'done', sequence: 45, durable: 44, boot },
    ])
  })

  test('may end anywhere in what never became durable', () => {
    const sound = join(makeRecord(42), { sequence: 42, durable: 42 })
    const whole = Buffer.concat([sound, serializeRecord(nonce, makeRecord(43))])
    for (let size = sound.length; size < whole.length; size++) {
      expect(readLogText(whole.subarray(0, size))).toMatchObject({ kind: 'read', end: sound.length })
    }
  })

  test('may have lost notes in front of notes', () => {
    const bytes = join(makeRecord(42), { sequence: 42, durable: 42 }, makeRecord(43, 'note'), makeRecord(44, 'note'), {
      sequence: 44,
      durable: 42,
    })
    bytes.fill(0, bytes.indexOf('note 43'), bytes.indexOf('note 44') - 1)
    expect(readLogText(bytes)).toMatchObject({ kind: 'read', end: bytes.indexOf(0) })
  })

  test('is damaged where any byte of a durable record differs and something durable follows', () => {
    const first = serializeRecord(nonce, makeRecord(42))
    for (const after of [
      [makeRecord(43)],
      [makeRecord(43, 'prepare')],
      [{ sequence: 42, durable: 42 }],
      [{ sequence: 42, durable: 42 }, makeRecord(43, 'note')],
    ] as const) {
      const bytes = join(makeRecord(42), ...after)
      for (let place = 64; place < 64 + first.length; place++) {
        const damaged = Buffer.from(bytes)
        damaged[place] = (damaged[place] ?? 0) ^ 1
        expect(readLogText(damaged), `byte ${place}`).toEqual({ kind: 'damaged', offset: 64 })
      }
    }
  })

  test('is damaged without its header', () => {
    expect(readLogText(Buffer.alloc(0))).toEqual({ kind: 'damaged', offset: 0 })
    expect(readLogText(join(makeRecord(42)).subarray(1))).toEqual({ kind: 'damaged', offset: 0 })
  })

  test('believes no record or mark of another log', () => {
    const other = 'ffffffffffffffff'
    expect(parseDone(nonce, serializeDone(other, { sequence: 1, durable: 1, boot }))).toBeUndefined()
    const bytes = Buffer.concat([serializeHeader(header), serializeRecord(other, makeRecord(42))])
    expect(readLogText(bytes)).toMatchObject({ kind: 'read', entries: [] })
  })
})

test('operations are read back', () => {
  const bytes = fc.uint8Array({ maxLength: 50 }).map((each) => Buffer.from(each))
  const path = fc.constantFrom('objects/a', 'freebusy/2026/03-10', 'outbox/%sha256-00')
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), path, bytes }),
    fc.record({ kind: fc.constant('patch' as const), path, position: fc.nat(), bytes }),
    fc.record({ kind: fc.constant('drop' as const), path }),
    fc.record({ kind: fc.constant('line' as const), path, name: fc.constantFrom('1.0', '17.3'), bytes }),
  )
  fc.assert(
    fc.property(fc.array(operation), (operations) => {
      expect(parseOperations(serializeOperations(operations))).toEqual(operations)
    }),
  )
  expect(parseOperations(Buffer.from('put a 5\nabc\n'))).toBeUndefined()
  expect(parseOperations(Buffer.from('move a b\n'))).toBeUndefined()
})
