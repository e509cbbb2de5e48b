// imip-admin mta: the shipped files of the mail systems, filled in from the configuration.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AdminRoom, makeAdminRoom } from './admin-room.ts'

let room: AdminRoom
beforeEach(() => {
  room = makeAdminRoom()
})
afterEach(() => room.remove())

const site = ['--set', 'local_domains=example.org,example.net', '--set', 'lmtp=/run/mailboxes']

/** Without comments, which name the words. */
const cutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')

describe.each(['postfix', 'exim'])('%s', (system) => {
  test.each<readonly string[]>([[], ['--ldap'], ['--daemon'], ['--ldap', '--daemon'], ['--set', 'local_smtp=true']])(
    'no word is left open: %s %s',
    async (...options) => {
      const { code, out, error } = await room.run('mta', system, ...site, ...options)
      expect({ code, error }).toEqual({ code: 0, error: '' })
      const text = cutComments(out)
      expect(text).not.toMatch(/@[A-Z_]+@|example\.com|undefined/)
      expect(text).toContain('people-outgoing.example.net')
      if (options.includes('local_smtp=true')) expect(text).toContain('-L --smtp 127.0.0.1:25')
      else expect(text).toContain('-l /run/mailboxes')
      if (options.includes('--ldap')) expect(text).toContain('dc=example,dc=org')
    },
  )

  test('says what is not set', async () => {
    expect(await room.run('mta', system)).toMatchObject({ code: 1, out: '' })
    expect((await room.run('mta', system, '--set', 'lmtp=/run/mailboxes')).error).toContain(
      '`local_domains` is not set',
    )
  })
})

test('the daemon is named by its sockets', async () => {
  const { out } = await room.run('mta', 'postfix', ...site, '--daemon')
  expect(out).toMatch(/^people-outgoing\.example\.net +imip-lmtp:unix:\/run\/imip-agent\/person-outgoing$/m)
  expect((await room.run('mta', 'exim', ...site, '--daemon')).out).toContain('transport = imip_resource_daemon')
})

test('one file alone is printed as it is installed; an unknown one is a wrong command line', async () => {
  const { out } = await room.run('mta', 'postfix', ...site, '--only', 'refused-recipients')
  expect(out).toMatch(
    /^# .*\n\npeople-outgoing\.example\.org {2}REJECT .*\npeople-outgoing\.example\.net {2}REJECT .*\n$/,
  )
  expect(await room.run('mta', 'postfix', ...site, '--only', 'routers')).toMatchObject({ code: 64, out: '' })
})

test('user and group, folders', async () => {
  const options = ['--user', 'cal:mail', '--run', '/run/cal', '--daemon']
  expect((await room.run('mta', 'postfix', ...site, ...options)).out).toContain('user=cal:mail ')
  const { out } = await room.run('mta', 'exim', ...site, ...options)
  expect(out).toMatch(/user = cal\n {2}group = mail\n/)
  expect(out).toContain('socket = /run/cal/person\n')
})

test('another mail system is a wrong command line', async () => {
  expect(await room.run('mta', 'other', ...site)).toMatchObject({ code: 64, out: '' })
})
