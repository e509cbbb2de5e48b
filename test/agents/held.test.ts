// How many messages may wait: of one UID, from one domain, for one user. RFC 5546, 6.1.5.
import { describe, expect, test } from 'vitest'
import { makeArrivingMail } from '../support/case-mail.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { makeReplay, type ReplayState } from '../support/replay.ts'

interface Row {
  readonly uid: string
  readonly from: string
  /** The mail system has proven it. */
  readonly isProven?: boolean
}

const header = (domain: string) => ({
  name: 'Authentication-Results',
  value: `mx.example.com; dmarc=pass header.from=${domain}`,
})

/** Receives an ADD to an unknown series for each row, and counts how many wait. */
async function countWaiting(rows: readonly Row[], settings: Settings = []): Promise<number> {
  return (await listWaiting(rows, settings)).length
}

type Settings = readonly { readonly name: string; readonly value: string }[]

async function listWaiting(rows: readonly Row[], settings: Settings = []): Promise<readonly string[]> {
  const clock = makeFixedClock('2026-03-02T09:00:00Z')
  const replay = makeReplay('mailto:pat@example.com', clock, settings, [])
  try {
    let state: ReplayState = new Map()
    for (const [number, { uid, from, isProven }] of rows.entries()) {
      const stamp = new Date(Date.UTC(2026, 2, 2, 8, 0, number)).toISOString().replace(/[-:]|\.\d+/g, '')
      const lines = ['BEGIN:VEVENT', `UID:${uid}`, `DTSTAMP:${stamp}`, 'SEQUENCE:1', 'DTSTART:20260310T100000Z']
      const event = ['METHOD:ADD', ...lines, `ORGANIZER:mailto:${from}`, 'SUMMARY:Added', 'END:VEVENT']
      const mail = {
        from,
        to: ['pat@example.com'],
        lines: event,
        header: isProven ? [header(from.split('@')[1] ?? '')] : [],
        now: clock.now(),
        number,
      }
      const route = { agent: 'person' as const, sender: from, recipients: ['pat@example.com'], options: new Map() }
      state = await replay.receive(state, await replay.read(route, makeArrivingMail(mail)))
    }
    return replay.show(state).filter((line) => line.startsWith('held'))
  } finally {
    replay.close()
  }
}

function makeRows(count: number, make: (index: number) => Row) {
  return Array.from({ length: count }, (_, index) => make(index))
}

test('twenty of one UID', async () => {
  expect(await countWaiting(makeRows(22, (index) => ({ uid: 'a', from: `kim@d${index}.example.org` })))).toBe(20)
})

test('a quarter from one domain', async () => {
  const flood = makeRows(60, (index) => ({ uid: `flood-${index}`, from: 'max@example.net' }))
  expect(await countWaiting(flood)).toBe(50)
  expect(await countWaiting([...flood, { uid: 'a', from: 'kim@example.org' }])).toBe(51)
})

test('at least one from each domain, and no more than the setting for all', async () => {
  const rows = makeRows(5, (index) => ({ uid: `a-${index}`, from: `kim@d${index}.example.org` }))
  expect(await countWaiting(rows, [{ name: 'held_limit', value: '3' }])).toBe(3)
})

describe('what nobody has proven takes no place of what is proven', () => {
  const checked = [{ name: 'authserv_id', value: 'mx.example.com' }]
  const honest = (uid: string): Row => ({ uid, from: 'kim@example.org', isProven: true })

  test('of one UID the oldest of that kind goes', async () => {
    const forged = makeRows(20, (index) => ({ uid: 'a', from: `kim@d${index}.example.org` }))
    const waiting = await listWaiting([...forged, honest('a')], checked)
    expect(waiting).toHaveLength(20)
    expect(waiting.filter((line) => line.includes('mailto:kim@example.org'))).toHaveLength(1)
    expect(waiting.filter((line) => line.includes('mailto:kim@d0.example.org'))).toHaveLength(0)
  })

  test('one that is not proven takes no place where all are taken', async () => {
    const proven = makeRows(20, (index) => ({ uid: 'a', from: `kim@d${index}.example.org`, isProven: true }))
    const waiting = await listWaiting([...proven, { uid: 'a', from: 'max@example.net' }], checked)
    expect(waiting.filter((line) => line.includes('max@example.net'))).toHaveLength(0)
    expect(waiting).toHaveLength(20)
  })

  test('nor of a user, nor in the name of a domain', async () => {
    const settings = [...checked, { name: 'held_limit', value: '8' }]
    // A quarter of the places, forged in the name of the domain that writes later.
    const forged = makeRows(9, (index) => ({ uid: `forged-${index}`, from: 'kim@example.org' }))
    expect(await countWaiting(forged, settings)).toBe(2)
    expect(await countWaiting([...forged, honest('a'), honest('b')], settings)).toBe(4)
    const others = makeRows(6, (index) => ({ uid: `b-${index}`, from: `lee@d${index}.example.org`, isProven: true }))
    const waiting = await listWaiting([...forged, honest('a'), honest('b'), ...others], settings)
    expect(waiting.filter((line) => !line.includes('forged'))).toHaveLength(8)
  })
})
