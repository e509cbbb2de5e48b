// The built programs from the outside: options, configuration, standard input, exit codes, log.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPrograms, type ProgramFolder, type RunOptions, runProgram } from '../support/built-programs.ts'
import { type Receiver, startReceiver } from '../support/lmtp-receiver.ts'

let programs: ProgramFolder
let mailbox: Receiver
beforeAll(async () => {
  programs = await buildPrograms()
  mailbox = await startReceiver({
    atRecipient: (recipient) => {
      if (recipient.startsWith('nobody')) return '550 5.1.1 No such user here'
      return recipient.startsWith('later') ? '450 4.2.1 Mailbox busy' : undefined
    },
  })
})
afterAll(async () => {
  await mailbox.close()
  programs.remove()
})

let place = ''
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'imip-agent-program-'))
  return () => rmSync(place, { recursive: true, force: true })
})

const mail =
  'From: pat@example.com\r\nTo: kim@example.com\r\nSubject: Hello\r\nMessage-ID: <1@example.com>\r\n\r\nHello.\r\n'

const log = (): string => join(place, 'agent.log')

function readLog(): readonly Record<string, unknown>[] {
  return readFileSync(log(), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

function writeConfig(text: string): string {
  const file = join(place, 'config.toml')
  writeFileSync(file, text)
  return file
}

/** As a mail system runs it, all places below our own folder. */
function run(agent: string, args: readonly string[], options: RunOptions = {}) {
  const places = ['-S', join(place, 'store'), '-p', join(place, 'preferences'), '--set', `log=${log()}`]
  // Attempts that nobody can count beside the store are counted among temporary files: those of another run are not ours.
  const env = { TMPDIR: place, ...options.env }
  return runProgram(programs.bin(agent), [...places, ...args], { input: mail, ...options, env })
}

const silent = { stdout: '', stderr: '' }

test('who waits for too long ends by its own clock, and says so', async () => {
  const dumb = createServer(() => undefined)
  const path = join(place, 'dumb')
  await new Promise<void>((resolve) => dumb.listen(path, resolve))
  try {
    const ending = await run('imip-person', ['-o', 'kim@example.com', '-s', 'pat@example.com', '-l', path], {
      env: { IMIP_AGENT_TIME_LIMIT: '1' },
    })
    expect(ending).toMatchObject({ code: 75, ...silent })
    expect(readLog()).toMatchObject([
      { level: 'error', error: 'took longer than 1 seconds', recipient: 'kim@example.com' },
    ])
  } finally {
    dumb.close()
  }
})

describe.each(['imip-person', 'imip-person-outgoing', 'imip-resource'])('%s', (agent) => {
  test('--help and --version', async () => {
    const help = await runProgram(programs.bin(agent), ['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toMatch(new RegExp(`^Usage: ${agent} \\[options\\] < mail\n`))
    expect(await runProgram(programs.bin(agent), ['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${agent} \\d+\\.\\d+\\.\\d+\n$`)),
    })
  })

  test('an unknown option keeps the mail', async () => {
    const env = { IMIP_AGENT_LOG: log() }
    const ending = await runProgram(programs.bin(agent), ['--nothing'], { env })
    expect(ending).toMatchObject({ code: 75, ...silent })
    expect(readLog()).toMatchObject([{ level: 'error', error: 'wrong usage: option --nothing is not known' }])
  })

  test('a bad configuration keeps the mail and names file, line, setting and reason', async () => {
    const file = writeConfig('\nmode = "off"\n')
    const ending = await run(agent, [
      '-c',
      file,
      '-o',
      'kim@example.com',
      '-s',
      'pat@example.com',
      '-l',
      mailbox.address,
    ])
    expect(ending).toMatchObject({ code: 75, ...silent })
    expect(readLog()[0]).toMatchObject({
      level: 'error',
      error: `${file}, line 2: setting mode: must be one of on, observe, pass`,
    })
  })

  test.each([['-d'], ['--print=json'], ['--dry-run']])('%s is not for mail systems', async (option) => {
    const env = { MAIL_CONFIG: '/etc/postfix' }
    const ending = await run(agent, [option, '-o', 'kim@example.com', '-s', 'pat@example.com'], { env })
    expect(ending).toMatchObject({ code: 75, ...silent })
    expect(readLog()).toMatchObject([{ level: 'error', error: expect.stringContaining('not for mail systems') }])
  })

  test('a mail without end keeps itself', async () => {
    const ending = await run(
      agent,
      ['--set', 'greatest_mail=100000', '-o', 'kim@example.com', '-s', 'pat@example.com'],
      {
        input: 'x'.repeat(100_001),
      },
    )
    expect(ending).toMatchObject({ code: 75, ...silent })
    expect(readLog()).toMatchObject([
      { level: 'error', error: expect.stringContaining('greatest_mail (100000 bytes)') },
    ])
  })
})

describe('a mail without a calendar to a person', () => {
  const person = (args: readonly string[], options?: RunOptions) =>
    run('imip-person', ['-s', 'pat@example.com', '-l', mailbox.address, ...args], options)

  test('reaches the mailbox as it is, without the mbox line', async () => {
    const before = mailbox.mails.length
    const ending = await person(['-o', 'Kim+x@example.com'], {
      input: `From pat@example.com  Mon Mar  2 09:00:00 2026\n${mail}`,
    })
    expect(ending).toMatchObject({ code: 0, ...silent })
    const [received] = (await mailbox.waitFor(before + 1)).slice(before)
    expect(received?.bytes.toString()).toBe(mail)
    expect(received).toMatchObject({ sender: 'pat@example.com', recipients: ['Kim+x@example.com'] })
    expect(readLog()).toMatchObject([
      { recipient: 'Kim+x@example.com', verdict: 'passed', reason: 'no-calendar', uid: null },
    ])
  })

  test('reaches it although the log cannot be written', async () => {
    const before = mailbox.mails.length
    const ending = await person(['-o', 'kim@example.com', '--set', 'log=/nonexistent/agent.log'])
    expect(ending).toMatchObject({ code: 0, ...silent })
    await mailbox.waitFor(before + 1)
  })

  test('is refused in the words of the mailbox', async () => {
    const ending = await person(['-o', 'nobody@example.com'])
    expect(ending).toMatchObject({ code: 69, stdout: '5.1.1 No such user here\n', stderr: '' })
  })

  test('is kept while the mailbox is not ready', async () => {
    expect(await person(['-o', 'later@example.com'])).toMatchObject({ code: 75, ...silent })
    expect(readLog().at(-1)).toMatchObject({ level: 'warning', error: expect.stringContaining('Mailbox busy') })
  })

  test('is kept without a recipient, a mailbox, or a mailbox that listens', async () => {
    expect(await person([])).toMatchObject({ code: 75, ...silent })
    expect(await run('imip-person', ['-o', 'kim@example.com', '-s', ''])).toMatchObject({ code: 75, ...silent })
    expect(await person(['-o', 'kim@example.com', '-l', join(place, 'nobody-listens')])).toMatchObject({
      code: 75,
      ...silent,
    })
    for (const line of readLog()) expect(line.error).toEqual(expect.any(String))
  })

  test('passes in spite of a bad configuration where the administrator has said PASS', async () => {
    const before = mailbox.mails.length
    const file = writeConfig('mode = "off"\n')
    writeFileSync(join(place, 'PASS'), '')
    expect(await person(['-c', file, '-o', 'kim@example.com'])).toMatchObject({ code: 0, ...silent })
    await mailbox.waitFor(before + 1)
    expect(readLog()[0]).toMatchObject({ level: 'error', error: expect.stringContaining('setting mode') })
  })

  test('a large one, slowly', async () => {
    const before = mailbox.mails.length
    const large = `${mail}${'All work and no play.\r\n'.repeat(100_000)}`
    expect(await person(['-o', 'kim@example.com'], { input: large })).toMatchObject({ code: 0, ...silent })
    const [received] = (await mailbox.waitFor(before + 1)).slice(before)
    expect(received?.bytes.equals(Buffer.from(large))).toBe(true)
  })
})

test('a mail we fail on again and again is handed on unprocessed, and its verdict says so', async () => {
  const invitation = [
    'From: pat@example.com',
    'Message-ID: <2@example.com>',
    'MIME-Version: 1.0',
    'Content-Type: text/calendar; method=REQUEST',
    '',
    'BEGIN:VCALENDAR',
    'METHOD:REQUEST',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'UID:2@example.com',
    'DTSTAMP:20260301T090000Z',
    'DTSTART:20260310T090000Z',
    'ORGANIZER:mailto:pat@example.com',
    'ATTENDEE:mailto:kim@example.com',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  // A folder where a file should be cannot be read.
  mkdirSync(join(place, 'preferences', 'mailto:kim@example.com', 'TZID'), { recursive: true })
  const attempt = (now: string) =>
    run('imip-person', ['-s', 'pat@example.com', '-l', mailbox.address, '-o', 'kim@example.com', '--now', now], {
      input: invitation,
    })
  const before = mailbox.mails.length
  expect(await attempt('2026-03-02T09:00:00Z')).toMatchObject({ code: 75, ...silent })
  expect(await attempt('2026-03-02T09:14:00Z')).toMatchObject({ code: 75, ...silent })
  expect(mailbox.mails.length).toBe(before)
  expect(await attempt('2026-03-02T09:16:00Z')).toMatchObject({ code: 0, ...silent })
  const [received] = (await mailbox.waitFor(before + 1)).slice(before)
  expect(received?.bytes.toString()).toBe(invitation)
  expect(readLog().at(-1)).toMatchObject({ recipient: 'kim@example.com', verdict: 'passed', reason: 'fault' })
  const told = await runProgram(programs.bin('imip-admin'), [
    ...['verdicts', '-S', join(place, 'store'), '-p', join(place, 'preferences')],
    ...['--since', '2026-03-02T00:00:00Z', '--json'],
  ])
  expect(told.stdout).toContain('"reason":"fault"')
})

test('a copy of sent mail without a calendar ends quietly', async () => {
  expect(await run('imip-person-outgoing', ['-o', 'pat@example.com', '-s', 'pat@example.com'])).toMatchObject({
    code: 0,
    ...silent,
  })
})

test.skipIf(!existsSync('/usr/bin/script'))(
  'on a terminal the faults are read there, and wrong usage is 64 (where script(1) makes terminals)',
  async () => {
    const words = `'${programs.bin('imip-person')}' --nothing </dev/null`
    const ending = await runProgram('/usr/bin/script', ['-qec', words, '/dev/null'])
    expect(ending.code).toBe(64)
    expect(ending.stdout).toBe('imip-person: option --nothing is not known\r\nTry imip-person --help\r\n')
  },
)
