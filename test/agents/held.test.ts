// How many messages may wait: of one UID, from one domain, for one user. RFC 5546, 6.1.5.
import { expect, test } from 'vitest'
import { makeArrivingMail } from '../support/case-mail.ts'
import { makeFixedClock } from '../support/fixed-clock.ts'
import { makeReplay, type ReplayState } from '../support/replay.ts'

/** Receives an ADD to an unknown series for each row, and counts how many wait. */
async function countWaiting(
  rows: readonly { readonly uid: string; readonly from: string }[],
  settings: readonly { readonly name: string; readonly value: string }[] = [],
): Promise<number> {
  const clock = makeFixedClock('2026-03-02T09:00:00Z')
  const replay = makeReplay('mailto:pat@example.com', clock, settings, [])
  try {
    let state: ReplayState = new Map()
    for (const [number, { uid, from }] of rows.entries()) {
      const stamp = new Date(Date.UTC(2026, 2, 2, 8, 0, number)).toISOString().replace(/[-:]|\.\d+/g, '')
      const lines = ['BEGIN:VEVENT', `UID:${uid}`, `DTSTAMP:${stamp}`, 'SEQUENCE:1', 'DTSTART:20260310T100000Z']
      const event = ['METHOD:ADD', ...lines, `ORGANIZER:mailto:${from}`, 'SUMMARY:Added', 'END:VEVENT']
      const mail = { from, to: ['pat@example.com'], lines: event, header: [], now: clock.now(), number }
      const route = { agent: 'person' as const, sender: from, recipients: ['pat@example.com'], options: new Map() }
      state = await replay.receive(state, await replay.read(route, makeArrivingMail(mail)))
    }
    return replay.show(state).filter((line) => line.startsWith('held')).length
  } finally {
    replay.close()
  }
}

function makeRows(count: number, make: (index: number) => { readonly uid: string; readonly from: string }) {
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
