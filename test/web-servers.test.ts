// Published free/busy as Debian's Apache and nginx show it with the files of conf/: that, and nothing else.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../src/config/load-config.ts'
import { publishUser } from '../src/pipeline/publish.ts'
import { makeMemoryStore } from '../src/store/memory/store.ts'
import { loadSystemZones } from '../src/zones/system-zones.ts'
import { makeScratchFolder, type ScratchFolder } from './support/mail-servers/scratch.ts'
import { fetchWithCurl } from './support/web-servers/curl.ts'
import { startWebServer, type WebServer } from './support/web-servers/web-server.ts'

const user = 'mailto:pat@example.com'
const now = Date.UTC(2026, 2, 2, 9) / 1000
const startLimit = 60_000

let scratch: ScratchFolder
let publish: string
const urls = new Map<string, string>()

/** The path of an address, behind the server's own. */
const pathOf = (name: string): string => new URL(urls.get(name) ?? '').pathname

beforeAll(async () => {
  scratch = makeScratchFolder()
  publish = join(scratch.path, 'static')
  // As an administrator lays it out: the group of the web server, inherited by what is made inside.
  mkdirSync(publish)
  execFileSync('chgrp', ['www-data', publish])
  chmodSync(publish, 0o2770)
  const preferences = join(scratch.path, 'preferences/@example.com')
  mkdirSync(preferences, { recursive: true })
  for (const [name, value] of [
    ['freebusy_sharing', 'share'],
    ['freebusy_publishing', 'publish'],
    ['freebusy_outside', 'full'],
  ] as const)
    writeFileSync(join(preferences, name), value)
  await publishAs('plain', user, 'false')
  await publishAs('token', 'mailto:kim@example.com', 'true')
  await publishAs('odd', "mailto:o'neil+x%y@example.com", 'false')
  // What must not be seen.
  writeFileSync(join(publish, '.htaccess'), 'Options +Indexes\n')
  writeFileSync(join(publish, user, '.freebusy.new'), 'secret')
  writeFileSync(join(publish, user, 'notes'), 'secret')
  writeFileSync(join(scratch.path, 'secret'), 'secret')
  mkdirSync(join(publish, 'mailto:link@example.com'))
  symlinkSync(join(scratch.path, 'secret'), join(publish, 'mailto:link@example.com/freebusy'))
}, startLimit)

afterAll(() => scratch.remove())

async function publishAs(name: string, address: `mailto:${string}`, token: string): Promise<void> {
  const overrides = Object.entries({
    publish_dir: publish,
    publish_url: 'https://calendar.example.com/freebusy',
    publish_token: token,
    preferences_dir: join(scratch.path, 'preferences'),
    tzid: 'UTC',
  }).map(([setting, value]) => ({ name: setting, value, from: 'test' }))
  const store = makeMemoryStore({ now: () => now })
  const book = (busyType: 'BUSY' | 'BUSY-TENTATIVE', start: number, end: number) => ({
    start: { kind: 'utc' as const, local: start },
    end: { kind: 'utc' as const, local: end },
    uid: `${start}@example.com`,
    busyType,
    summary: 'secret',
    organizer: '',
  })
  const bookings = [book('BUSY', now, now + 3600), book('BUSY-TENTATIVE', now + 7200, now + 9000)]
  await store.transact([address], [], async () => ({
    changes: [{ user: address, effect: { kind: 'book', bookings } }],
    result: undefined,
  }))
  const zones = loadSystemZones()
  const configuration = loadConfig({ file: '/dev/null', environment: {}, overrides })
  const made = await publishUser(address, {
    configuration,
    now: () => now,
    openStore: () => store,
    loadZones: () => zones,
  })
  urls.set(name, 'url' in made ? (made.url ?? '') : '')
}

