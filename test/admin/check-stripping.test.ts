// imip-admin check --probe: whether forged Authentication-Results reach the agents.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { type AdminRoom, type AdminRoomOptions, makeAdminRoom } from './admin-room.ts'

const user = 'room@example.com'
const rooms: AdminRoom[] = []
afterEach(() => {
  for (const room of rooms.splice(0)) room.remove()
})

function open(settings: readonly string[], options: AdminRoomOptions = {}): AdminRoom {
  const room = makeAdminRoom(options)
  rooms.push(room)
  appendFileSync(join(room.folder, 'config.toml'), `\n${settings.join('\n')}\n`)
  return room
}

const named = 'authserv_id = "mx.example.com"'

/** Runs it while a mail system brings what it sends to the room, changed by `pass`. */
async function probe(room: AdminRoom, pass: (mail: string) => string): Promise<string> {
  const running = room.run('check', '--probe', user)
  await vi.waitFor(() => expect(room.outward.mails).toHaveLength(2), { timeout: 20_000 })
  for (const { bytes, envelope } of room.outward.mails) {
    expect(envelope).toEqual({ sender: '', recipients: [user] })
    await room.receive(pass(Buffer.from(bytes).toString()), user)
  }
  const { code, out } = await running
  return `${code} ${out}`
}

const strip = (mail: string) => mail.replace(/^Authentication-Results:.*\r\n/m, '')

test('a mail system that takes them out', async () => {
  expect(await probe(open([named]), strip)).toMatch(
    /^0 ok +Authentication-Results: fields of mx\.example\.com .* are not believed\n$/,
  )
})

test('one that lets them through', async () => {
  expect(await probe(open([named]), (mail) => mail)).toMatch(
    /^1 WRONG +Authentication-Results: a field of mx\.example\.com that came along was believed/,
  )
})

test('one that says itself that all is well', async () => {
  const login = `Authentication-Results: mx.example.com; auth=pass smtp.auth=pat\r\n`
  expect(await probe(open([named]), (mail) => login + strip(mail))).toMatch(
    /^0 - +Authentication-Results: mail through .* is trusted whatever it says/,
  )
})

test.each([
  ['no name is set', [], /^0 - .*authserv_id is not set/],
  ['nothing is checked', [named, 'sender_check = "none"'], /^0 - .*sender_check = none/],
])('%s: nothing is sent', async (_, settings, expected) => {
  const room = open(settings)
  const { code, out } = await room.run('check', '--probe', user)
  expect(`${code} ${out}`).toMatch(expected)
  expect(room.outward.mails).toEqual([])
})

test('a mail system that takes no mail', async () => {
  const room = open([named], { atRecipient: () => ({ kind: 'refused', code: '5.7.1', reply: '554 5.7.1 Not you' }) })
  const { code, out } = await room.run('check', '--probe', user)
  expect(`${code} ${out}`).toMatch(/^0 - .*does not take the probe: 554 5\.7\.1 Not you/)
})
