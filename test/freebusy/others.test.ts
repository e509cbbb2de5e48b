// What others tell of their free/busy, piece by piece.

import { describe, expect, test } from 'vitest'
import {
  addAsked,
  addPiece,
  addRequested,
  listRequestedToday,
  type OthersFreeBusy,
  type OthersPiece,
  withoutExpiredPieces,
} from '../../src/freebusy/others.ts'
import { parseOthers, serializeOthers } from '../../src/store/others-text.ts'
import { fc } from '../fast-check.ts'

const age = 30 * 86_400

const sender = 'mailto:kim@example.org'
const nobody: OthersFreeBusy = { sender, pieces: [] }

function makePiece(start: number, end: number, stamp: number, ...busy: readonly (readonly [number, number])[]) {
  return {
    uid: 'when@example.org',
    stamp,
    expires: 1000 + age,
    within: { start, end },
    busy: busy.map(([from, to]) => ({ start: from, end: to, type: 'BUSY' as const })),
  } satisfies OthersPiece
}

function addAll(pieces: readonly OthersPiece[], now = 1000): OthersFreeBusy {
  return pieces.reduce((known, piece) => addPiece(known, piece, now), nobody)
}

/** What is known second by second: free, busy, or nothing. */
function listKnown({ pieces }: OthersFreeBusy, length: number): readonly string[] {
  return Array.from({ length }, (_, second) => {
    const about = pieces.filter(({ within }) => within.start <= second && second < within.end)
    if (about.length > 1) return 'twice'
    if (about.length === 0) return '?'
    const isBusy = about.some(({ busy }) => busy.some(({ start, end }) => start <= second && second < end))
    return `${isBusy ? 'busy' : 'free'} ${about[0]?.stamp}`
  })
}

describe('what others tell', () => {
  test('is replaced where it is told anew, and stays around it', () => {
    const known = addAll([makePiece(0, 100, 1, [10, 20], [35, 45], [80, 90]), makePiece(40, 60, 2, [50, 55])])
    expect(known.pieces.map(({ within, stamp, busy }) => [within.start, within.end, stamp, busy.length])).toEqual([
      [0, 40, 1, 2],
      [40, 60, 2, 1],
      [60, 100, 1, 1],
    ])
    expect(known.pieces[0]?.busy[1]).toEqual({ start: 35, end: 40, type: 'BUSY' })
  })

  test('of the same DTSTAMP the last one counts', () => {
    expect(addAll([makePiece(0, 10, 1, [0, 5]), makePiece(0, 10, 1, [5, 9])]).pieces[0]?.busy).toEqual([
      { start: 5, end: 9, type: 'BUSY' },
    ])
  })

  test('is forgotten once it has expired', () => {
    const known = addAll([makePiece(0, 10, 1)])
    const after = addPiece(known, makePiece(20, 30, 2), 1000 + age)
    expect(after.pieces.map(({ within }) => within.start)).toEqual([20])
  })

  test('is bounded: what was told longest ago goes first', () => {
    const known = addAll(Array.from({ length: 100 }, (_, number) => makePiece(number * 10, number * 10 + 5, number)))
    expect(known.pieces).toHaveLength(60)
    expect(Math.min(...known.pieces.map(({ stamp }) => stamp))).toBe(40)
  })

  test('is, of every second, what the latest message says, in whatever order they come', () => {
    const length = 40
    const arbitrary = fc.array(
      fc
        .tuple(fc.nat(length - 2), fc.integer({ min: 1, max: 20 }), fc.nat(length), fc.integer({ min: 1, max: 9 }))
        .map(([start, size, from, busy]) => ({ start, end: start + size, from, to: from + busy })),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(arbitrary, fc.infiniteStream(fc.nat()), (told, numbers) => {
        const pieces = told.map(({ start, end, from, to }, stamp) => {
          const cut = [Math.max(start, from), Math.min(end, to)] as const
          return makePiece(start, end, stamp, ...(cut[0] < cut[1] ? [cut] : []))
        })
        const expected = Array.from({ length }, (_, second) => {
          const last = pieces.findLast(({ within }) => within.start <= second && second < within.end)
          if (!last) return '?'
          const isBusy = last.busy.some(({ start, end }) => start <= second && second < end)
          return `${isBusy ? 'busy' : 'free'} ${last.stamp}`
        })
        const shuffled = pieces
          .map((piece) => ({ piece, place: numbers.next().value ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ piece }) => piece)
        expect(listKnown(addAll(shuffled), length)).toEqual(expected)
        expect(listKnown(addAll([...shuffled, ...shuffled]), length)).toEqual(expected)
      }),
    )
  })
})

test('requests are counted for a day, and written as they are', () => {
  const known = addRequested(addRequested(addAsked(nobody, 500), 1000), 2000)
  expect(parseOthers(serializeOthers(known))).toEqual(known)
  expect(listRequestedToday(known, 1000 + 86_400)).toEqual([2000])
  expect(withoutExpiredPieces(known, 1500 + 86_400)).toEqual({
    others: { sender, pieces: [], requested: [2000] },
    next: 2000 + 86_400,
  })
})

test('when somebody asked is counted for a day, beside what it told', () => {
  const asked = addAsked(addAsked(addAll([makePiece(0, 10, 1)]), 1000), 2000)
  expect(asked.asked).toEqual([1000, 2000])
  expect(addPiece(asked, makePiece(20, 30, 2), 1000).asked).toEqual([1000, 2000])
  const later = addAsked(asked, 1000 + 86_400)
  expect(later.asked).toEqual([2000, 1000 + 86_400])
  expect(parseOthers(serializeOthers(later))).toEqual(later)
})

test('what has expired goes; a question is remembered for a day', () => {
  const known: OthersFreeBusy = {
    sender,
    pieces: [makePiece(0, 10, 1), { ...makePiece(10, 20, 1), expires: 500 }],
    asked: [100],
  }
  expect(withoutExpiredPieces(known, 400)).toEqual({ others: known, next: 500 })
  expect(withoutExpiredPieces(known, 500)).toMatchObject({ others: { pieces: [known.pieces[0]] }, next: 86_500 })
  expect(withoutExpiredPieces(known, 90_000).others).toEqual({ sender, pieces: [known.pieces[0]] })
  expect(withoutExpiredPieces(known, 1000 + age)).toEqual({ others: undefined, next: undefined })
})