describe.each(['apache2', 'nginx'] as const)('%s', (name) => {
  let server: WebServer

  beforeAll(async () => {
    server = await startWebServer(name, scratch, publish)
  }, startLimit)

  afterAll(() => server?.stop())

  const fetchPath = (path: string, ...options: readonly string[]) => fetchWithCurl(server.address + path, ...options)

  test('shows it by the address in it, with its type', async () => {
    expect(pathOf('plain')).toBe('/freebusy/mailto%3Apat%40example.com/freebusy')
    const { status, header, body } = await fetchPath(pathOf('plain'))
    expect(status).toBe(200)
    expect(header.get('content-type')).toBe('text/calendar; charset=utf-8')
    expect(body).toBe(readFileSync(join(publish, user, 'freebusy'), 'utf8'))
  })

  test('shows it by the address as people write it', async () => {
    expect(await fetchPath('/freebusy/mailto:pat@example.com/freebusy')).toMatchObject({ status: 200 })
  })

  test('says 304 to whoever has it, and tells of a change', async () => {
    const { header } = await fetchPath(pathOf('plain'))
    const etag = header.get('etag') ?? ''
    expect(etag).not.toBe('')
    expect(header.get('cache-control')).toBe('no-cache')
    const again = await fetchPath(pathOf('plain'), '--header', `If-None-Match: ${etag}`)
    expect(again).toMatchObject({ status: 304, body: '' })
    expect(await fetchPath(pathOf('plain'), '--header', 'If-None-Match: "another"')).toMatchObject({ status: 200 })
    const since = header.get('last-modified') ?? ''
    expect(await fetchPath(pathOf('plain'), '--header', `If-Modified-Since: ${since}`)).toMatchObject({ status: 304 })
  })

  test('answers HEAD', async () => {
    expect(await fetchPath(pathOf('plain'), '--head')).toMatchObject({ status: 200, body: '' })
  })

  test('a parser that is not ours reads it', async () => {
    const { body } = await fetchPath(pathOf('plain'))
    const script = join(import.meta.dirname, 'support/web-servers/read-free-busy.py')
    const read = JSON.parse(execFileSync('/usr/bin/python3', [script], { input: body, encoding: 'utf8' }))
    expect(read).toEqual({
      method: 'PUBLISH',
      organizer: user,
      url: 'https://calendar.example.com/freebusy/mailto%3Apat%40example.com/freebusy',
      start: '2026-03-01T00:00:00+00:00',
      end: '2026-05-02T00:00:00+00:00',
      periods: [
        ['BUSY', '2026-03-02T09:00:00+00:00', '2026-03-02T10:00:00+00:00'],
        ['BUSY-TENTATIVE', '2026-03-02T11:00:00+00:00', '2026-03-02T11:30:00+00:00'],
      ],
    })
  })

  test('shows what stands behind a token to whoever has the token', async () => {
    const path = pathOf('token')
    expect(path).toMatch(/^\/freebusy\/mailto%3Akim%40example\.com\/[A-Za-z0-9_-]{22}\/freebusy$/)
    expect(await fetchPath(path)).toMatchObject({ status: 200 })
    expect(await fetchPath('/freebusy/mailto%3Akim%40example.com/freebusy')).toMatchObject({ status: 404 })
    expect(await fetchPath(path.replace(/[A-Za-z0-9_-]{22}/, 'A'.repeat(22)))).toMatchObject({ status: 404 })
  })

  test('shows an odd user', async () => {
    const { status, body } = await fetchPath(pathOf('odd'))
    expect(status).toBe(200)
    expect(body).toContain('BEGIN:VFREEBUSY')
  })

  test('has nothing of a user who is not there', async () => {
    expect(await fetchPath('/freebusy/mailto%3Anobody%40example.com/freebusy')).toMatchObject({ status: 404 })
  })

  test.each([
    '/freebusy',
    '/freebusy/',
    '/freebusy/.htaccess',
    '/freebusy/mailto%3Apat%40example.com',
    '/freebusy/mailto%3Apat%40example.com/',
    '/freebusy/mailto%3Apat%40example.com/.freebusy.new',
    '/freebusy/mailto%3Apat%40example.com/notes',
    '/freebusy/mailto%3Apat%40example.com/freebusy/',
    '/freebusy/mailto%3Apat%40example.com/freebusy/x',
    '/freebusy/mailto%3Apat%40example.com/freebusy%00',
    '/freebusy/mailto%3Alink%40example.com/freebusy',
    '/freebusy/mailto%3Akim%40example.com/',
    '/freebusy/../secret',
    '/freebusy/%2e%2e/secret',
    '/freebusy/..%2fsecret',
    '/freebusy/mailto%3Apat%40example.com/../../../secret',
    '/freebusy/mailto%3Apat%40example.com%2f..%2f..%2f..%2fsecret',
    '/freebusy/mailto%3Ax%2f..%2f..%2f/freebusy',
    '/freebusy/mailto:/../../../../../../etc/passwd',
  ])('does not show %s', async (path) => {
    const { status, body } = await fetchPath(path)
    expect(status).toBeGreaterThanOrEqual(300)
    expect(body).not.toMatch(/secret|VFREEBUSY|root:|notes|href/)
  })

  test.each(['PUT', 'DELETE', 'POST', 'PROPFIND'])('does not take %s', async (method) => {
    const before = readFileSync(join(publish, user, 'freebusy'), 'utf8')
    const { status } = await fetchPath(pathOf('plain'), '--request', method, '--data', 'x')
    expect(status).toBeGreaterThanOrEqual(400)
    expect(readFileSync(join(publish, user, 'freebusy'), 'utf8')).toBe(before)
  })
})
