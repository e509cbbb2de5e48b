// What is done by hand has verdicts, too, with reasons of its own.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminRoom, makeAdminRoom } from './admin-room.ts'

const user = 'room@example.com'
let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
})
afterEach(() => room.remove())

test('what was booked and cancelled by hand stands in the verdicts', async () => {
  await room.run('book', user, '--start', '2026-03-10T10:00:00Z', '--end', '2026-03-10T11:00:00Z')
  await room.run('cancel', user, 'made-1@example.com')
  const told: readonly unknown[] = JSON.parse((await room.run('verdicts', '--json')).out)
  expect(told).toMatchObject([
    { user: 'mailto:room@example.com', verdict: 'applied', reason: 'booked-by-hand' },
    { user: 'mailto:room@example.com', verdict: 'applied', reason: 'cancelled-by-hand' },
  ])
})
