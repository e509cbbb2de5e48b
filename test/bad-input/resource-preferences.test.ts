// What cannot be used in the preferences of a resource: its mail is kept, unanswered; log and `imip-admin check` name the file, the line and the reason.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildPrograms, type Ending, type ProgramFolder, runProgram } from '../support/built-programs.ts'
import { makeArrivingMail } from '../support/case-mail.ts'

let programs: ProgramFolder
beforeAll(async () => {
  programs = await buildPrograms()
})
afterAll(() => programs?.remove())

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resource-preferences-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each<readonly [what: string, name: string, text: string, told: string]>([
  [
    'a function that is none',
    'scheduling_function',
    'schedule_by_dice',
    'line 1: scheduling_function names schedule_by_dice',
  ],
  ['a malformed argument', 'scheduling_function', '# room\nschedule_in_freebusy 0', 'which takes one number at most'],
  [
    'one argument too many',
    'scheduling_function',
    'same_domain_only example.com',
    'which takes nothing behind its name',
  ],
  [
    'a quota that does not exist',
    'scheduling_function',
    'check_quota cars',
    'names the quota cars, which does not exist',
  ],
  ['a line of a list that nobody can read', 'acl', 'perhaps', 'line 1: acl'],
  ['times that are none', 'permitted_times', '25:00', 'line 1: permitted_times'],
  ['a zone that nobody knows', 'TZID', 'Mars/Base', 'line 1: TZID Mars/Base is not known'],
])('%s', async (_, name, text, told) => {
  const file = join(folder, 'preferences', 'mailto:room@example.com', name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `${text}\n`)
  const ending = await run('imip-resource', ['-s', 'pat@example.com', '-o', 'room@example.com'])
  expect(ending).toMatchObject({ code: 75, stdout: '', stderr: '' })
  const logged = readFileSync(join(folder, 'log'), 'utf8')
  expect(logged).toContain(file)
  expect(logged).toContain(told)
  const check = await run('imip-admin', ['check'])
  expect(check.code).toBe(1)
  expect(check.stdout).toContain(file)
  expect(check.stdout).toContain(told)
})

function run(name: string, args: readonly string[]): Promise<Ending> {
  const places = ['store', 'journal', 'preferences', 'publish'].flatMap((place) => [
    '--set',
    `${place}_dir=${join(folder, place)}`,
  ])
  const settings = [...places, '--set', `log=${join(folder, 'log')}`, '--set', 'smtp=127.0.0.1:1']
  const environment = { IMIP_AGENT_NODE: process.execPath, TMPDIR: folder }
  return runProgram(programs.bin(name), [...args, '-c', '/dev/null', ...settings, '--now', '2026-03-02T09:00:00Z'], {
    input: makeRequest(),
    cwd: '/',
    env: environment,
  })
}

function makeRequest(): Uint8Array {
  const lines = [
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:planning@example.com',
    'DTSTAMP:20260302T085900Z',
    'DTSTART:20260310T100000Z',
    'DTEND:20260310T110000Z',
    'ORGANIZER:mailto:pat@example.com',
    'ATTENDEE;RSVP=TRUE:mailto:room@example.com',
    'END:VEVENT',
  ]
  const now = 1_772_442_000
  return makeArrivingMail({ from: 'pat@example.com', to: ['room@example.com'], lines, header: [], now, number: 1 })
}
