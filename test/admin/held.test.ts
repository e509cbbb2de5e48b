// imip-admin held: what nobody has proven waits; an administrator releases or drops it.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminRoom, makeAdminRoom, makeInvitation } from './admin-room.ts'

const user = 'room@example.com'
const uid = 'planning@example.org'
let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
  appendFileSync(join(room.folder, 'config.toml'), '\nauthserv_id = "mx.example.com"\nresource_organizers = "anyone"\n')
})
afterEach(() => room.remove())

const proof = 'Authentication-Results: mx.example.com; dkim=pass header.d=example.com\r\n'

/** The invitation, true and proven; then a change of it that nobody has proven. */
async function receiveBoth(...changes: readonly (readonly [from: string, to: string])[]): Promise<void> {
  const [booked] = await room.receive(proof + makeInvitation(uid), user)
  expect(booked).toMatchObject({ verdict: 'applied', answer: 'ACCEPTED' })
  for (const [method, sequence] of changes) {
    const mail = makeInvitation(uid, `SEQUENCE:${sequence}`)
      .replaceAll('REQUEST', method)
      .replace('T100000Z', 'T150000Z')
      .replace('T110000Z', 'T160000Z')
      .replace(`<${uid}>`, `<${method}-${sequence}@example.org>`)
    const [held] = await room.receive(mail, user)
    expect(held).toMatchObject({ verdict: 'held', reason: { code: 'unproven-sender' } })
  }
}

async function listKeys(): Promise<readonly string[]> {
  const { out } = await room.run('held', user, '--json')
  return (JSON.parse(out) as readonly { readonly key: string }[]).map(({ key }) => key)
}

test('nothing waits', async () => {
  expect(await room.run('held', user)).toMatchObject({ code: 0, error: expect.stringContaining('no message waits') })
})

test("they are listed, and one that is released is decided as the organizer's own, its answer sent", async () => {
  await receiveBoth(['REQUEST', '1'])
  const { out } = await room.run('held', user)
  expect(out).toMatch(
    /^KEY .*\n[0-9a-f]{10} +20260302T090000Z +REQUEST +1 +pat@example\.com +unproven-sender +planning@example\.org\n$/,
  )
  const { code, error: said } = await room.run('held', user, '--release', uid)
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('REQUEST that had waited is applied') })
  const store = (await room.run('show-store', user)).out
  expect(store).toContain('freebusy 20260310T150000Z 20260310T160000Z planning@example.org')
  expect(store).not.toContain('held ')
  expect(room.outward.mails.map(({ envelope }) => envelope.recipients)).toEqual([
    ['pat@example.com'],
    ['pat@example.com'],
  ])
})

test('one that is dropped is forgotten', async () => {
  await receiveBoth(['CANCEL', '1'])
  const before = (await room.run('bookings', user)).out
  const { code, error } = await room.run('held', user, '--drop', uid)
  expect({ code, error }).toMatchObject({ code: 0, error: expect.stringContaining('what waited was dropped by hand') })
  expect(await listKeys()).toEqual([])
  expect((await room.run('bookings', user)).out).toBe(before)
  expect((await room.run('verdicts', '--user', user)).out).toContain('dropped-by-hand')
})

test('a cancellation that is released cancels', async () => {
  await receiveBoth(['CANCEL', '1'])
  const { error } = await room.run('held', user, '--release', uid)
  expect(error).toContain('CANCEL that had waited is applied')
  expect((await room.run('show-store', user)).out).not.toContain('freebusy')
})

test('of several under one UID one is named by its key; the others wait on', async () => {
  await receiveBoth(['CANCEL', '1'], ['REQUEST', '2'])
  const unnamed = await room.run('held', user, '--release', uid)
  expect(unnamed).toMatchObject({
    code: 1,
    error: expect.stringContaining(`several messages wait under ${uid}: name one by its KEY`),
  })
  const [first, second] = await listKeys()
  expect((await room.run('held', user, '--drop', first?.slice(0, 10) ?? '')).code).toBe(0)
  expect(await listKeys()).toEqual([second])
})

test('what is not there, what waits for something else, and both at once', async () => {
  expect((await room.run('held', user, '--drop', 'nothing@example.org')).code).toBe(1)
  expect((await room.run('held', user, '--drop', 'a', '--release', 'a')).code).toBe(64)
  await room.receive(proof + makeInvitation(uid, 'SEQUENCE:1').replaceAll('REQUEST', 'ADD'), user)
  const { code, error } = await room.run('held', user, '--release', uid)
  expect({ code, error }).toMatchObject({ code: 1, error: expect.stringContaining('waits for another message') })
})
