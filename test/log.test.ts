import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseLogTarget, type MailLine, makeLog, showTime } from '../src/log.ts'
import { bundleEntry } from '../tools/dev/build.mjs'
import { fc } from './fast-check.ts'
import { runProgram } from './support/built-programs.ts'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'imip-log-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const now = () => new Date('2026-03-02T09:00:00.250Z')

const line: MailLine = {
  queue: '4ABC',
  messageId: '<1@example.com>',
  recipient: 'room@example.com',
  user: 'mailto:room@example.com',
  method: 'REQUEST',
  uid: 'planning@example.com',
  recurrenceId: null,
  sequence: 0,
  verdict: 'applied',
  reason: 'free',
  answer: 'ACCEPTED',
  ms: 12,
}

let count = 0
function openLog() {
  count += 1
  const path = join(directory, `log-${count}`)
  return {
    log: makeLog({ kind: 'file', path }, 'imip-resource', now),
    path,
    read: () => readFileSync(path, 'utf8'),
  }
}

test('where it goes', () => {
  expect(chooseLogTarget('/var/log/x', true)).toEqual({ kind: 'terminal' })
  expect(chooseLogTarget('/var/log/x', false)).toEqual({ kind: 'file', path: '/var/log/x' })
  expect(chooseLogTarget('journal', false)).toEqual({ kind: 'journal' })
  expect(chooseLogTarget('syslog', false)).toEqual({ kind: 'syslog' })
})

test('times are those of toISOString', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('2999-12-31T23:59:59.999Z'), noInvalidDate: true }),
      (time) => {
        expect(showTime(time)).toBe(time.toISOString())
      },
    ),
  )
})

describe('a file', () => {
  test('one line a mail, with exactly the fields of the contract, in their order', () => {
    const { log, read, path } = openLog()
    const { queue, ...rest } = line
    log.writeMail({ ...rest, queue })
    log.writeMail(line, 'quiet')
    const expected =
      '{"time":"2026-03-02T09:00:00.250Z","queue":"4ABC","messageId":"<1@example.com>","recipient":"room@example.com",' +
      '"user":"mailto:room@example.com","method":"REQUEST","uid":"planning@example.com","recurrenceId":null,"sequence":0,' +
      '"verdict":"applied","reason":"free","answer":"ACCEPTED","ms":12}\n'
    expect(read()).toBe(expected + expected)
    expect(statSync(path).mode & 0o007).toBe(0)
  })

  test('faults with what is known', () => {
    const { log, read } = openLog()
    log.writeError('the store is locked', { queue: '4ABC', user: 'mailto:room@example.com' })
    log.writeWarning('slow')
    expect(read().split('\n')).toEqual([
      '{"time":"2026-03-02T09:00:00.250Z","queue":"4ABC","user":"mailto:room@example.com","level":"error","error":"the store is locked"}',
      '{"time":"2026-03-02T09:00:00.250Z","level":"warning","error":"slow"}',
      '',
    ])
  })

  test('what a stranger wrote breaks no line and hides nothing', () => {
    const { log, read } = openLog()
    const uid = 'a\nb\u0000\u001b[2J\u007f\u0085\u2028\u202e\ufeff\u{e0041}"\\ø\ud800'
    log.writeMail({ ...line, uid })
    const text = read()
    expect(text.split('\n')).toHaveLength(2)
    expect(text).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ud800]*\n$/u)
    expect((JSON.parse(text) as MailLine).uid).toBe(uid)
  })

  test('lines stay short', () => {
    const { log, read } = openLog()
    log.writeMail({ ...line, uid: 'x'.repeat(4000), messageId: 'y'.repeat(100_000) })
    log.writeError('z'.repeat(100_000))
    for (const text of read().trim().split('\n')) expect(text.length).toBeLessThan(2000)
  })
})

describe('a log that cannot be written', () => {
  /** A program that writes to the log and ends at once, as the agents do. */
  async function runWriter(target: string, stand: string | undefined): Promise<string> {
    const folder = mkdtempSync(join(directory, 'run-'))
    writeFileSync(join(folder, 'log.cjs'), await bundleEntry('src/log.ts'))
    writeFileSync(
      join(folder, 'writer.cjs'),
      `const { makeLog } = require('./log.cjs')
       const log = makeLog(${target}, 'imip-resource', () => new Date(0))
       log.writeMail({ uid: 'quiet' }, 'quiet')
       log.writeError('from the log', { uid: '1' })
       process.exit(0)`,
    )
    const programs = join(folder, 'programs')
    mkdirSync(programs)
    const told = join(folder, 'told')
    if (stand !== undefined) {
      writeFileSync(join(programs, stand), `#!/bin/sh\nprintf '%s|' "$@" > '${told}.new'; mv '${told}.new' '${told}'\n`)
      chmodSync(join(programs, stand), 0o755)
    }
    const env = { PATH: stand === undefined ? '/nonexistent' : `${programs}:${process.env.PATH}` }
    const ending = await runProgram(process.execPath, [join(folder, 'writer.cjs')], { env })
    expect(ending).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
    if (stand === undefined) return ''
    return expect
      .poll(() => readFileSync(told, 'utf8'), { timeout: 20_000 })
      .toBeTypeOf('string')
      .then(() => readFileSync(told, 'utf8'))
  }
  const json = '{"time":"1970-01-01T00:00:00.000Z","uid":"1","level":"error","error":"from the log"}'

  test.each([
    ['a folder that is not there', '{ kind: "file", path: "/nonexistent/agent.log" }'],
    ['a full disk', '{ kind: "file", path: "/dev/full" }'],
    ['the setting syslog', '{ kind: "syslog" }'],
  ])('%s: syslog has it, and only what must be said', async (_, target) => {
    expect(await runWriter(target, 'logger')).toBe(`-t|imip-resource|-p|mail.err|--|${json}|`)
  })

  test('the journal', async () => {
    expect(await runWriter('{ kind: "journal" }', 'systemd-cat')).toBe(`-t|imip-resource|-p|err|printf|%s\n|${json}|`)
  })

  test('and no syslog either: nothing happens', async () => {
    await runWriter('{ kind: "syslog" }', undefined)
  })
})
